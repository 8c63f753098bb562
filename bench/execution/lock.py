"""Lock on a folder of runs, for one `longtail run` at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from longtail.bench.errors import StoreError


@contextmanager
def locked(root: Path) -> Iterator[None]:
    """Lock the folder of runs; the lock ends with the process, however that ends.

    Raises StoreError where the folder can't be written, or another run holds the lock.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
        lock = (root / ".lock").open("a+")
        (root / ".scratch").mkdir(exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"can't write to the folder of runs {root}: {error.strerror}; name another folder with --runs"
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.seek(0)
            raise StoreError(
                f"another `longtail run` (process {lock.read().strip() or 'unknown'}) is using {root}; "
                "wait until it ends, or name another folder with --runs"
            ) from error
        lock.seek(0)
        lock.truncate()
        lock.write(str(os.getpid()))
        lock.flush()
        yield
