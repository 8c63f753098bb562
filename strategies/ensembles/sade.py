"""SADE: three experts over shared features, for the natural, the uniform and the inverse class frequencies."""

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from longtail.strategies.base import Strategy
from longtail.strategies.frequencies import why_not_uneven
from longtail.strategies.mechanisms.experts import with_experts
from longtail.strategies.network import Moment, Net
from longtail.strategies.rules import positive
from longtail.strategies.table import Doubles, Profile

LEAST = 1e-9
"""added to priors, as in the authors' code"""


@final
@dataclass(frozen=True)
class Sade(Strategy):
    """Train one expert by softmax, one by balanced softmax, one by an inverse softmax, and average their logits.

    Zhang, Hooi, Hong and Feng 2022, NeurIPS, skill-diverse expert learning, as in the authors' code. The inverse
    softmax adds the log prior and subtracts `tau` times the log of the inverse prior, which gives the rarest class the
    frequency of the most frequent one, and so on. The paper then weighs the experts on unlabelled test rows. No
    strategy sees test rows here, so the weights stay equal, which is where the paper starts.
    """

    name: ClassVar[str] = "sade"
    paper: ClassVar[str] = "Zhang, Hooi, Hong and Feng 2022, NeurIPS, skill-diverse expert learning"
    claims: ClassVar[frozenset[str]] = frozenset({"head", "logits"})
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {"tau": (1.0, 2.0, 3.0)}
    tau: float = 2.0

    def __post_init__(self) -> None:
        positive("tau", self.tau)

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_uneven(profile)

    def network(self, net: Net, classes: int, source: torch.Generator) -> Net:
        return with_experts(net, 3, source)

    def loss(self, logits: Tensor, y: Tensor, at: Moment) -> Tensor:
        prior = at.counts / at.counts.sum()
        ranks = prior.argsort(stable=True).argsort(stable=True)
        inverse = prior.sort().values[len(prior) - 1 - ranks]
        even = (prior + LEAST).log()
        offsets = torch.stack([torch.zeros_like(even), even, even - self.tau * (inverse + LEAST).log()])
        rows, experts, classes = logits.shape
        labels = y[:, None].expand(rows, experts).reshape(-1)
        terms = F.cross_entropy((logits + offsets).reshape(-1, classes), labels, reduction="none")
        return terms.reshape(rows, experts).sum(-1)

    def shift(self, trained: Profile) -> Doubles:
        """Return the mean of three offsets as factors (K,); an empty prior counts as `LEAST`.

        At their minimum the three logits are log p(x | y) plus the log prior, plus 0, and plus tau times the log
        inverse prior.
        """
        prior = trained.counts / trained.counts.sum()
        inverse = np.sort(prior)[len(prior) - 1 - prior.argsort(kind="stable").argsort(kind="stable")]
        meant = ((prior + LEAST) * (inverse + LEAST) ** self.tau) ** (1 / 3)
        return np.asarray(meant / (prior + LEAST), np.float64)
