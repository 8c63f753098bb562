"""Unbiased relevance: the loss of relevance, from clicks and the chance that a row was looked at."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

from torch import Tensor

from longtail.strategies.base import Strategy
from longtail.strategies.mechanisms.clicks import as_liked, weighted_click, why_no_clicks
from longtail.strategies.network import Batch, Losses, Moment, Net
from longtail.strategies.rules import share
from longtail.strategies.table import Profile


@final
@dataclass(frozen=True)
class UnbiasedRelevance(Strategy):
    """Let a row count y/e for the click and 1 - y/e against it, with click y and examination e, its chance of a look.

    Saito et al. 2020, WSDM: the mean of y/e l(1) + (1 - y/e) l(0). Its expectation is the loss of relevance, as a row
    is clicked with chance e times relevance. For a clicked row 1 - y/e is negative, so a learner that can tell this row
    from all others could lower its loss without bound: chances are clipped at `floor`. Works with any loss of two
    classes. Class 1 is the click; checkpoints are chosen on clicks as logged.
    """

    name: ClassVar[str] = "unbiased-relevance"
    paper: ClassVar[str] = "Saito et al. 2020, WSDM, unbiased recommender learning"
    reads: ClassVar[frozenset[str]] = frozenset({"examination"})
    claims: ClassVar[frozenset[str]] = frozenset({"examination"})
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"floor": (0.05, 0.1, 0.3)}
    floor: float = 0.1

    def __post_init__(self) -> None:
        share("floor", self.floor)

    def why_skip(self, profile: Profile) -> str | None:
        return why_no_clicks(self.name, profile)

    def objective(self, net: Net, batch: Batch, losses: Losses, at: Moment) -> Tensor:
        return as_liked(net(batch), batch, lambda rows: weighted_click(rows, self.floor), losses)

    def shift(self, trained: Profile) -> None:
        # how many rows are relevant is unknown
        return None
