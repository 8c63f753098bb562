"""Cache folder, outside the project, for fetched and parsed data."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from longtail.datasets.base import DatasetError


def folder(*below: str) -> Path:
    """Return a folder in the user's cache, created if needed: in $LONGTAIL_CACHE, else in the platform's cache folder.

    Raises DatasetError where it is not writable.
    """
    place = _root().joinpath(*below)
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(place, error) from error
    return place


@contextlib.contextmanager
def locked(place: Path) -> Iterator[None]:
    """Hold a lock on a folder for a block of code, so that other processes wait; it ends with its process.

    Raises DatasetError where the folder is not writable.
    """
    try:
        file = (place / ".lock").open("a")
    except OSError as error:
        raise _unwritable(place, error) from error
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def beside(place: Path) -> Iterator[Path]:
    """Yield a temporary folder next to the final place: a file renamed from there is complete or absent.

    Raises DatasetError where it is not writable, also for an OSError in the block of code that uses it.
    """
    try:
        with tempfile.TemporaryDirectory(dir=place, prefix=".part-") as name:
            yield Path(name)
    except OSError as error:
        raise _unwritable(place, error) from error


def sha256(file: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _root() -> Path:
    if named := os.environ.get("LONGTAIL_CACHE"):
        return Path(named).expanduser()
    if named := os.environ.get("XDG_CACHE_HOME"):
        return Path(named).expanduser() / "longtail"
    return Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "longtail"


def _unwritable(place: Path, error: OSError) -> DatasetError:
    return DatasetError(
        f"the cache folder {place} is not writable ({error.strerror or error}): set LONGTAIL_CACHE to a writable folder"
    )
