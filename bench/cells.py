"""A cell: one dataset, strategy, learner, seed, device and budget; its id is the hash of that."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no spaces: the same text for equal values."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def digest(value: Any, length: int = 20) -> str:
    """The first hexadecimal digits of the SHA-256 of a value's canonical JSON."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()[:length]


@dataclass(frozen=True)
class Cell:
    """All that defines a result beside the code. Texts are canonical (bench/naming.py).

    `data` is the source's identity (parameters, checksums), `settings` the learner's.
    """

    dataset: str
    strategy: str
    learner: str
    seed: int
    device: str = "cpu"
    data: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    rows: int | None = None
    """cap on training rows, drawn stratified"""

    @property
    def identity(self) -> dict[str, Any]:
        return {
            "dataset": self.dataset,
            "data": self.data,
            "strategy": self.strategy,
            "learner": self.learner,
            "settings": self.settings,
            "seed": self.seed,
            "device": self.device,
            "rows": self.rows,
        }

    @property
    def id(self) -> str:
        return digest(self.identity)

    @property
    def block(self) -> tuple[str, int]:
        """Cells of one block meet the same prepared data."""
        return (self.dataset, self.seed)
