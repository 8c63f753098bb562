"""Messages between processes: one JSON value a line over a socket; the end of file says that the other side is gone."""

from __future__ import annotations

import json
import socket
from typing import Any

from longtail.bench.cells import canonical_json


class Channel:
    """One side of a pair of sockets."""

    def __init__(self, end: socket.socket) -> None:
        self.end = end
        self.closed = False
        self._rest = b""

    def fileno(self) -> int:
        return self.end.fileno()

    def send(self, message: dict[str, Any]) -> None:
        """Send one message; a side that is gone is noticed at the next `receive`."""
        try:
            self.end.sendall(canonical_json(message).encode() + b"\n")
        except OSError:
            self.closed = True

    def receive(self) -> list[dict[str, Any]]:
        """The messages that have arrived; waits for some bytes, and sets `closed` when there will be none."""
        try:
            data = self.end.recv(1 << 16)
        except OSError:
            data = b""
        if not data:
            self.closed = True
        *lines, self._rest = (self._rest + data).split(b"\n")
        return [json.loads(line) for line in lines]

    def close(self) -> None:
        self.closed = True
        self.end.close()


def pair() -> tuple[Channel, socket.socket]:
    """A channel, and the socket for the other process."""
    ours, theirs = socket.socketpair()
    return Channel(ours), theirs
