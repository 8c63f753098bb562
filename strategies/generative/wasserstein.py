"""A label-conditioned generator of mixed columns, trained against a Wasserstein critic with gradient penalty."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from longtail.strategies.network import redrawn


@dataclass(frozen=True)
class Plan:
    """Sizes and steps of the training."""

    steps: int
    critic_steps: int
    batch: int
    noise: int
    width: int
    penalty: float
    learning_rate: float
    temperature: float


class Generator(nn.Module):
    """Noise (B, z) and labels (B, K) to wide rows (B, W): a network's output on top of what classes have on average."""

    def __init__(self, net: nn.Module, start: Tensor, places: list[int], temperature: float) -> None:
        super().__init__()
        self.net, self.start, self.places, self.temperature = net, nn.Parameter(start.clone()), places, temperature

    def forward(self, noise: Tensor, labels: Tensor, uniform: Tensor) -> Tensor:
        """`uniform` (B, W) numbers make categories by the Gumbel trick: soft, so that slopes pass through."""
        raw = self.net(torch.cat([noise, labels], 1)) + labels @ self.start
        gumbel = -(-uniform.clamp(1e-6, 1 - 1e-6).log()).log()
        parts = zip(torch.split(raw, self.places, 1), torch.split(gumbel, self.places, 1), strict=True)
        return torch.cat([p if p.shape[1] == 1 else ((p + g) / self.temperature).softmax(1) for p, g in parts], 1)


class Noise:
    """Random numbers drawn on the CPU and moved, so that devices agree."""

    def __init__(self, source: torch.Generator, device: torch.device) -> None:
        self.source, self.device = source, device

    def normal(self, *shape: int) -> Tensor:
        return torch.randn(shape, generator=self.source).to(self.device)

    def uniform(self, *shape: int) -> Tensor:
        return torch.rand(shape, generator=self.source).to(self.device)


class Descent:
    """Adam whose rate is constant for the first half of `turns` and falls to 0 over the second."""

    def __init__(self, module: nn.Module, rate: float, turns: int) -> None:
        self.adam = torch.optim.Adam(module.parameters(), rate, betas=(0.5, 0.9), fused=True)
        self.rate = torch.optim.lr_scheduler.LambdaLR(self.adam, lambda turn: min(1.0, 2 - 2 * turn / turns))

    def down(self, loss: Tensor) -> None:
        """One step down the loss."""
        self.adam.zero_grad()
        torch.autograd.backward(loss)
        self.adam.step()
        self.rate.step()


def trained(real: Tensor, labels: Tensor, start: Tensor, places: list[int], plan: Plan, noise: Noise) -> Generator:
    """Learn to draw rows like `real` (n, W) given `labels` (n, K), classes drawn alike; `start` (K, W)."""
    (_, seen), classes = real.shape, labels.shape[1]
    net = layers(plan.noise + classes, plan.width, seen, noise.source)
    generator = Generator(net, start, places, plan.temperature).to(real.device)
    critic = layers(seen + classes, plan.width, 1, noise.source).to(real.device)
    turns = plan.steps * plan.critic_steps
    fit_critic = Descent(critic, plan.learning_rate, turns)
    fit_generator = Descent(generator, plan.learning_rate, plan.steps)
    shares = (labels @ (1 / labels.sum(0).clamp_min(1))).cpu()
    draws = (turns + plan.steps) * plan.batch
    rows = torch.multinomial(shares, draws, replacement=True, generator=noise.source).to(real.device)
    for step, at in enumerate(torch.split(rows, plan.batch)):
        label = labels[at]
        own_turn = step % (plan.critic_steps + 1) == plan.critic_steps
        with torch.set_grad_enabled(own_turn):
            fake = generator(noise.normal(len(at), plan.noise), label, noise.uniform(len(at), seen))
        if own_turn:
            fit_generator.down(-critic(torch.cat([fake, label], 1)).mean())
        else:
            fit_critic.down(critic_loss(critic, real[at], fake, label, noise.uniform(len(at), 1), plan.penalty))
    return generator


def critic_loss(critic: nn.Module, real: Tensor, fake: Tensor, label: Tensor, mix: Tensor, penalty: float) -> Tensor:
    """How much more the critic gives to fakes, and the square of how far its slope in between is from 1."""
    between = torch.lerp(real, fake, mix).requires_grad_()
    slope = torch.autograd.grad(critic(torch.cat([between, label], 1)).sum(), between, create_graph=True)[0]
    gap: Tensor = critic(torch.cat([fake, label], 1)) - critic(torch.cat([real, label], 1))
    loss: Tensor = gap.mean() + penalty * (torch.linalg.vector_norm(slope, dim=1) - 1).square().mean()
    return loss


def drawn(generator: Generator, y: Tensor, plan: Plan, noise: Noise) -> Tensor:
    """Wide rows (n, W) of classes y (n,) on the generator's device."""
    classes, seen = generator.start.shape
    parts = []
    with torch.no_grad():
        for own in torch.split(y, 4096):
            label = nn.functional.one_hot(own, classes).float()
            parts.append(generator(noise.normal(len(own), plan.noise), label, noise.uniform(len(own), seen)))
    return torch.cat(parts)


def layers(inputs: int, width: int, outputs: int, source: torch.Generator) -> nn.Module:
    """Two hidden layers; weights from the source."""
    sizes = ((inputs, width), (width, width), (width, outputs))
    first, second, last = (nn.Linear(a, b, device="meta").to_empty(device="cpu") for a, b in sizes)
    return redrawn(nn.Sequential(first, nn.LeakyReLU(0.2), second, nn.LeakyReLU(0.2), last), source)
