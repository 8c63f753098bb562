"""Generated clicks, some of them accidental."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.generator.source import GeneratedClicks


@final
@dataclass(frozen=True)
class CtrNoise(GeneratedClicks):
    """2 % clicks, with a tenth of the labels drawn anew like accidental clicks; Bayes AP .37 of the recorded labels."""

    name: ClassVar[str] = "ctr-noise"

    rows: int = 30_000
    rate: float = 0.02
    bayes_ap: float = 0.37
    label_noise: float = 0.1
