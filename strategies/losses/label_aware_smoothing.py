"""Label-aware smoothing: labels of frequent classes are softened more than those of rare classes."""

import math
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, final

import torch
from torch import Tensor

from longtail.strategies.base import Strategy
from longtail.strategies.frequencies import why_not_uneven
from longtail.strategies.network import Moment
from longtail.strategies.rules import among, fraction, inside
from longtail.strategies.table import Profile


@final
@dataclass(frozen=True)
class LabelAwareSmoothing(Strategy):
    """Give 1 - e of a label to the row's class and e / (K - 1) to each other, where e grows with the class's frequency.

    Zhong et al. 2021, CVPR (MiSLAS), section 3.2: e goes from `tail` for the rarest to `head` for the most frequent
    class, by a quarter of a sine wave (`form` concave or convex) or a line; they use .4 and .1 at 100 classes. Their
    full method, which scales a kept head, is `mixup+label-aware-smoothing+decoupled-training(classifier=lws)`.
    """

    name: ClassVar[str] = "label-aware-smoothing"
    paper: ClassVar[str] = "Zhong et al. 2021, CVPR, section 3.2"
    grid: ClassVar[dict[str, tuple[Any, ...]]] = {
        "head": (0.2, 0.3, 0.4),
        "tail": (0.0, 0.1),
        "form": ("concave", "linear", "convex"),
    }
    head: float = 0.4
    tail: float = 0.1
    form: Literal["concave", "linear", "convex"] = "concave"

    def __post_init__(self) -> None:
        inside("head", self.head)
        fraction("tail", self.tail)
        if self.tail > self.head:
            raise ValueError(f"tail must be a number of at most head = {self.head!r}, got {self.tail!r}")
        among("form", self.form, ("concave", "linear", "convex"))

    def why_skip(self, profile: Profile) -> str | None:
        return why_not_uneven(profile)

    def loss(self, logits: Tensor, y: Tensor, at: Moment) -> Tensor:
        log_p = logits.log_softmax(-1)
        own = log_p.gather(-1, y[:, None])[:, 0]
        soft = self.smoothing(at.counts)[y]
        return -(1 - soft) * own - soft * (log_p.sum(-1) - own) / (logits.shape[-1] - 1)

    def smoothing(self, counts: Tensor) -> Tensor:
        """Return the share of each class's labels that goes to the other classes, (K,)."""
        most, least = counts.max(), torch.where(counts > 0, counts, math.inf).min()
        part = ((counts - least) / (most - least).clamp_min(1)).clamp_min(0)
        curves = {
            "concave": lambda: torch.sin(part * math.pi / 2),
            "linear": lambda: part,
            "convex": lambda: 1 + torch.sin((3 + part) * math.pi / 2),
        }
        return self.tail + (self.head - self.tail) * curves[self.form]()

    def shift(self, trained: Profile) -> None:
        """Return None: softened labels are not a change of priors."""
