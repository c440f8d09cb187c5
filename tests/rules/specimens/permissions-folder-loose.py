import os
from pathlib import Path

# ruleid: permissions-folder-loose
os.makedirs("/var/app", mode=0o777)
# ruleid: permissions-folder-loose
os.mkdir("/var/app/in", 0o777)
# ruleid: permissions-folder-loose
os.makedirs("/var/app/out", 0o1777)
# ruleid: permissions-folder-loose
Path("/var/app/spool").mkdir(mode=0o777)
# ruleid: permissions-folder-loose
Path("/var/app/spool2").mkdir(0o772)
# ok: permissions-folder-loose
os.makedirs("/var/app/a", mode=0o750)
# ok: permissions-folder-loose
os.mkdir("/var/app/b", 0o700)
# ok: permissions-folder-loose
Path("/var/app/c").mkdir(mode=0o755)
# ok: permissions-folder-loose
os.makedirs("/var/app/d")
