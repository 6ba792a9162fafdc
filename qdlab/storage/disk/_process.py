"""Whether another process of this computer still runs: what tells a run that goes on from one that died."""

from __future__ import annotations

import ctypes
import os
import sys

QUERY_LIMITED_INFORMATION = 0x1000
STILL_ACTIVE = 259


def is_alive(process_id: int) -> bool:
    """Return whether a process of that number runs on this computer (not necessarily the one that had it)."""
    # On Windows os.kill(pid, 0) would end the process instead of asking after it.
    if sys.platform == "win32":
        return _is_alive_on_windows(process_id)
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


if sys.platform == "win32":

    def _is_alive_on_windows(process_id: int) -> bool:
        """Ask Windows for the exit code (OpenProcess, GetExitCodeProcess of the Win32 API)."""
        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(QUERY_LIMITED_INFORMATION, False, process_id)
        if not handle:
            return False
        code = ctypes.c_ulong()
        kernel.GetExitCodeProcess(handle, ctypes.byref(code))
        kernel.CloseHandle(handle)
        return code.value == STILL_ACTIVE
