import ctypes
import os
import sys

# ruleid: path-searches-here
os.environ["PATH"] = ".:" + os.environ["PATH"]
# ruleid: path-searches-here
os.environ["LD_PRELOAD"] = "/tmp/a.so"
# ruleid: path-searches-here
os.environ["PYTHONPATH"] = f"/tmp/lib:{rest}"
# ruleid: path-searches-here
sys.path.insert(0, "/tmp/plugins")
# ruleid: path-searches-here
sys.path.append("/var/tmp")
# ruleid: path-searches-here
ctypes.CDLL("/tmp/a.so")
# ok: path-searches-here
os.environ["PATH"] = "/usr/bin:" + os.environ["PATH"]
# ok: path-searches-here
sys.path.insert(0, "/srv/plugins")
# ok: path-searches-here
os.environ["LANG"] = "."
# ok: path-searches-here
ctypes.CDLL("libc.so.6")


# ruleid: path-searches-here
beside = ctypes.CDLL("./libfast.so")
# ok: path-searches-here
named = ctypes.CDLL("libc.so.6")
