"""Per-class gradient normalisation: every class in the batch pulls with the same strength."""

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
    """Step along the mean over classes of their gradients, each divided by its length.

    Francazi et al. 2023, ICML, per-class normalised gradient descent (PCNSGD on batches). A step costs two backward
    passes where lengths follow from layers' inputs and slopes (`class_lengths.py`) and classes are many, else one for
    each class. `blind` is the control: the batch's classes are dealt to its rows at random.
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
        """None: where gradients of one length cancel depends on how well each class is known."""


def scales(squares: Tensor, y: Tensor) -> Tensor:
    """What brings each class's gradient to one length over the number of classes there, (K,)."""
    there = indicators(y, len(squares)).any(0).sum()
    # NOTE[DIFF] over the number of classes, where the paper adds them up: a step's length doesn't grow with K
    return 1 / squares.sqrt().clamp_min(1e-12) / there
