"""No rebalancing: the baseline."""

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.strategies.base import Strategy


@final
@dataclass(frozen=True)
class Nothing(Strategy):
    """Train on the rows as they are.

    The baseline that every other strategy is compared with; no paper.
    """

    name: ClassVar[str] = "none"
    paper: ClassVar[str] = "baseline"
