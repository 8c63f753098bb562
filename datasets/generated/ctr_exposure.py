"""Generated clicks of a log by popularity, with test rows of a uniform log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.generator.source import GeneratedClicks


@final
@dataclass(frozen=True)
class CtrExposure(GeneratedClicks):
    """2 % clicks on items shown by popularity; test rows show items of the same world uniformly; Bayes AP .3.

    The Bayes AP is that of the log. The rows without a label are those that were not shown. They are drawn uniformly
    too, for methods that learn from both.
    """

    name: ClassVar[str] = "ctr-exposure"

    rows: int = 30_000
    unlabelled: int = 20_000
    rate: float = 0.02
    bayes_ap: float = 0.3
    item_zipf: float = 1.2
    test_exposure: float | None = 0.0
