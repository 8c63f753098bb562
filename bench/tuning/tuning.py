"""Tuning of learners' settings for a suite's baseline: with an undertrained baseline, strategies win too easily.

Each (dataset, learner) is tuned by coordinate descent over the learner's grid, starting with the longest training. The
criterion is the primary metric of the probability track, average precision after prior conversion, as a mean over seeds
that no suite measures. With the settings found, and so with the same budget, label smoothing is tried as well: it is
the control that ignores class frequencies. With a grid of g values these are at most 2 g + 5 settings, each fitted once
per seed. Generated data are drawn again for these seeds and evaluated by the exact posterior of their test rows. Of
real data only rows are used that none of the suite's seeds tests on (see `untested`); they are split again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from multiprocessing import get_context
from typing import Any

import numpy as np
import yaml

from longtail.bench.classifier import RebalancedClassifier
from longtail.bench.environment import use_one_thread
from longtail.bench.errors import ConfigurationError, NotApplicable
from longtail.bench.evaluation.bands import Cuts
from longtail.bench.evaluation.labels import Labels
from longtail.bench.evaluation.metrics.ranking import average_precisions
from longtail.bench.naming import parse
from longtail.bench.planning.plan import expand, settings_for
from longtail.bench.registry import learner_named, name_of, source_named
from longtail.bench.seeds import seed_for
from longtail.bench.suite import Suite
from longtail.bench.training.learner import Learner
from longtail.bench.training.preparation import Prepared, prepare
from longtail.bench.training.splits import evaluation_split
from longtail.datasets.base import Dataset
from longtail.strategies.controls.label_smoothing import LabelSmoothing
from longtail.strategies.controls.none import Nothing

FIRST_SEED = 1000
"""lowest seed that tuning may use"""
CLOSE = 0.005
"""relative loss of AP that is accepted for a quicker setting"""
GAIN = 0.01
"""relative gain from twice the steps above which the baseline counts as undertrained"""
SWEEPS = 2
"""greatest number of passes over all settings"""

Settings = dict[str, Any]


@dataclass(frozen=True)
class TuningTask:
    """Learner to tune on a dataset for a baseline: the input of a worker process."""

    dataset: str
    learner: str
    baseline: str
    start: Settings
    """settings of the suite, from which the descent starts, except for the length of training"""
    rows: int | None
    seeds: tuple[int, ...]
    measured: tuple[int, ...]
    """the suite's own seeds, whose test rows are left out of real data"""


@dataclass(frozen=True)
class Tuned:
    """Result for a learner on a dataset. Average precisions are means over the tuning seeds."""

    dataset: str
    learner: str
    parameters: Settings
    ap: float
    untuned: float
    """average precision with the suite's present settings"""
    limit: float | None
    """average precision of the best possible ranking, where the posterior is known"""
    gain_at_double: float | None
    """relative gain from twice the steps; None for a learner that is not trained in steps"""
    tried: int
    smoothing: str | None = None
    """best label smoothing with these settings; None for a learner without such a loss, or with another baseline"""
    gain_of_smoothing: float | None = None
    """relative gain of this label smoothing over plain labels"""

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return a sentence if longer training would gain, and one if smoothed labels would."""
        found, here = [], f"{self.learner} on {self.dataset}"
        if (self.gain_at_double or 0.0) > GAIN:
            found.append(
                f"{here} is undertrained: twice the steps gain {self.gain_at_double:.1%} of its average precision,"
                f" more than {GAIN:.0%}"
            )
        if (self.gain_of_smoothing or 0.0) > GAIN:
            found.append(
                f"{here} gains {self.gain_of_smoothing:.1%} from {self.smoothing}: compare strategies with it too"
            )
        return tuple(found)


def tune(suite: Suite, jobs: int, seeds: int, done: Callable[[Tuned], None]) -> list[Tuned]:
    """Tune every learner of a suite on each of its datasets where it applies; `done` is called with each result."""
    tasks = tasks_of(suite, seeds)
    found = []
    with ProcessPoolExecutor(jobs, get_context("spawn"), use_one_thread) as pool:
        for tuned in pool.map(tuned_for, tasks):
            if tuned is not None:
                done(tuned)
                found.append(tuned)
    return found


def tasks_of(suite: Suite, seeds: int) -> list[TuningTask]:
    """Return one task per dataset and learner for which the suite has a cell, in the suite's order."""
    first = max(FIRST_SEED, 1 + max(suite.seed_list))
    pairs = dict.fromkeys((row.cell.dataset, row.cell.learner) for row in expand(suite) if row.applicable is None)
    return [
        TuningTask(
            dataset,
            learner,
            suite.baseline,
            settings_for(suite, learner, dataset),
            suite.rows,
            tuple(range(first, first + seeds)),
            suite.seed_list,
        )
        for dataset, learner in sorted(pairs, key=lambda pair: suite_order(suite, pair[0]))
    ]


def suite_order(suite: Suite, dataset: str) -> int:
    """Return the position of a dataset in the suite: its tasks are adjacent, so a worker prepares its rows once."""
    return suite.datasets.index(dataset) if dataset in suite.datasets else len(suite.datasets)


def tuned_for(task: TuningTask) -> Tuned | None:
    """Tune one learner on one dataset, and return the result, or None where the pair is not applicable."""
    learner = learner_named(task.learner, task.start)
    fixed = set(parse(task.learner)[1])
    grid = {name: values for name, values in learner.grid.items() if name not in fixed}

    @cache
    def ap(given: tuple[tuple[str, Any], ...]) -> float:
        return _mean_ap(task, dict(given))

    def judge(settings: Settings) -> float:
        return ap(tuple(sorted(settings.items())))

    start = task.start | {name: getattr(learner, name) for name in grid}
    try:
        untuned = judge(start)
    except NotApplicable:
        return None
    longest = {name: values[-1] for name, values in grid.items() if name in learner.effort}
    chosen = descent(grid, start | longest, judge)
    gain = None
    if longer := doubled(learner_named(task.learner, chosen), fixed):
        gain = judge(chosen | longer) / judge(chosen) - 1
    limits = [_limit(_prepared(task.dataset, task.rows, seed, task.measured)) for seed in task.seeds]
    limit = None if None in limits else float(np.mean([value for value in limits if value is not None]))
    smooth = smoothed(task, learner, chosen)
    best = max(smooth, key=lambda name: smooth[name], default=None)
    over = smooth[best] / judge(chosen) - 1 if best else None
    tried = ap.cache_info().misses + len(smooth)
    return Tuned(task.dataset, task.learner, chosen, judge(chosen), untuned, limit, gain, tried, best, over)


def descent(grid: Mapping[str, tuple[Any, ...]], start: Settings, judge: Callable[[Settings], float]) -> Settings:
    """Return settings that no change of a single one improves much, or those after two sweeps.

    For each setting, the first value within half a percent of the best is taken.
    """
    chosen = dict(start)
    for _ in range(SWEEPS):
        before = dict(chosen)
        for name, values in grid.items():
            found = {value: judge(chosen | {name: value}) for value in (*values, chosen[name])}
            enough = max(found.values()) * (1 - CLOSE)
            chosen[name] = next(value for value in found if found[value] >= enough)
        if chosen == before:
            break
    return chosen


def smoothed(task: TuningTask, learner: Learner, settings: Settings) -> dict[str, float]:
    """Return the average precision of each label smoothing in its grid, by name, where the learner honours its hooks.

    Label smoothing is a control for the plain baseline only: with another baseline the result is empty.
    """
    if task.baseline != Nothing.name or LabelSmoothing().acts - learner.honours:
        return {}
    tried = [LabelSmoothing(epsilon) for epsilon in LabelSmoothing.grid["epsilon"]]
    return {name_of(one): _mean_ap(replace(task, baseline=name_of(one)), settings) for one in tried}


def doubled(learner: Learner, fixed: Iterable[str] = ()) -> Settings:
    """Return the settings that double the training; those in `fixed` are part of the learner's name and stay."""
    return {name: 2 * getattr(learner, name) for name in learner.effort if name not in set(fixed)}


def settings_yaml(found: Iterable[Tuned]) -> str:
    """Return the results as YAML, as the list `settings` of a suite."""
    listed = [
        {"learner": one.learner, "dataset": one.dataset, "parameters": one.parameters}
        | ({} if one.gain_at_double is None else {"gain_at_double": round(one.gain_at_double, 4)})
        for one in found
    ]
    return yaml.safe_dump({"settings": listed}, sort_keys=False, default_flow_style=None, width=120)


def untested(dataset: Dataset, measured: Iterable[int]) -> Dataset:
    """Return the rows of real data for tuning: training rows of the seed with the fewest rows that other seeds test on.

    With splits by time, this is the seed with the earliest window, before all test rows. Otherwise the seeds draw their
    test rows independently, so only the test rows of one seed can be left out.
    """
    splits = [evaluation_split(dataset, seed) for seed in measured]
    tested = np.zeros(len(dataset), bool)
    for split in splits:
        tested[split.held] = True
    learn = min((split.learn for split in splits), key=lambda rows: int(tested[rows].sum()))
    own = {name: getattr(dataset, name) for name in ("groups", "time", "propensity", "examination")}
    kept: dict[str, Any] = {name: None if values is None else values[learn] for name, values in own.items()}
    return replace(dataset, X=dataset.X.iloc[learn].reset_index(drop=True), y=dataset.y[learn], **kept)


@lru_cache(maxsize=8)
def _prepared(dataset: str, rows: int | None, seed: int, measured: tuple[int, ...]) -> Prepared:
    source = source_named(dataset)
    drawn = source.load(seed_for(seed, "data"))
    return prepare(drawn if source.generated else untested(drawn, measured), seed, rows)


def _mean_ap(task: TuningTask, settings: Settings) -> float:
    return float(np.mean([_ap(task, settings, seed) for seed in task.seeds]))


def _ap(task: TuningTask, settings: Settings, seed: int) -> float:
    prepared = _prepared(task.dataset, task.rows, seed, task.measured)
    classifier = RebalancedClassifier(task.baseline, task.learner, seed, settings=settings).fit_prepared(prepared)
    labels = Labels.of(prepared.truth, Cuts())
    scores = classifier.natural_scores(classifier.fitted_.scores(prepared.test))
    value = labels.mean(average_precisions(scores, labels.weights))
    if np.isnan(value):
        raise ConfigurationError(f"{task.dataset} has too few test rows of its rarer classes to tune {task.learner} on")
    return value


def _limit(prepared: Prepared) -> float | None:
    labels = Labels.of(prepared.truth, Cuts())
    return labels.mean(average_precisions(labels.limit, labels.weights)) if labels.soft else None
