"""LADE: a bound keeps the logits free of the training frequencies."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from longtail.strategies.base import Strategy
from longtail.strategies.frequencies import why_not_uneven
from longtail.strategies.losses.class_averaged_loss import shares
from longtail.strategies.network import Batch, Losses, Moment, Net
from longtail.strategies.rules import nonnegative, positive
from longtail.strategies.table import Doubles, Profile


@final
@dataclass(frozen=True)
class Lade(Strategy):
    """Draw each logit towards log p(x | class) / p(x) under equal priors, in addition to the balanced softmax.

    Hong et al. 2021, CVPR, LADE loss: f_c maximises the regularised Donsker-Varadhan bound E[f_c | c] - log E_u[exp
    f_c] - penalty (log E_u[exp f_c])^2, where E_u weighs rows to equal priors and classes count by frequency. `alpha`
    is the weight of the bound in the loss.
    """

    name: ClassVar[str] = "lade"
    paper: ClassVar[str] = "Hong et al. 2021, CVPR, LADE loss"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"alpha": (0.01, 0.1, 1.0), "penalty": (0.01, 0.1)}
    alpha: float = 0.1
    penalty: float = 0.1

    def __post_init__(self) -> None:
        positive("alpha", self.alpha)
        nonnegative("penalty", self.penalty)

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_uneven(profile)

    def loss(self, logits: Tensor, y: Tensor, at: Moment) -> Tensor:
        return F.cross_entropy(logits + at.counts.clamp_min(1).log(), y, reduction="none")

    def objective(self, net: Net, batch: Batch, losses: Losses, at: Moment) -> Tensor:
        logits = net(batch)
        return losses(logits, batch) - self.alpha * self.bound(logits, batch, at)

    def bound(self, logits: Tensor, batch: Batch, at: Moment) -> Tensor:
        """Return the bound of the batch, to be maximised: a scalar, differentiable once.

        Its gradient is written out, as a graph of so many small steps takes twice as long.
        """
        f, own = logits.detach(), shares(batch, len(at.counts))
        size, counts = own.sum(0), at.counts.clamp_min(1)
        # NOTE[DIFF] the terms of a class without rows in the batch are left out, as its first mean is undefined
        part = at.counts / at.counts.sum() * (size > 0)
        # NOTE[DIFF] exp f is weighed by the row's class, as in the paper; the authors' code uses the class of the logit
        odds = own @ (counts.sum() / (len(f) * len(counts) * counts))
        top = f.max(0).values
        weighed = odds[:, None] * (f - top).exp()
        total = weighed.sum(0)
        outside = total.log() + top
        first = own * (part / size.clamp_min(1e-6))
        value = torch.dot(first.flatten(), f.flatten()) - part @ (outside * (1 + self.penalty * outside))
        slope = first - weighed * (part * (1 + 2 * self.penalty * outside) / total)
        along = torch.dot(slope.flatten(), logits.flatten())
        return value + along - along.detach()

    def shift(self, trained: Profile) -> Doubles | None:
        # both parts are minimal at log p(x | class) plus a term of x alone, if all classes have equal weights per row
        weight = trained.mass / np.maximum(trained.counts, 1)
        there = weight[trained.counts > 0]
        if there.max() > 1.001 * there.min():
            return None
        return 1.0 / np.maximum(trained.counts, 1)
