"""Neighbour cache: neighbours found by one fit, for the other fits of a process and for the cells forked from it.

The cache is a file without a name: it disappears with the last process that has it open, however that process ends.
Records are appended under a lock. A record is valid only after the length in the file's header includes it, so a
process that is killed while it writes damages nothing.
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
"""number of valid bytes in the file"""
RECORD = struct.Struct("<32sqqd")
"""key, rows, neighbours per row, seconds"""
ROOM = 2**28
"""greatest size of the cache in bytes; a record that exceeds it is not kept"""


@dataclass(frozen=True)
class FoundNeighbours:
    """Neighbours of the rows `ids` (m,): positions `nearest` (m, k), squared distances (m, k), seconds to find."""

    ids: Ints
    nearest: Ints
    squares: Doubles
    seconds: float


class NeighbourCache:
    """Cache that opens at its first use; if it is opened before a fork, the children share it."""

    def __init__(self) -> None:
        self.file = -1
        self.places: dict[bytes, list[int]] = {}
        self.read_to = HEAD.size

    def open(self) -> None:
        """Create the file, unless it is open."""
        if self.file < 0:
            with tempfile.TemporaryFile() as file:
                self.file = os.dup(file.fileno())
            os.pwrite(self.file, HEAD.pack(HEAD.size), 0)

    def put(self, key: bytes, found: FoundNeighbours) -> None:
        """Keep neighbours of the matrix with this key (32 bytes), if there is room for them."""
        self.open()
        head = RECORD.pack(key, *found.nearest.shape, found.seconds)
        parts = (found.ids.astype("<i4"), found.nearest.astype("<i4"), found.squares.astype("<f8"))
        record = head + b"".join(part.tobytes() for part in parts)
        with self._locked() as end:
            if end + len(record) > ROOM:
                return
            with contextlib.suppress(OSError):  # full disk: neighbours that are not kept are searched again
                self._write(record, end)

    def get(self, key: bytes) -> list[FoundNeighbours]:
        """Return all neighbours that were kept under a key."""
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
                raise EOFError("the file of the neighbour cache is shorter than its header says")
            parts.append(part)
            size, place = size - len(part), place + len(part)
        return b"".join(parts)

    def _end(self) -> int:
        return int(HEAD.unpack(self._read(HEAD.size, 0))[0])

    @contextlib.contextmanager
    def _locked(self) -> Iterator[int]:
        """Lock the file against other processes; yield the position of its end."""
        fcntl.lockf(self.file, fcntl.LOCK_EX)
        try:
            yield self._end()
        finally:
            fcntl.lockf(self.file, fcntl.LOCK_UN)
