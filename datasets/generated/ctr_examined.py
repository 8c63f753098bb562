"""Generated clicks that hang on the place on the page, judged on rows that are all looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.generator.source import GeneratedClicks


@final
@dataclass(frozen=True)
class CtrExamined(GeneratedClicks):
    """2 % clicks of impressions looked at as one over the position, in test rows of the same world always.

    The Bayes AP .3 is the log's. That of the test rows is higher: what a place hid there shows.
    """

    name: ClassVar[str] = "ctr-examined"

    rows: int = 30_000
    rate: float = 0.02
    bayes_ap: float = 0.3
    position_bias: float = 1.0
    test_examined: bool = True
