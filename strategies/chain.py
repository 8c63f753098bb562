"""Composition of strategies: data hooks in order, weights multiplied, one owner per hook that replaces something."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from operator import mul
from typing import Any, ClassVar, final

import numpy as np
import torch
from torch import Tensor

from longtail.strategies.base import Fit, Model, Resources, Scores, Strategy, Train
from longtail.strategies.network import Batch, Losses, Moment, Net, Params
from longtail.strategies.table import Doubles, Floats, Ints, Profile, Table

SINGLE = ("estimator", "assemble", "stages", "draw", "partner", "loss", "objective", "gradient", "decide")
CLAIMS = {
    "head": "the head of the network",
    "labels": "the labels of a row",
    "logits": "the shape of logits in training",
    "propensity": "the weight of a row by its propensity",
    "examination": "the weight of a click by its examination",
}
"""things that a part may claim besides hooks, in words"""
NOTHING = Strategy()


@final
@dataclass(frozen=True)
class Chain(Strategy):
    """Several strategies applied as one, in the order in which they are written: `a+b`.

    Raises ValueError where two parts replace the same hook or set the same thing, or where a part must come later.
    """

    paper: ClassVar[str] = "composition"
    parts: tuple[Strategy, ...] = ()

    def __post_init__(self) -> None:
        for thing in dict.fromkeys((*SINGLE, *sorted(frozenset().union(*(part.claims for part in self.parts))))):
            owners = [part.name for part in self.parts if thing in part.acts | part.claims]
            if len(owners) > 1 and thing in CLAIMS:
                raise ValueError(f"{' and '.join(owners)} can't be composed: each sets {CLAIMS[thing]}")
            if len(owners) > 1:
                both = " and ".join(owners)
                raise ValueError(f"only one part of a composed strategy can replace `{thing}`, got {both}")
        for place, part in enumerate(self.parts):
            for later in self.parts[place + 1 :]:
                if hooks := part.last & later.acts:
                    raise ValueError(
                        f"{part.name} must be the last part that overrides `{min(hooks)}`: "
                        f"write {later.name}+{part.name}, not {part.name}+{later.name}"
                    )

    @property
    def name(self) -> str:  # type: ignore[override] # follows from the parts
        return "+".join(part.name for part in self.parts)

    @property
    def reads(self) -> frozenset[str]:  # type: ignore[override] # follows from the parts
        return frozenset().union(*(part.reads for part in self.parts))

    @property
    def home(self) -> str:  # type: ignore[override] # follows from the parts
        return self.owner("estimator").home

    @property
    def pairs(self) -> bool:  # type: ignore[override] # follows from the parts
        return any(part.pairs for part in self.parts if "augment" in part.acts)

    @property
    def acts(self) -> frozenset[str]:
        return frozenset().union(*(part.acts for part in self.parts))

    @property
    def settled(self) -> float:
        return max(part.settled for part in self.parts)

    def owner(self, hook: str) -> Strategy:
        """Return the part that overrides a hook, else a strategy that changes nothing."""
        return next((part for part in self.parts if hook in part.acts), NOTHING)

    def why_skip(self, profile: Profile) -> str | None:
        return next(filter(None, (part.why_skip(profile) for part in self.parts)), None)

    def assemble(self, table: Table, fit: Fit, rng: np.random.Generator) -> Model:
        return self.owner("assemble").assemble(table, fit, rng)

    def estimator(self, table: Table, rng: np.random.Generator) -> Model:
        return self.owner("estimator").estimator(table, rng)

    def resample(self, table: Table, rng: np.random.Generator, resources: Resources) -> Table:
        return reduce(lambda rows, part: part.resample(rows, rng, resources), self.parts, table)

    def row_weights(self, table: Table) -> Floats | None:
        weights: Floats | None = product(part.row_weights(table) for part in self.parts)
        return weights

    def network(self, net: Net, classes: int, source: torch.Generator) -> Net:
        return reduce(lambda changed, part: part.network(changed, classes, source), self.parts, net)

    def stages(self, net: Net, train: Train, table: Table, source: torch.Generator) -> Net:
        owner = self.owner("stages")

        def staged(
            net: Net, *, table: Table | None = None, using: Strategy | None = None, only: str = "", share: float = 1.0
        ) -> Net:
            # `using` takes the place of the owner of the stages; the other parts stay, so it can't replace their hooks
            stage = self if using is None else self.with_stage(owner, using)
            return train(net, table=table, using=stage, only=only, share=share)

        return owner.stages(net, staged, table, source)

    def with_stage(self, owner: Strategy, using: Strategy) -> Chain:
        """Return the chain with `using` in place of the part that owns the stages."""
        return Chain(tuple(using if part is owner else part for part in self.parts))

    def draw(self, at: Moment) -> Tensor | None:
        return self.owner("draw").draw(at)

    def partner(self, at: Moment) -> Tensor | None:
        return self.owner("partner").partner(at)

    def augment(self, batch: Batch, other: Batch, at: Moment) -> Batch:
        return reduce(lambda changed, part: part.augment(changed, other, at), self.parts, batch)

    def class_weights(self, at: Moment) -> Tensor | None:
        weights: Tensor | None = product(part.class_weights(at) for part in self.parts)
        return weights

    def loss(self, logits: Tensor, y: Tensor, at: Moment) -> Tensor:
        return self.owner("loss").loss(logits, y, at)

    def objective(self, net: Net, batch: Batch, losses: Losses, at: Moment) -> Tensor:
        return self.owner("objective").objective(net, batch, losses, at)

    def gradient(self, rows: Callable[[Params], Tensor], params: Params, batch: Batch, at: Moment) -> Params:
        return self.owner("gradient").gradient(rows, params, batch, at)

    def step_sizes(self, params: Params, batch: Batch, at: Moment) -> Params:
        scales = [part.step_sizes(params, batch, at) for part in self.parts]
        return {name: product(s.get(name) for s in scales) for name in params if any(name in s for s in scales)}

    def shift(self, trained: Profile) -> Doubles | None:
        factors = [part.shift(trained) for part in self.parts]
        if any(factor is None for factor in factors):
            return None
        shift: Doubles = product(factors)
        return shift

    def calibrate(self, scores: Floats, y: Ints, natural: Profile, trained: Profile) -> Scores | None:
        steps: list[Scores] = []
        for part in self.parts:
            if step := part.calibrate(scores, y, natural, natural if steps else trained):
                steps.append(step)
                scores = step(scores)
        return (lambda given: reduce(lambda s, step: step(s), steps, given)) if steps else None

    def decide(self, scores: Floats, y: Ints, natural: Profile, trained: Profile) -> Scores | None:
        meant = natural if "calibrate" in self.acts else trained
        return self.owner("decide").decide(scores, y, natural, meant)


def product(factors: Iterable[Any]) -> Any:
    """Return the product of the factors that are not None, or None if there are no such factors."""
    there = [factor for factor in factors if factor is not None]
    return reduce(mul, there) if there else None
