"""Class-averaged loss: the loss of a batch is the mean of its classes' losses."""

from dataclasses import dataclass
from typing import ClassVar, final

from torch import Tensor

from longtail.strategies.base import Strategy
from longtail.strategies.frequencies import why_not_uneven
from longtail.strategies.network import Batch, Losses, Moment, Net, indicators
from longtail.strategies.table import Doubles, Profile


@final
@dataclass(frozen=True)
class ClassAveragedLoss(Strategy):
    """Average the loss over each class's rows in the batch, then over these classes; a two-part loss for two classes.

    Wang et al. 2016, IJCNN, mean false error. Unlike in `class-weights`, the weight of a row depends on its batch: a
    single rare row pulls as hard as all frequent rows of the batch together.
    """

    name: ClassVar[str] = "class-averaged-loss"
    paper: ClassVar[str] = "Wang et al. 2016, IJCNN, mean false error"

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_uneven(profile)

    def objective(self, net: Net, batch: Batch, losses: Losses, at: Moment) -> Tensor:
        # NOTE[DIFF] the paper sums squared errors of two classes; here it is the mean of any loss over classes present
        size = shares(batch, len(at.counts)).sum(0)
        factors = len(batch.y) / (size.clamp_min(1e-6) * (size > 0).sum())
        other = batch.other
        if other is not None:
            other = other._replace(weight=other.weight * factors[other.y])
        return losses(net(batch), batch._replace(weight=batch.weight * factors[batch.y], other=other))

    def shift(self, trained: Profile) -> Doubles | None:
        # a rare class is in only some batches, and how many depends on the batch size, so counts give no formula
        return None


def shares(batch: Batch, classes: int) -> Tensor:
    """Return how much each row counts for each class, (B, K)."""
    own = indicators(batch.y, classes, batch.weight.dtype)
    if batch.other is None or batch.share is None:
        return own
    other = indicators(batch.other.y, classes, batch.weight.dtype)
    return batch.share[:, None] * own + (1 - batch.share[:, None]) * other
