"""Per-class gradient normalisation: every class in the batch pulls with equal strength."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, final

import torch
from torch import Tensor
from torch.func import vmap

from longtail.strategies.base import Strategy
from longtail.strategies.mechanisms.class_gradients import lengths, pays
from longtail.strategies.mechanisms.sharpness import classes_of, pulled
from longtail.strategies.network import Batch, Moment, Params, indicators
from longtail.strategies.rules import flag
from longtail.strategies.table import Profile


@final
@dataclass(frozen=True)
class ClassNormalisedGradient(Strategy):
    """Step along the mean of the classes' gradients, each divided by its length.

    Francazi et al. 2023, ICML, per-class normalised gradient descent (PCNSGD on batches). With many classes, where
    lengths follow from layers' inputs and slopes (`class_gradients.py`), a step costs two backward passes; otherwise
    one per class. `blind` is the control: the batch's classes are dealt to its rows at random.
    """

    name: ClassVar[str] = "class-normalised-gradient"
    paper: ClassVar[str] = "Francazi et al. 2023, ICML, per-class normalised gradient descent"
    blind: bool = False

    def __post_init__(self) -> None:
        flag("blind", self.blind)

    def gradient(self, rows: Callable[[Params], Tensor], params: Params, batch: Batch, at: Moment) -> Params:
        classes = len(at.counts)
        found = lengths(rows, params) if pays(params, len(batch.y), classes) else None
        if found is not None:
            y = classes_of(batch, at, self.blind)
            return found.pull(scales(found.squares(y, classes), y)[y])
        terms, pull = pulled(rows, params)
        y = classes_of(batch, at, self.blind)
        of_class = vmap(pull)(indicators(y, classes, terms.dtype).T)
        squares = torch.stack([part.reshape(classes, -1).square().sum(1) for part in of_class.values()]).sum(0)
        return {name: torch.tensordot(scales(squares, y), part, 1) for name, part in of_class.items()}

    def shift(self, trained: Profile) -> None:
        """Return None: how gradients of equal length cancel depends on how well each class is learnt."""


def scales(squares: Tensor, y: Tensor) -> Tensor:
    """Return factors (K,) that bring each class's gradient to length 1 over the number of classes in the batch."""
    there = indicators(y, len(squares)).any(0).sum()
    # NOTE[DIFF] the mean over classes, where the paper takes the sum: the step length does not grow with K
    return 1 / squares.sqrt().clamp_min(1e-12) / there
