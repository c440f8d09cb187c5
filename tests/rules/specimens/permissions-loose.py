import os
import stat
from pathlib import Path

# ruleid: permissions-loose
os.chmod("run.sh", 0o777)
# ruleid: permissions-loose
Path("data").chmod(0o666)
# ruleid: permissions-loose
os.chmod("data", stat.S_IRWXU | stat.S_IWOTH)
# ok: permissions-loose
os.chmod("run.sh", 0o755)
# ok: permissions-loose
Path("data").chmod(0o600)
# ok: permissions-loose
os.chmod("data", stat.S_IRUSR | stat.S_IWUSR)
# ok: permissions-loose
os.chmod("data", os.stat("data").st_mode & ~stat.S_IWOTH)


def more(p, fd):
    # ruleid: permissions-loose
    os.fchmod(fd, 0o777)
    # ruleid: permissions-loose
    os.lchmod(p, 0o777)
    # ruleid: permissions-loose
    os.chmod(p, mode=0o777)
    # ruleid: permissions-loose
    p.chmod(mode=0o777)
    # ruleid: permissions-loose
    os.mkfifo(p, 0o666)
    # ruleid: permissions-loose
    subprocess.run(["chmod", "777", p])


# ruleid: permissions-loose
os.chmod("x", mode=0o777)


# ruleid: permissions-loose
FILE_UPLOAD_PERMISSIONS = 0o666
# ruleid: permissions-loose
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o777
# ok: permissions-loose
FILE_UPLOAD_PERMISSIONS = 0o644
