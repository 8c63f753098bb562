"""Fork server: it loads the heavy modules once and forks a worker for each block, so that no worker waits for imports.

It has one thread, starts nothing on a GPU, and ends when the command that started it ends.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import socket
import sys
import traceback
from typing import Any

HEAVY = (
    "imblearn.ensemble",
    "imblearn.over_sampling",
    "imblearn.under_sampling",
    "pyarrow.csv",
    "sklearn.calibration",
    "sklearn.decomposition",
    "sklearn.ensemble",
    "sklearn.feature_extraction.text",
    "sklearn.linear_model",
    "sklearn.model_selection",
    "sklearn.neighbors",
    "sklearn.tree",
    "torch._dynamo",  # the first optimiser imports it, which takes seconds
    "torch.func",
    "torch.nn.utils.stateless",
    "torch.optim",
    "longtail.bench.execution.cell",
    "longtail.bench.execution.workers",
)


def main() -> None:
    """Serve requests on the socket whose number is the first argument, until its end of file."""
    end = socket.socket(fileno=int(sys.argv[1]))
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, signal.SIG_DFL)
    for name in HEAVY:
        importlib.import_module(name)
    from longtail.bench import registry
    from longtail.datasets.catalogue import source_classes

    for catalogue in (registry.known_strategies, registry.learner_classes, source_classes):
        catalogue()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel reaps workers; their sockets show when they end
    while request := _request(end):
        message, descriptor = request
        if os.fork() == 0:
            end.close()
            _work(message, descriptor)
        os.close(descriptor)


def _request(end: socket.socket) -> tuple[dict[str, Any], int] | None:
    """Receive the description of a block, and the descriptor of the socket for its cells; None at the end of file."""
    size, descriptors, _, _ = socket.recv_fds(end, 4, 1)
    if len(size) < 4 or not descriptors:
        return None
    left, read = int.from_bytes(size, "big"), b""
    while left:
        piece = end.recv(left)
        if not piece:
            return None
        read += piece
        left -= len(piece)
    return json.loads(read), descriptors[0]


def ask(end: socket.socket, message: dict[str, Any], theirs: socket.socket) -> None:
    """Request from the fork server at `end` a worker that communicates over `theirs`."""
    data = json.dumps(message).encode()
    socket.send_fds(end, [len(data).to_bytes(4, "big")], [theirs.fileno()])
    end.sendall(data)
    theirs.close()


def _work(message: dict[str, Any], descriptor: int) -> None:
    from longtail.bench.execution.workers import serve

    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        serve(message, socket.socket(fileno=descriptor))
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
