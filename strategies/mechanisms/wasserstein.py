"""Conditional generator of mixed columns, trained against a critic with gradient penalty."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from longtail.strategies.mechanisms.generator_steps import Descent, Noise, alike, gumbel, layers


@dataclass(frozen=True)
class CriticPlan:
    """Sizes and steps of the training; the critic judges `pack` rows at once."""

    steps: int
    critic_steps: int
    batch: int
    noise: int
    width: int
    penalty: float
    learning_rate: float
    temperature: float
    pack: int = 1
    wasserstein: bool = True
    """whether the loss is Wasserstein's; else it is the logistic loss of real against fake"""

    @property
    def turns(self) -> int:
        """Return the number of batches: per step `critic_steps` for the critic and one for the generator."""
        return self.steps * (self.critic_steps + 1)


class Generator(nn.Module):
    """A map from noise (B, z) and conditions (B, C) to wide rows (B, W): a network's output added to a class's average.

    Columns with one place are numbers, kept within `bound` of 0; the others are choices.
    """

    def __init__(
        self, net: nn.Module, start: Tensor, places: list[int], temperature: float, bound: float = math.inf
    ) -> None:
        super().__init__()
        self.net, self.start = net, nn.Parameter(start.clone())
        self.places, self.temperature, self.bound = places, temperature, bound

    def raw(self, noise: Tensor, condition: Tensor) -> Tensor:
        """Return numbers and logits of choices, (B, W)."""
        out: Tensor = self.net(torch.cat([noise, condition], 1)) + condition @ self.start
        return out

    def wide(self, raw: Tensor, uniform: Tensor) -> Tensor:
        """Draw choices from `uniform` (B, W) numbers by the Gumbel-softmax trick, which keeps gradients, (B, W)."""
        parts = zip(torch.split(raw, self.places, 1), torch.split(gumbel(uniform), self.places, 1), strict=True)
        return torch.cat([self._number(p) if p.shape[1] == 1 else self._choice(p + g) for p, g in parts], 1)

    def forward(self, noise: Tensor, condition: Tensor, uniform: Tensor) -> Tensor:
        return self.wide(self.raw(noise, condition), uniform)

    def _number(self, raw: Tensor) -> Tensor:
        return raw if math.isinf(self.bound) else self.bound * (raw / self.bound).tanh()

    def _choice(self, raw: Tensor) -> Tensor:
        return (raw / self.temperature).softmax(1)


class Packed(nn.Module):
    """A critic of several rows at once: it sees how similar they are, so the generator can't always draw one row."""

    def __init__(self, net: nn.Module, pack: int) -> None:
        super().__init__()
        self.net, self.pack = net, pack

    def forward(self, rows: Tensor) -> Tensor:
        out: Tensor = self.net(rows.reshape(len(rows) // self.pack, -1))
        return out


Conditions = Iterable[tuple[Tensor, Tensor]]
"""row positions (B,) and their conditions (B, C), one batch per turn"""


def trained(
    real: Tensor,
    conditions: Conditions,
    start: Tensor,
    places: list[int],
    plan: CriticPlan,
    noise: Noise,
    lack: Callable[[Tensor, Tensor], Tensor] | None = None,
    bound: float = math.inf,
) -> Generator:
    """Train a generator of rows like `real` (n, W) under conditions; `start` is (C, W).

    `lack` maps (numbers and logits, conditions) to a penalty on the generator for ignoring the conditions.
    """
    seen, told = real.shape[1], len(start)
    net = layers(plan.noise + told, plan.width, seen, noise.source)
    generator = Generator(net, start, places, plan.temperature, bound).to(real.device)
    critic = Packed(layers(plan.pack * (seen + told), plan.width, 1, noise.source), plan.pack).to(real.device)
    fit_critic = Descent(critic, plan.learning_rate, plan.steps * plan.critic_steps)
    fit_generator = Descent(generator, plan.learning_rate, plan.steps)
    for turn, (at, condition) in enumerate(conditions):
        own_turn = turn % (plan.critic_steps + 1) == plan.critic_steps
        with torch.set_grad_enabled(own_turn):
            raw = generator.raw(noise.normal(len(at), plan.noise), condition)
            fake = generator.wide(raw, noise.uniform(len(at), seen))
        if own_turn:
            judged = critic(torch.cat([fake, condition], 1))
            loss = -judged.mean() if plan.wasserstein else F.softplus(-judged).mean()
            fit_generator.down(loss if lack is None else loss + lack(raw, condition))
        else:
            mix = noise.uniform(len(at) // plan.pack, 1).repeat_interleave(plan.pack, 0)
            fit_critic.down(critic_loss(critic, real[at], fake, condition, mix, plan.penalty, plan.wasserstein))
    return generator


def critic_loss(
    critic: nn.Module,
    real: Tensor,
    fake: Tensor,
    condition: Tensor,
    mix: Tensor,
    penalty: float,
    wasserstein: bool = True,
) -> Tensor:
    """Return how much higher the critic rates fakes, plus the penalty on the squared distance of its slope from 1."""
    between = torch.lerp(real, fake, mix).requires_grad_()
    judged = critic(torch.cat([between, condition], 1))
    slope = torch.autograd.grad(judged.sum(), between, create_graph=True)[0].reshape(len(judged), -1)
    to_fake, to_real = critic(torch.cat([fake, condition], 1)), critic(torch.cat([real, condition], 1))
    gap: Tensor = to_fake - to_real if wasserstein else F.softplus(to_fake) + F.softplus(-to_real)
    loss: Tensor = gap.mean() + penalty * (torch.linalg.vector_norm(slope, dim=1) - 1).square().mean()
    return loss


def by_class(labels: Tensor, plan: CriticPlan, noise: Noise) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield rows with their class as the condition, classes drawn evenly; labels are (n, K)."""
    rows = noise.rows(alike(labels), plan.turns * plan.batch)
    for at in torch.split(rows, plan.batch):
        yield at, labels[at]


def drawn(generator: Generator, conditions: Tensor, plan: CriticPlan, noise: Noise) -> Tensor:
    """Draw wide rows (n, W) under conditions (n, C), on the generator's device."""
    seen = sum(generator.places)
    with torch.no_grad():
        return torch.cat(
            [
                generator(noise.normal(len(own), plan.noise), own, noise.uniform(len(own), seen))
                for own in torch.split(conditions, 4096)
            ]
        )
