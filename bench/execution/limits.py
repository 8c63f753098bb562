"""Asks the operating system: processes that die with their parent, memory that they hold, groups to kill."""

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
    """Be sent a signal when the process `parent` ends, however it ends. Linux only: elsewhere see `die_with_pipe`."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, int(sign), 0, 0, 0)
        if os.getppid() != parent:
            os.kill(os.getpid(), sign)


def die_with_pipe(end: int) -> None:
    """Kill this process's group at the end of file on a pipe whose other end only the parent holds."""

    def wait() -> None:
        with contextlib.suppress(OSError):
            while os.read(end, 1):
                pass
        kill_group(os.getpid())

    threading.Thread(target=wait, daemon=True).start()


def kill_group(group: int) -> None:
    """End all processes of a group; nothing happens where there are none."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def resident(pid: int) -> int:
    """Resident memory of one process in bytes; 0 where it is gone."""
    try:
        if LINUX:
            return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
        return int(psutil.Process(pid).memory_info().rss)
    except (OSError, psutil.Error, IndexError, ValueError):
        return 0


def resident_below(pid: int) -> int:
    """Resident memory of a process and of all below it, in bytes; walks the table of processes."""
    try:
        below = psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        below = []
    return resident(pid) + sum(resident(child.pid) for child in below)


def cap_memory(more: int) -> None:
    """Let this process get at most so many more bytes than it has, whatever it asks for: the backstop."""
    if LINUX:
        held = int(Path("/proc/self/statm").read_text().split()[5]) * PAGE
        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        wanted = held + more
        resource.setrlimit(
            resource.RLIMIT_DATA, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard)
        )


def first_to_go() -> None:
    """Be the one that the kernel ends when memory runs out."""
    if LINUX:
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("600")


def peak_bytes(usage: resource.struct_rusage) -> int:
    """Peak resident memory from what the kernel counted: KiB on Linux, bytes on macOS."""
    return int(usage.ru_maxrss) * (1024 if LINUX else 1)
