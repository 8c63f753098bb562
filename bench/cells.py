"""Cell: one dataset, strategy, learner, seed, device and budget; its id is the hash of these."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any


def canonical_json(value: Any) -> str:
    """Return JSON with sorted keys and no spaces: equal values give equal texts."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def digest(value: Any, length: int = 20) -> str:
    """Return the first `length` hexadecimal digits of the SHA-256 of a value's canonical JSON."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()[:length]


@dataclass(frozen=True)
class Cell:
    """Definition of a result, apart from the code. Texts are canonical (bench/naming.py).

    `data` is the identity of the source (parameters, checksums), `settings` are those of the learner.
    """

    dataset: str
    strategy: str
    learner: str
    seed: int
    device: str = "cpu"
    data: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    rows: int | None = None
    """cap on training rows, which are drawn stratified by class"""

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
        """Return dataset and seed: cells of one block share the same prepared data."""
        return (self.dataset, self.seed)
