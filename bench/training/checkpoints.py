"""Looks at validation rows between epochs: which checkpoint is kept, and when training stops.

One criterion for all: macro AP after prior conversion, the primary metric. Log loss, the other candidate, ends training
while rare classes still improve: on generated rows of 50 classes it cost a tenth of the macro AP, and on clicks at 1 %
neither won. Of a rare class there are few validation rows, so a checkpoint counts by the mean of the last three looks:
with 16 clicks among 1,600 rows the network kept by single looks lost a tenth of its AP on test rows.
"""

from __future__ import annotations

import math
from statistics import fmean

import numpy as np
import torch
from torch import Tensor

from longtail.bench.training.device_rows import inputs
from longtail.strategies.network import Batch, Net
from longtail.strategies.table import Table

MOST_ROWS = 4000
CHUNK = 8192
LOOKS = 3
"""that a checkpoint's value is the mean of"""
ROUNDING = 1e-9
"""by which means of equal looks may differ"""
ROUNDS = 8
"""of proportional fitting"""


class Look:
    """At most 4,000 validation rows, evenly spaced, the same for every strategy."""

    def __init__(self, valid: Table, device: torch.device) -> None:
        rows = np.unique(np.linspace(0, len(valid) - 1, min(MOST_ROWS, len(valid))).round().astype(np.int64))
        self.x = inputs(valid.take(rows), device)
        self.y = torch.from_numpy(valid.y[rows]).to(device)
        self.classes = valid.classes

    def at(self, net: Net) -> tuple[float, Tensor]:
        """Macro AP after prior conversion, by which checkpoints are chosen, and recall by class (K,).

        Recall is of decisions as if classes were equally frequent: of the most probable class that of rare clicks would
        be 0 at every look.
        """
        scores = outputs(net, self.x)
        return float(macro_ap(scores, self.y)), class_recall(at_equal_frequencies(scores), self.y)


class Best:
    """The best checkpoint so far: the first to reach the greatest mean of the looks at it and at the two before it.

    Looks before the strategy has settled are not among them.
    """

    def __init__(self, patience: int) -> None:
        self.patience = patience
        self.value, self.stale = -math.inf, 0
        self.looks: list[float] = []
        self.state: dict[str, Tensor] = {}

    def meets(self, value: float, net: Net) -> bool:
        """Take note of a checkpoint; whether to go on."""
        self.looks = [*self.looks, value][-LOOKS:]
        value = fmean(self.looks)
        if value > self.value + ROUNDING:
            self.value, self.stale = value, 0
            self.state = {name: tensor.detach().clone() for name, tensor in net.state_dict().items()}
        else:
            self.stale += 1
        return self.stale < self.patience

    def restore(self, net: Net) -> None:
        """Put the best checkpoint back, if any counted."""
        if self.state:
            net.load_state_dict(self.state)


@torch.no_grad()
def outputs(net: Net, x: tuple[Tensor, Tensor]) -> Tensor:
    """Log-probabilities (n, K), in evaluation mode."""
    training = net.training
    net.eval()
    n = len(x[0])
    blank = torch.zeros(n, dtype=torch.int64, device=x[0].device)
    parts = []
    for first in range(0, n, CHUNK):
        part = slice(first, first + CHUNK)
        batch = Batch(tuple(p[part] for p in x), blank[part], blank[part])
        parts.append(net(batch).log_softmax(-1))
    net.train(training)
    return torch.cat(parts)


def macro_ap(scores: Tensor, y: Tensor) -> Tensor:
    """Mean of the classes' average precision under the natural priors; of two classes that of the rarer one.

    Classes without rows don't count. Of tied scores the first row comes first.
    """
    classes = scores.shape[1]
    counts = torch.bincount(y, minlength=classes)
    if classes == 2:
        chosen = counts.argmin()[None]  # one row's order, whatever the prior
    else:
        scores, chosen = at_frequencies(scores, counts), torch.arange(classes, device=y.device)
    order = scores[:, chosen].T.contiguous().argsort(dim=1, descending=True, stable=True)
    own = (y[order] == chosen[:, None]).to(torch.float64)
    rank = torch.arange(1, len(y) + 1, device=y.device)
    precision = (own.cumsum(1) / rank * own).sum(1)
    support = counts[chosen]
    return (precision / support.clamp_min(1)).sum() / (support > 0).sum()


def at_frequencies(scores: Tensor, counts: Tensor) -> Tensor:
    """Log-probabilities (n, K) shifted by class offsets so that their means are the class frequencies of these rows.

    So no strategy is judged by the prior that it trained on, declared or not. Those offsets are the ones of least log
    loss (a convex problem), found by proportional fitting; half a row a class keeps absent classes finite.
    """
    share = (counts + 0.5) / (counts.sum() + 0.5 * len(counts))
    target = share.to(scores).log()
    for _ in range(ROUNDS):
        scores = (scores + target - scores.exp().mean(0).clamp_min(1e-30).log()).log_softmax(-1)
    return scores


def at_equal_frequencies(scores: Tensor) -> Tensor:
    """Log-probabilities (n, K) over their mean of each class: its argmax is the decision under equal priors."""
    return scores - scores.exp().mean(0).clamp_min(1e-30).log()


def class_recall(scores: Tensor, y: Tensor) -> Tensor:
    """Share of each class's rows that have it as their most probable class, (K,); 0 where there are none."""
    classes = scores.shape[1]
    hits = torch.bincount(y, (scores.argmax(1) == y).float(), minlength=classes)
    return hits / torch.bincount(y, minlength=classes).clamp_min(1)
