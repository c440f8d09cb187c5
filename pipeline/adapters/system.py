"""What the kernel says about this machine's clock."""

from __future__ import annotations

import ctypes
import os

TIME_ERROR = 5  # adjtimex(2): the clock is not synchronised
STRUCT_TIMEX = 512  # bytes; the structure is 208 on 64-bit Linux


class KernelClock:
    """Asks adjtimex(2), which needs no privilege to read."""

    def synchronised(self) -> bool:
        libc = ctypes.CDLL(None, use_errno=True)
        if not hasattr(libc, "adjtimex"):
            raise OSError("this system has no adjtimex(2)")
        state = int(libc.adjtimex(ctypes.create_string_buffer(STRUCT_TIMEX)))
        if state < 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        return state != TIME_ERROR
