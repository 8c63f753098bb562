"""Inverse examination: a click in a position that is rarely looked at counts for the clicks missed there."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np

from longtail.strategies.base import LackingError, Strategy
from longtail.strategies.mechanisms.clicks import why_no_clicks
from longtail.strategies.rules import share
from longtail.strategies.table import Floats, Profile, Table


@final
@dataclass(frozen=True)
class InverseExamination(Strategy):
    """Weigh clicks by one over the chance that the row was looked at, clipped at `floor`; other rows have weight 1.

    Joachims et al. 2017, WSDM: each click counts 1/q, in a loss that is a sum over clicks. Here rows without a click
    have a loss too, of weight 1. For rows looked at with chance e and clicked with probability r when looked at, a
    learner therefore finds the odds r / (1 - e r) instead of r / (1 - r). Both are nearly the same if clicks are rare;
    `unbiased-relevance` is exact. Weights have mean 1. Class 1 is the click.
    """

    name: ClassVar[str] = "inverse-examination"
    paper: ClassVar[str] = "Joachims et al. 2017, WSDM, unbiased learning-to-rank"
    reads: ClassVar[frozenset[str]] = frozenset({"examination"})
    claims: ClassVar[frozenset[str]] = frozenset({"examination"})
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"floor": (0.05, 0.1, 0.3)}
    floor: float = 0.1

    def __post_init__(self) -> None:
        share("floor", self.floor)

    def why_skip(self, profile: Profile) -> str | None:
        return why_no_clicks(self.name, profile)

    def row_weights(self, table: Table) -> Floats:
        if table.examination is None:
            raise LackingError("inverse-examination needs the examination of every row, and synthetic rows have none")
        # NOTE[DIFF] the paper ranks the results of a query by pairs with each clicked one, and does not clip
        weights = np.where(table.y == 1, 1 / np.maximum(table.examination.astype(np.float64), self.floor), 1.0)
        return np.asarray(weights / weights.mean(), np.float32)
