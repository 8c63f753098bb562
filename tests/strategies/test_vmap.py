"""Per-step hooks can run for several seeds at once: under vmap they give the values of single calls."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.func import functional_call, grad, stack_module_state, vmap

from longtail.strategies.adaptive_lr.adaptive_learning_rate import AdaptiveLearningRate
from longtail.strategies.adaptive_lr.class_normalised_gradient import ClassNormalisedGradient
from longtail.strategies.adaptive_lr.focal_sam import FocalSam
from longtail.strategies.adaptive_lr.imbsam import Imbsam
from longtail.strategies.adaptive_lr.tail_plateau import TailPlateau
from longtail.strategies.augmentation.mixup import Mixup
from longtail.strategies.base import Strategy, row_losses
from longtail.strategies.catalogue import strategy_classes
from longtail.strategies.chain import Chain
from longtail.strategies.fairness.group_dro import GroupDro
from longtail.strategies.losses.class_averaged_loss import ClassAveragedLoss
from longtail.strategies.losses.equalisation_loss import EqualisationLoss
from longtail.strategies.network import Batch, Moment, Net, Params, Rng
from longtail.strategies.schedules.deferred_reweighting import DeferredReweighting

SEEDS, ROWS, NUMBERS, CODES, CLASSES, DICE = 3, 24, 4, 5, 6, 600
EVERY_STEP = {"augment", "class_weights", "loss", "objective", "gradient", "step_sizes"}
Tensors = dict[str, Tensor]


class Embed(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.codes = nn.Embedding(CODES, 3)

    def forward(self, x: tuple[Tensor, ...]) -> Tensor:
        return torch.cat([x[0], self.codes(x[1][:, 0])], 1)


class Objective(nn.Module):
    """A strategy's terms as a module, so that functional_call can swap the network's parameters."""

    def __init__(self, strategy: Strategy, net: Net) -> None:
        super().__init__()
        self.strategy, self.net = strategy, net

    def forward(self, batch: Batch, at: Moment) -> Tensor:
        return self.strategy.objective(self.net, batch, row_losses(self.strategy, at), at)


def drawn(source: torch.Generator) -> dict[str, Any]:
    """One seed's inputs of a step."""

    def rows() -> tuple[Tensor, ...]:
        x = torch.randn(ROWS, NUMBERS, generator=source), torch.randint(CODES, (ROWS, 1), generator=source)
        y, weight = torch.randint(CLASSES, (ROWS,), generator=source), 0.5 + torch.rand(ROWS, generator=source)
        return (*x, y, weight, 0.05 + 0.95 * torch.rand(ROWS, generator=source))

    counts = torch.randint(1, 500, (CLASSES,), generator=source).float()
    recall = torch.rand(4, CLASSES, generator=source)
    dice = torch.rand(DICE, generator=source), torch.randn(DICE, generator=source)
    return {"own": rows(), "other": rows(), "counts": counts, "recall": recall, "uniform": dice[0], "normal": dice[1]}


def batch_of(rows: tuple[Tensor, ...]) -> Batch:
    return Batch(rows[:2], rows[2], rows[3], examination=rows[4])


def step_of(strategy: Strategy, objective: Objective, fraction: float) -> Any:
    """A whole step: batch changed, gradient, multipliers, and what is left in the buffers."""
    acts = strategy.acts

    def step(params: Tensors, buffers: Tensors, given: dict[str, Any]) -> dict[str, Tensors]:
        at = Moment(fraction, given["counts"], given["recall"], Rng(given["uniform"], given["normal"]))
        batch = batch_of(given["own"])
        if "augment" in acts:
            batch = strategy.augment(batch, batch_of(given["other"]), at)
        start = at.rng.used
        bare = {name.removeprefix("net."): p for name, p in params.items()}

        def terms(p: Params) -> Tensor:
            at.rng.used = start
            whole = {f"net.{name}": value for name, value in p.items()}
            found: Tensor = functional_call(objective, (whole, buffers), (batch, at))
            return found

        # the value first: a buffer may not be written inside torch.func.grad
        value = terms(bare)
        left = {name: b.clone() for name, b in buffers.items()}
        kept = dict(buffers)
        slope: Any = {}
        if "gradient" in acts:
            slope = strategy.gradient(terms, bare, batch, at)
        elif not kept:
            slope = grad(lambda p: terms(p).mean())(bare)
        sizes = dict(strategy.step_sizes(bare, batch, at))
        return {"terms": {"value": value}, "slope": dict(slope), "sizes": sizes, "buffers": left}

    return step


def network_strategies() -> list[Strategy]:
    found = [kind() for kind in strategy_classes().values() if kind().acts & EVERY_STEP]
    return [
        *found,
        AdaptiveLearningRate(blind=True),
        AdaptiveLearningRate(scope="output"),
        AdaptiveLearningRate(scope="output", blind=True),
        ClassNormalisedGradient(blind=True),
        Imbsam(blind=True),
        FocalSam(blind=True),
        TailPlateau(blind=True),
        Chain((FocalSam(blind=True), EqualisationLoss())),
        Chain((Mixup(), ClassAveragedLoss(), DeferredReweighting())),
        Chain((Mixup(), GroupDro(), AdaptiveLearningRate(blind=True))),
    ]


@pytest.mark.parametrize("fraction", [0.25, 0.9])
@pytest.mark.parametrize("strategy", network_strategies(), ids=repr)
def test_batched_seeds_give_the_values_of_single_ones(strategy: Strategy, fraction: float) -> None:
    source = torch.Generator().manual_seed(0)
    objectives = []
    for seed in range(SEEDS):
        torch.manual_seed(seed)
        net = Net(Embed(), nn.Sequential(nn.Linear(NUMBERS + 3, 8), nn.ReLU()), nn.Linear(8, CLASSES), 8)
        objectives.append(Objective(strategy, strategy.network(net, CLASSES, source)))
    inputs = [drawn(source) for _ in range(SEEDS)]
    together = {key: stacked([given[key] for given in inputs]) for key in inputs[0]}

    params, buffers = stack_module_state(objectives)
    params = {name: p.detach() for name, p in params.items()}
    step = step_of(strategy, objectives[0], fraction)
    batched = vmap(step, randomness="error")(params, {n: b.clone() for n, b in buffers.items()}, together)
    for seed in range(SEEDS):
        own = {name: p[seed] for name, p in params.items()}
        kept = {name: b[seed].clone() for name, b in buffers.items()}
        single = step(own, kept, inputs[seed])
        for part, values in single.items():
            for name, value in values.items():
                torch.testing.assert_close(batched[part][name][seed], value, atol=1e-6, rtol=1e-5, msg=f"{part} {name}")


def stacked(values: list[Any]) -> Any:
    if isinstance(values[0], tuple):
        return tuple(torch.stack(parts) for parts in zip(*values, strict=True))
    return torch.stack(values)
