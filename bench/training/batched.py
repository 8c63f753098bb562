"""Training of several seeds as one program: stacked networks, pooled rows, and steps under `torch.func.vmap`.

A step of a small network is mostly kernel launches and bookkeeping, which the seeds share here. Draws, looks at
validation rows and checkpoints stay separate per seed, so each seed gets the result that it would get alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.func import functional_call, vmap

from longtail.bench.errors import TrainingError
from longtail.bench.training.checkpoints import Best, Look
from longtail.bench.training.device_rows import DeviceRows
from longtail.bench.training.draws import Draws
from longtail.bench.training.loop import Budget, Stage, Vector, diverged, nothing_moves
from longtail.bench.training.optimisers import optimiser_of
from longtail.bench.training.steps import Objective, draws_per_step, scaled_step
from longtail.strategies.base import Strategy
from longtail.strategies.network import Batch, Moment, Net, Params, Rng, Terms

Tensors = dict[str, Tensor]


@dataclass(frozen=True, eq=False)
class TrainingRequest:
    """Arguments of one seed for one call of `train`; see `loop.train`."""

    net: Net
    rows: DeviceRows
    look: Look | None
    strategy: Strategy
    budget: Budget
    stage: Stage
    only: str = ""

    @property
    def size(self) -> int:
        """Return the number of rows in a batch."""
        return min(self.budget.batch, len(self.rows))

    def trains(self, name: str, p: Tensor) -> bool:
        """Return whether a parameter moves in training."""
        return p.requires_grad and name.startswith(self.only)

    def goes_with(self, other: TrainingRequest) -> bool:
        """Return whether both can share a program: the same strategy, steps, parameters and kinds of tensors.

        Embeddings may differ in their number of codes; the shorter ones are padded.
        """
        return (
            (self.budget, self.stage.first, self.stage.last, self.only, self.size)
            == (other.budget, other.stage.first, other.stage.last, other.only, other.size)
            and (self.look is None) == (other.look is None)
            and (self.rows.group is None) == (other.rows.group is None)
            and (self.rows.examination is None) == (other.rows.examination is None)
            and [part.shape[1:] for part in self.rows.x] == [part.shape[1:] for part in other.rows.x]
            and self._build() == other._build()
            and _equal(self.strategy, other.strategy)
        )

    def _build(self) -> list[tuple[object, ...]]:
        codes = {f"{name}.weight" for name, module in self.net.named_modules() if isinstance(module, nn.Embedding)}
        state: list[tuple[object, ...]] = [
            (name, p.shape[1:] if name in codes else p.shape, p.dtype, self.trains(name, p))
            for name, p in self.net.named_parameters()
        ]
        return state + [(name, buffer.shape, buffer.dtype) for name, buffer in self.net.named_buffers()]


def _equal(one: Strategy, other: Strategy) -> bool:
    try:
        return bool(one == other)
    except (RuntimeError, ValueError):
        return False  # they hold tensors, such as a teacher's weights, and can't share a program


def train_many(requests: Sequence[TrainingRequest]) -> list[int | TrainingError]:
    """Train networks in place through one stage each, all at once; return each one's number of steps or its error.

    All requests must go with the first (`TrainingRequest.goes_with`).
    """
    if not any(requests[0].trains(name, p) for name, p in requests[0].net.named_parameters()):
        asked = requests[0]
        return [nothing_moves(asked.strategy, asked.only) for _ in requests]
    needed = _draws_per_step(requests[0])
    states = [SeedState(request, needed) for request in requests]
    program = Program(states)
    first, budget, stage = requests[0], requests[0].budget, requests[0].stage
    done = stage.first
    while done < stage.last and any(state.goes_on for state in states):
        steps = min(budget.epoch, stage.last - done)
        program.run(done, steps)
        done += steps
        for place, state in enumerate(states):
            if state.goes_on:
                program.copy_to(state.request.net, place)
                state.judge(done)
    if first.look is not None:
        for state in states:
            state.best.restore(state.request.net)
    return [state.trouble or state.done - stage.first for state in states]


def _draws_per_step(request: TrainingRequest) -> tuple[int, int]:
    """Return the numbers of uniform and normal draws per step, the same for every seed."""
    moving = {name: p for name, p in request.net.named_parameters() if request.trains(name, p)}
    return draws_per_step(Objective(request.strategy, request.net.train()), moving, request.rows, request.size)


class SeedState:
    """State of one seed between epochs: its draws, looks and best checkpoint."""

    def __init__(self, request: TrainingRequest, needed: tuple[int, int]) -> None:
        self.request = request
        self.draws = Draws(request.rows, request.strategy, request.stage.seed, request.size, needed)
        self.best = Best(request.budget.patience)
        self.recall = torch.zeros(0, len(request.rows.counts), device=request.rows.y.device)
        self.done = request.stage.first
        self.goes_on = True
        self.trouble: TrainingError | None = None

    def judge(self, done: int) -> None:
        """Look at the network after an epoch: set `trouble` if it diverged, and `goes_on` if training continues."""
        request, self.done = self.request, done
        moved = [p for name, p in request.net.named_parameters() if request.trains(name, p)]
        if not all(bool(torch.isfinite(p).all()) for p in moved):
            self.trouble = diverged(request.strategy)
            self.goes_on = False
            return
        if request.look is None:
            return
        value, recall = request.look.at(request.net)
        self.recall = torch.cat([self.recall, recall[None]])
        if done / request.budget.steps > request.strategy.settled:
            self.goes_on = self.best.meets(value, request.net)


Taken = dict[str, Tensor]
"""rows of all seeds by part, with the seeds first; parts that are absent have no key, since `vmap` accepts no None"""


def batch_of(rows: Taken) -> Batch:
    """Return the rows of one seed as the batch that hooks receive."""
    seen = rows.get("examination")
    return Batch((rows["numbers"], rows["codes"]), rows["y"], rows["weight"], rows.get("group"), examination=seen)


class PooledRows:
    """Rows of all seeds, one after the other."""

    def __init__(self, rows: Sequence[DeviceRows]) -> None:
        parts = [{"numbers": own.x[0], "codes": own.x[1], "y": own.y, "weight": own.weight} for own in rows]
        for part, own in zip(parts, rows, strict=True):
            known = {"group": own.group, "examination": own.examination}
            part.update({name: values for name, values in known.items() if values is not None})
        self.parts = {name: torch.cat([part[name] for part in parts]) for name in parts[0]}
        lengths = torch.tensor([len(own) for own in rows])
        self.first = (lengths.cumsum(0) - lengths).to(rows[0].y.device)[:, None]

    def take(self, at: Tensor) -> Taken:
        """Return the rows with these numbers (S, B), which count within each seed."""
        flat = (at + self.first).reshape(-1)
        return {
            name: part.index_select(0, flat).reshape(*at.shape, *part.shape[1:]) for name, part in self.parts.items()
        }


class Program:
    """Stacked networks, their optimiser, and the steps that train them."""

    def __init__(self, states: Sequence[SeedState]) -> None:
        self.states = states
        asked = [state.request for state in states]
        first = asked[0]
        self.strategy, self.budget, self.size = first.strategy, first.budget, first.size
        self.acts = first.strategy.acts
        for request in asked:
            request.net.train()
        self.objective = Objective(first.strategy, first.net)
        self.moving = {name for name, p in first.net.named_parameters() if first.trains(name, p)}
        own = dict(first.net.named_parameters())
        whole = {name: _stacked([dict(r.net.named_parameters())[name].detach() for r in asked]) for name in own}
        self.live = {name: nn.Parameter(part) for name, part in whole.items() if name in self.moving}
        self.rest = {name: part for name, part in whole.items() if name not in self.moving}
        buffers = dict(first.net.named_buffers())
        self.buffers = {name: torch.stack([dict(r.net.named_buffers())[name] for r in asked]) for name in buffers}
        self.vector = Vector(self.live)
        self.optimiser = optimiser_of(self.vector.whole, self.budget.optimiser, self.budget.rate, self.budget.decay)
        self.pool = PooledRows([request.rows for request in asked])
        self.counts = torch.stack([request.rows.counts for request in asked])

    def run(self, done: int, steps: int) -> None:
        """Run one epoch: draw the random numbers of each seed once, then take the steps of all seeds."""
        fraction = done / self.budget.steps
        drawn = [state.draws.epoch(fraction, steps, state.recall) for state in self.states]
        own, other, uniform, normal = (torch.stack(parts) for parts in zip(*drawn, strict=True))
        longest = max(len(state.recall) for state in self.states)
        # a seed that has stopped has fewer looks; its padded recall is not used
        recall = torch.stack([F.pad(s.recall, (0, 0, 0, longest - len(s.recall))) for s in self.states])
        for i in range(steps):
            fraction = (done + i) / self.budget.steps
            mates = self.pool.take(other[:, i]) if "augment" in self.acts and self.strategy.pairs else {}
            self._step(fraction, self.pool.take(own[:, i]), mates, recall, uniform[:, i], normal[:, i])

    def _step(self, fraction: float, own: Taken, mates: Taken, recall: Tensor, uniform: Tensor, normal: Tensor) -> None:
        """Take one step of the optimiser for all seeds."""
        self.vector.clear()
        found, scales = vmap(self._one(fraction), randomness="error")(
            self.live, self.rest, self.buffers, own, mates, self.counts, recall, uniform, normal
        )
        if "gradient" in self.acts:
            for name, slope in found.items():
                grad = self.live[name].grad
                assert grad is not None
                grad.copy_(slope.detach())
        else:
            found.mean(1).sum().backward()
        if scales:
            scaled_step(self.optimiser, self.live, {name: scale.detach() for name, scale in scales.items()})
        else:
            self.optimiser.step()

    def _one(self, fraction: float) -> Callable[..., tuple[Any, Tensors]]:
        """Return the function that computes a step of one seed: terms (B,) or gradients, and scales of the changes."""
        strategy, acts = self.strategy, self.acts

        def step(
            live: Tensors,
            rest: Tensors,
            buffers: Tensors,
            own: Taken,
            mates: Taken,
            counts: Tensor,
            recall: Tensor,
            uniform: Tensor,
            normal: Tensor,
        ) -> tuple[Any, Tensors]:
            at = Moment(fraction, counts, recall, Rng(uniform, normal))
            batch = batch_of(own)
            if "augment" in acts:
                batch = strategy.augment(batch, batch_of(mates) if mates else batch, at)
            start = at.rng.used
            fixed = {f"net.{name}": part for name, part in (rest | buffers).items()}

            def terms(given: Params) -> Tensor:
                at.rng.used = start
                state = {f"net.{name}": p for name, p in given.items()} | fixed
                rows: Tensor = functional_call(self.objective, state, (batch, at))
                return rows

            free = {name: p.detach() for name, p in live.items()}
            given = Terms(terms, "objective" not in acts)
            found: Any = strategy.gradient(given, free, batch, at) if "gradient" in acts else terms(live)
            scales: Tensors = {}
            if "step_sizes" in acts:
                sizes = strategy.step_sizes(free, batch, at)
                scales = {name: torch.as_tensor(scale).expand_as(free[name]) for name, scale in sizes.items()}
            return found, scales

        return step

    def copy_to(self, net: Net, place: int) -> None:
        """Copy one seed's weights and buffers to its network."""
        with torch.no_grad():
            for name, p in net.named_parameters():
                whole = self.live.get(name)
                if whole is not None:
                    p.copy_(whole[place, : len(p)] if p.ndim else whole[place])
            for name, buffer in net.named_buffers():
                buffer.copy_(self.buffers[name][place])


def _stacked(parts: list[Tensor]) -> Tensor:
    """Stack tensors with the seeds first; embeddings with fewer codes get rows of zeros, which no code uses."""
    if not parts[0].ndim:
        return torch.stack(parts)
    longest = max(map(len, parts))
    return torch.stack([torch.cat([p, p.new_zeros(longest - len(p), *p.shape[1:])]) for p in parts])
