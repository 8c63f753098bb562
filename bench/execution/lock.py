"""One `longtail run` at a time in a folder of runs."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from longtail.bench.errors import StoreError


@contextmanager
def locked(root: Path) -> Iterator[None]:
    """Hold the folder of runs; StoreError where it can't be written to, or another run holds it.

    The lock goes with the process, however it ends.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
        lock = (root / ".lock").open("a+")
        (root / ".scratch").mkdir(exist_ok=True)
    except OSError as error:
        raise StoreError(f"can't write to the folder of runs {root}: {error.strerror}; --runs names another") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.seek(0)
            raise StoreError(
                f"another `longtail run` (process {lock.read().strip() or 'unknown'}) works in {root}; "
                "wait for its end, or name another folder with --runs"
            ) from error
        lock.seek(0)
        lock.truncate()
        lock.write(str(os.getpid()))
        lock.flush()
        yield
