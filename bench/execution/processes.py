"""Process of a cell: how it is forked, and how its end is read."""

from __future__ import annotations

import contextlib
import faulthandler
import json
import os
import signal
import sys
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from longtail.bench.cells import Cell
from longtail.bench.execution.cell import fit_cell
from longtail.bench.execution.limits import LINUX, cap_memory, die_with_parent, die_with_pipe, first_to_go
from longtail.bench.records import Status
from longtail.bench.store import packed, save, write_text
from longtail.bench.training.preparation import Prepared

LOG = 2**18
"""number of bytes that are kept from the end of a log"""


@dataclass(frozen=True)
class Death:
    """End of a cell's process."""

    status: Status
    reason: str = ""
    fields: dict[str, Any] = field(default_factory=dict)

    @staticmethod
    def read(folder: Path, status: int) -> Death:
        """Return the result that the process has written, else one made from its exit status (of wait4)."""
        result = folder / "result.json"
        if result.is_file():
            death = Death(**json.loads(result.read_text()))
            result.unlink()
            return death
        if os.WIFSIGNALED(status):
            number = os.WTERMSIG(status)
            if number == signal.SIGKILL:
                return Death("out_of_memory", "the system killed it (SIGKILL), most likely because memory ran out")
            return Death("failed", f"it was ended by {signal.Signals(number).name}; the end of its log shows where")
        return Death(
            "failed", f"its process ended with exit code {os.waitstatus_to_exitcode(status)} and left no result"
        )


def fork_cell(cell: Cell, prepared: Prepared, folder: Path, memory: int, lifeline: tuple[int, int]) -> int:
    """Start a cell in a process and group of its own, and return the process id.

    `lifeline` is a pipe whose writing end only the worker holds.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    worker = os.getpid()
    pid = os.fork()
    if pid == 0:
        _live(cell, prepared, folder, memory, lifeline, worker)
    with contextlib.suppress(OSError):  # it has done so itself, or has ended
        os.setpgid(pid, pid)
    return pid


def _live(
    cell: Cell, prepared: Prepared, folder: Path, memory: int, lifeline: tuple[int, int], worker: int
) -> NoReturn:
    code = 1
    try:
        os.setpgid(0, 0)
        die_with_parent(worker)
        signal.set_wakeup_fd(-1)
        for sign in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(sign, signal.SIG_DFL)
        os.close(lifeline[1])
        if not LINUX:
            die_with_pipe(lifeline[0])
        _log_to(folder / "log.txt")
        first_to_go()
        if cell.device == "cpu":  # CUDA reserves far more addresses than it uses
            cap_memory(memory)
        outcome = fit_cell(cell, prepared)
        if outcome.scores is not None:
            save(folder / "scores.npz", packed(outcome.scores, prepared.truth))
        result = {"status": outcome.status, "reason": outcome.reason, "fields": outcome.fields}
        write_text(folder / "result.json", json.dumps(result), sync=False)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _log_to(path: Path) -> None:
    log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)
    faulthandler.enable(file=2)


def trim_log(path: Path, above: int = LOG) -> None:
    """Reduce a log of more than `above` bytes to its end; a process may still write to it."""
    if path.is_file() and path.stat().st_size > above:
        with path.open("r+b") as file:
            file.seek(-LOG, os.SEEK_END)
            end = file.read()
            file.seek(0)
            file.write(end)
            file.truncate()
