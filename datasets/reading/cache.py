"""Where longtail keeps what it has fetched or parsed, outside the project."""

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
    """The user's cache folder, made if need be: $LONGTAIL_CACHE, else the platform's own.

    Raises DatasetError where it can't be written.
    """
    place = _root().joinpath(*below)
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(place, error) from error
    return place


@contextlib.contextmanager
def locked(place: Path) -> Iterator[None]:
    """One process at a time; the others wait. The lock goes with its process, however that ends."""
    try:
        file = (place / ".lock").open("a")
    except OSError as error:
        raise _unwritable(place, error) from error
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def beside(place: Path) -> Iterator[Path]:
    """A folder next to the final place for what is being written: renamed from there, it is whole or absent.

    Raises DatasetError where it can't be written, by the lines that use it too.
    """
    try:
        with tempfile.TemporaryDirectory(dir=place, prefix=".part-") as name:
            yield Path(name)
    except OSError as error:
        raise _unwritable(place, error) from error


def sha256(file: Path) -> str:
    """The checksum of a file, in hexadecimal."""
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
        f"the cache folder {place} can't be written ({error.strerror or error}): set LONGTAIL_CACHE to one that can"
    )
