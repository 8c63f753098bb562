"""Generated clicks logged by popularity and judged on a uniform log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.generator.source import GeneratedClicks


@final
@dataclass(frozen=True)
class CtrExposure(GeneratedClicks):
    """2 % clicks on items shown by popularity, in test rows of the same world uniformly; Bayes AP .3 of the log.

    The rows without a label are what was not shown: drawn uniformly too, for what learns from both.
    """

    name: ClassVar[str] = "ctr-exposure"

    rows: int = 30_000
    unlabelled: int = 20_000
    rate: float = 0.02
    bayes_ap: float = 0.3
    item_zipf: float = 1.2
    test_exposure: float | None = 0.0
