"""Chooses the best strategy honestly: on one half of the seeds, and says what it gained on the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from longtail.bench.summary.view import View


@dataclass(frozen=True)
class Chosen:
    """The names chosen on either half, and the mean difference from the baseline that they had on the other half."""

    names: tuple[str, ...]
    difference: float


def chosen(view: View, datasets: Sequence[str], learner: str, metric: str) -> Chosen | None:
    """The best of a learner by the mean over datasets; None where there is one seed only, or nothing to choose from.

    Strategies that lack a seed on any dataset can't be chosen: their mean would be over easier data.
    """
    seeds = view.run.suite.seed_list
    halves = (seeds[::2], seeds[1::2])
    gains = {
        name: gain
        for name in view.strategies(learner)
        if (gain := _gains(view, datasets, learner, name, metric)) is not None
    }
    gains.pop(view.baseline, None)
    if len(seeds) < 2 or not gains:
        return None
    names, found = [], []
    for here, there in (halves, halves[::-1]):
        best = max(gains, key=lambda name: float(np.mean([gains[name][seed] for seed in here])))
        names.append(best)
        found.append(float(np.mean([gains[best][seed] for seed in there])))
    return Chosen(tuple(dict.fromkeys(names)), float(np.mean(found)))


def _gains(view: View, datasets: Sequence[str], learner: str, strategy: str, metric: str) -> dict[int, float] | None:
    """Mean difference from the baseline over datasets, by seed."""
    gaps: list[dict[int, float]] = []
    for dataset in datasets:
        own, base = (view.by_seed((dataset, learner, name), metric) for name in (strategy, view.baseline))
        gaps.append({seed: own[seed] - base[seed] for seed in own.keys() & base.keys()})
    seeds = view.run.suite.seed_list
    if not gaps or any(seed not in gap for gap in gaps for seed in seeds):
        return None
    return {seed: float(np.mean([gap[seed] for gap in gaps])) for seed in seeds}
