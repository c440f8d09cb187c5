"""Runs one command as the only thing in its process and network namespaces, and dies with whoever started it.

A program of its own, for our own interpreter: `inside.py guard PID COMMAND...` ends COMMAND when process PID does;
`inside.py init COMMAND...` brings loopback up and is what process 1 has to be, so that COMMAND need not be.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import socket
import struct
import sys

PR_SET_PDEATHSIG, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 1, 47, 4  # prctl(2)
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1  # netdevice(7)
KILLED = 128  # as shells do: an exit code above it is a signal
CANNOT_START = 127


def main(words: list[str]) -> int:
    kind, *rest = words
    if kind == "guard":
        return guard(int(rest[0]), rest[1:])
    return init(rest)


def guard(parent: int, command: list[str]) -> int:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent:  # it died before we asked to die with it
        return KILLED + int(signal.SIGKILL)
    return become(command)


def init(command: list[str]) -> int:
    loopback_up()
    child = os.fork()
    if child == 0:
        # What lets us bring loopback up is not for the tests.
        ctypes.CDLL(None).prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
        os._exit(become(command))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _: os.kill(child, received))
    while True:
        ended, status = os.wait()
        if ended == child:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else KILLED - code


def loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        answer = fcntl.ioctl(asked, SIOCGIFFLAGS, struct.pack("16sH22x", b"lo", 0))
        (flags,) = struct.unpack("16xH22x", answer)
        fcntl.ioctl(asked, SIOCSIFFLAGS, struct.pack("16sH22x", b"lo", flags | IFF_UP))


def become(command: list[str]) -> int:
    try:
        os.execvp(command[0], command)  # noqa: S606 - this file's whole purpose; a list, no shell
    except OSError as problem:
        sys.stderr.write(f"{command[0]} cannot be started: {problem.strerror}\n")
    return CANNOT_START


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
