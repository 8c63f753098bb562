"""Neighbours that were found, kept for whoever asks for the same: the fits of a process, and the cells forked from it.

A file without a name: it is gone with the last process that has it open, however that ends. Records are appended under
a lock, and count only when the length at the file's head says so, so a process killed while it writes spoils nothing.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import struct
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from longtail.strategies.table import Doubles, Ints

HEAD = struct.Struct("<q")
"""bytes of the file that count"""
RECORD = struct.Struct("<32sqqd")
"""key, rows, neighbours a row, seconds"""
ROOM = 2**28
"""bytes that a shelf may hold; beyond, nothing more is kept"""


@dataclass(frozen=True)
class FoundNeighbours:
    """For the rows `ids` (m,) their `nearest` (m, k) and squared distances (m, k), and the seconds that it took."""

    ids: Ints
    nearest: Ints
    squares: Doubles
    seconds: float


class NeighbourCache:
    """A shelf that is opened at its first use; opened before a fork, it is shared with the children."""

    def __init__(self) -> None:
        self.file = -1
        self.places: dict[bytes, list[int]] = {}
        self.read_to = HEAD.size

    def open(self) -> None:
        """Make the file."""
        if self.file < 0:
            with tempfile.TemporaryFile() as file:
                self.file = os.dup(file.fileno())
            os.pwrite(self.file, HEAD.pack(HEAD.size), 0)

    def put(self, key: bytes, found: FoundNeighbours) -> None:
        """Keep what was found in the matrix that `key` (32 bytes) stands for."""
        self.open()
        head = RECORD.pack(key, *found.nearest.shape, found.seconds)
        parts = (found.ids.astype("<i4"), found.nearest.astype("<i4"), found.squares.astype("<f8"))
        record = head + b"".join(part.tobytes() for part in parts)
        with self._locked() as end:
            if end + len(record) > ROOM:
                return
            with contextlib.suppress(OSError):  # a full disk: what isn't kept is found again
                self._write(record, end)

    def get(self, key: bytes) -> list[FoundNeighbours]:
        """All that was kept under a key."""
        self.open()
        end = self._end()
        while self.read_to < end:
            name, rows, k, _ = RECORD.unpack(self._read(RECORD.size, self.read_to))
            self.places.setdefault(name, []).append(self.read_to)
            self.read_to += RECORD.size + 4 * rows + 12 * rows * k
        return [self._found(place) for place in self.places.get(key, [])]

    def _found(self, place: int) -> FoundNeighbours:
        _, rows, k, seconds = RECORD.unpack(self._read(RECORD.size, place))
        body = self._read(4 * rows + 12 * rows * k, place + RECORD.size)
        ids = np.frombuffer(body, "<i4", rows).astype(np.int64)
        nearest = np.frombuffer(body, "<i4", rows * k, 4 * rows).reshape(rows, k).astype(np.int64)
        squares = np.frombuffer(body, "<f8", rows * k, 4 * rows + 4 * rows * k).reshape(rows, k)
        return FoundNeighbours(ids, nearest, squares, seconds)

    def _write(self, record: bytes, end: int) -> None:
        done = 0
        while done < len(record):
            done += os.pwrite(self.file, record[done:], end + done)
        os.pwrite(self.file, HEAD.pack(end + len(record)), 0)

    def _read(self, size: int, place: int) -> bytes:
        parts = []
        while size:
            part = os.pread(self.file, size, place)
            if not part:
                raise EOFError("the file of found neighbours is shorter than its head says")
            parts.append(part)
            size, place = size - len(part), place + len(part)
        return b"".join(parts)

    def _end(self) -> int:
        return int(HEAD.unpack(self._read(HEAD.size, 0))[0])

    @contextlib.contextmanager
    def _locked(self) -> Iterator[int]:
        """Hold the file against other processes; gives where it ends."""
        fcntl.lockf(self.file, fcntl.LOCK_EX)
        try:
            yield self._end()
        finally:
            fcntl.lockf(self.file, fcntl.LOCK_UN)
