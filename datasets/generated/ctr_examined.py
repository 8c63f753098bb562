"""Generated clicks that depend on the position on the page, with test rows that are all examined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.generator.source import GeneratedClicks


@final
@dataclass(frozen=True)
class CtrExamined(GeneratedClicks):
    """2 % clicks on impressions examined with a chance of one over the position; test rows are all examined.

    The Bayes AP of .3 is that of the log. That of the test rows is higher: they show the clicks that positions hide in
    the log.
    """

    name: ClassVar[str] = "ctr-examined"

    rows: int = 30_000
    rate: float = 0.02
    bayes_ap: float = 0.3
    position_bias: float = 1.0
    test_examined: bool = True
