import pdb

import celery.contrib.rdb
import debugpy
import ipdb
import IPython
import ptvsd
import pudb
import pydevd_pycharm
import remote_pdb
import rpdb
import web_pdb


def view(request):
    # ruleid: debugger-left
    pdb.set_trace()
    # ruleid: debugger-left
    ipdb.set_trace()
    # ruleid: debugger-left
    pudb.set_trace()
    # ruleid: debugger-left
    web_pdb.set_trace()
    # ruleid: debugger-left
    remote_pdb.set_trace()
    # ruleid: debugger-left
    remote_pdb.RemotePdb("0.0.0.0", 4444).set_trace()
    # ruleid: debugger-left
    rpdb.set_trace()
    # ruleid: debugger-left
    celery.contrib.rdb.set_trace()
    # ruleid: debugger-left
    breakpoint()
    # ruleid: debugger-left
    debugpy.listen(("0.0.0.0", 5678))
    # ruleid: debugger-left
    pydevd_pycharm.settrace("example.com")
    # ruleid: debugger-left
    ptvsd.enable_attach()
    # ruleid: debugger-left
    IPython.embed()


def breakpoint(*args):
    # ok: debugger-left
    pdb.set_trace()


class Debugger:
    def breakpoint(self):
        # ok: debugger-left
        return breakpoint()

    def set_trace(self):
        # ok: debugger-left
        pdb.set_trace()


def attached():
    # ok: debugger-left
    debugpy.listen(("127.0.0.1", 5678))
    # ok: debugger-left
    pdb.post_mortem()
