"""Messages between processes: one JSON value per line over a socket; end of file means that the other side ended."""

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
        """Send one message; sets `closed` where the other side has ended."""
        try:
            self.end.sendall(canonical_json(message).encode() + b"\n")
        except OSError:
            self.closed = True

    def receive(self) -> list[dict[str, Any]]:
        """Return the messages that have arrived; waits for bytes, and sets `closed` at the end of file."""
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
    """Create a channel, and the socket for the other process."""
    ours, theirs = socket.socketpair()
    return Channel(ours), theirs
