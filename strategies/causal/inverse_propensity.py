"""Inverse propensity: rows that were unlikely to be shown count for those that were not shown."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np

from longtail.strategies.base import LackingError, Strategy
from longtail.strategies.rules import share
from longtail.strategies.table import Floats, Table


@final
@dataclass(frozen=True)
class InversePropensity(Strategy):
    """Weigh rows by one over the probability of being shown, clipped at `floor`, with mean 1.

    Schnabel et al. 2016, ICML, section 4; self-normalised as in Swaminathan and Joachims 2015, NeurIPS. A learner then
    sees rows as logged by a policy that shows everything equally often.
    """

    name: ClassVar[str] = "inverse-propensity"
    paper: ClassVar[str] = "Schnabel et al. 2016, ICML, section 4"
    reads: ClassVar[frozenset[str]] = frozenset({"propensity"})
    claims: ClassVar[frozenset[str]] = frozenset({"propensity"})
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"floor": (0.001, 0.01, 0.05)}
    floor: float = 0.01

    def __post_init__(self) -> None:
        share("floor", self.floor)

    def row_weights(self, table: Table) -> Floats:
        if table.propensity is None:
            raise LackingError("inverse-propensity needs the propensity of every row, and synthetic rows have none")
        # NOTE[DIFF] the paper's propensities are of observing a rating; here they are of showing an item, and clipped
        weights = 1 / np.maximum(table.propensity.astype(np.float64), self.floor)
        return np.asarray(weights / weights.mean(), np.float32)
