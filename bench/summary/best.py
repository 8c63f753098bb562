"""The gain from choosing the best strategy over several datasets: chosen on some seeds, judged on the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from longtail.bench.statistics.winners import folds
from longtail.bench.summary.view import View, form_over, span
from longtail.reports.content import IntervalCell


@dataclass(frozen=True)
class Chosen:
    """The chosen names, and their difference from the baseline over seeds on which they were not chosen."""

    names: tuple[str, ...]
    difference: IntervalCell


def chosen(view: View, datasets: Sequence[str], learner: str, metric: str) -> Chosen | None:
    """Return the best of a learner by the mean over datasets; None if there is only one seed or no strategy to choose.

    Over several datasets gains in AP are shares of what there is to gain. Strategies that lack a seed on any dataset
    can't be chosen: their mean would be over easier data.
    """
    seeds = list(view.run.suite.seed_list)
    every = {name: _gains(view, datasets, learner, name, metric) for name in view.strategies(learner)}
    gains = {name: gain for name, gain in every.items() if gain is not None and name != view.baseline}
    if len(seeds) < 2 or not gains:
        return None
    names: list[str] = []
    found: list[float] = []
    for here, there in folds(seeds):
        names.append(max(gains, key=lambda name: float(np.mean([gains[name][seed] for seed in here]))))
        found += [gains[names[-1]][seed] for seed in there]
    return Chosen(tuple(dict.fromkeys(names)), span(found, form_over(metric, datasets)))


def _gains(view: View, datasets: Sequence[str], learner: str, strategy: str, metric: str) -> dict[int, float] | None:
    """Return the mean difference from the baseline over datasets by seed; None if a value is missing.

    A single dataset keeps its raw difference. Of several, those with nothing to gain are left out.
    """
    shares = form_over(metric, datasets) == "gain"
    units = {dataset: view.unit(metric, dataset, learner) if shares else 1.0 for dataset in datasets}
    gaps: list[dict[int, float]] = []
    for dataset, unit in units.items():
        own, base = (view.by_seed((dataset, learner, name), metric) for name in (strategy, view.baseline))
        if unit > 0:
            gaps.append({seed: (own[seed] - base[seed]) / unit for seed in own.keys() & base.keys()})
    seeds = view.run.suite.seed_list
    if not gaps or any(seed not in gap for gap in gaps for seed in seeds):
        return None
    return {seed: float(np.mean([gap[seed] for gap in gaps])) for seed in seeds}
