"""Functions of the operating system: processes that end with their parent, memory use and limits, groups to kill."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import sys
import threading
from pathlib import Path

import psutil

LINUX = sys.platform == "linux"
PAGE = os.sysconf("SC_PAGE_SIZE")
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True) if LINUX else None


def die_with_parent(parent: int, sign: int = signal.SIGKILL) -> None:
    """Make the kernel signal this process when `parent` ends, in any way. Linux only: elsewhere see `die_with_pipe`."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, int(sign), 0, 0, 0)
        if os.getppid() != parent:
            os.kill(os.getpid(), sign)


def die_with_pipe(end: int) -> None:
    """Kill the group of this process at the end of file of a pipe whose other end only the parent holds."""

    def wait() -> None:
        with contextlib.suppress(OSError):
            while os.read(end, 1):
                pass
        kill_group(os.getpid())

    threading.Thread(target=wait, daemon=True).start()


def kill_group(group: int) -> None:
    """Kill all processes of a group; nothing happens where there are none."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def resident(pid: int) -> int:
    """Return the resident memory of a process in bytes; 0 where it has ended."""
    try:
        if LINUX:
            return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
        return int(psutil.Process(pid).memory_info().rss)
    except (OSError, psutil.Error, IndexError, ValueError):
        return 0


def resident_below(pid: int) -> int:
    """Return the resident memory of a process and all its descendants in bytes; this scans the process table."""
    try:
        below = psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        below = []
    return resident(pid) + sum(resident(child.pid) for child in below)


def cap_memory(more: int) -> None:
    """Limit this process to `more` bytes beyond its present memory, as a backstop. Linux only."""
    if LINUX:
        held = int(Path("/proc/self/statm").read_text().split()[5]) * PAGE
        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        wanted = held + more
        resource.setrlimit(
            resource.RLIMIT_DATA, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard)
        )


def first_to_go() -> None:
    """Make this process the first that the kernel ends when memory runs out. Linux only."""
    if LINUX:
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("600")


def peak_bytes(usage: resource.struct_rusage) -> int:
    """Return the peak resident memory in bytes; the kernel counts in KiB on Linux, in bytes on macOS."""
    return int(usage.ru_maxrss) * (1024 if LINUX else 1)
