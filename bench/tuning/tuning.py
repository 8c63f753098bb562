"""Tunes the settings of learners for a suite's baseline: an undertrained baseline manufactures winners.

Each (dataset, learner) is tuned by coordinate descent over the learner's grid, from the longest training on. The
criterion is the primary metric of the probability track, average precision after prior conversion, as a mean over seeds
that no suite measures. At the settings found, so at the same budget, label smoothing is tried as well: the control that
is blind to class frequencies. Within a grid of g values that is at most 2 g + 5 settings, each fitted once a seed.
Generated data are drawn anew for these seeds and judged by the exact posterior of their test rows. Of real data only
rows are touched that none of the suite's seeds tests on (see `untested`); they are split again.
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
CLOSE = 0.005
"""relative loss of AP at which the quicker setting is taken"""
GAIN = 0.01
"""relative gain from twice the steps above which the baseline counts as undertrained"""
SWEEPS = 2

Settings = dict[str, Any]


@dataclass(frozen=True)
class TuningTask:
    """A learner to tune on a dataset, under a baseline: all that a worker process needs."""

    dataset: str
    learner: str
    baseline: str
    start: Settings
    """the suite's settings, from which the descent starts, but for the length of training"""
    rows: int | None
    seeds: tuple[int, ...]
    measured: tuple[int, ...]
    """the suite's own seeds: of real data their test rows are left out"""


@dataclass(frozen=True)
class Tuned:
    """What was found for a learner on a dataset. Average precisions are means over the tuning seeds."""

    dataset: str
    learner: str
    parameters: Settings
    ap: float
    untuned: float
    """with the suite's settings as they were"""
    limit: float | None
    """of the best possible ranking, where the posterior is known"""
    gain_at_double: float | None
    """relative; None for a learner that isn't trained in steps"""
    tried: int
    smoothing: str | None = None
    """the best label smoothing at these settings; None for a learner without such a loss, or another baseline"""
    gain_of_smoothing: float | None = None
    """relative to plain labels"""

    @property
    def warnings(self) -> tuple[str, ...]:
        """A sentence where longer training would gain, and one where smoothed labels would."""
        found, here = [], f"{self.learner} on {self.dataset}"
        if (self.gain_at_double or 0.0) > GAIN:
            found.append(
                f"{here} is undertrained: twice the steps gain {self.gain_at_double:.1%} of its average precision,"
                f" more than {GAIN:.0%}"
            )
        if (self.gain_of_smoothing or 0.0) > GAIN:
            found.append(
                f"{here} gains {self.gain_of_smoothing:.1%} from {self.smoothing}: hold strategies against it too"
            )
        return tuple(found)


def tune(suite: Suite, jobs: int, seeds: int, done: Callable[[Tuned], None]) -> list[Tuned]:
    """Tune every learner of a suite on each of its datasets where it can stand; `done` hears of each as it is found."""
    tasks = tasks_of(suite, seeds)
    found = []
    with ProcessPoolExecutor(jobs, get_context("spawn"), use_one_thread) as pool:
        for tuned in pool.map(tuned_for, tasks):
            if tuned is not None:
                done(tuned)
                found.append(tuned)
    return found


def tasks_of(suite: Suite, seeds: int) -> list[TuningTask]:
    """One task a dataset and learner that the suite has a cell for, in the suite's order."""
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
    """Tasks of one dataset follow each other, so that a worker prepares its rows once."""
    return suite.datasets.index(dataset) if dataset in suite.datasets else len(suite.datasets)


def tuned_for(task: TuningTask) -> Tuned | None:
    """Tune one learner on one dataset; None where such rows can't be learned from."""
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
    """Settings that no change of one of them improves much, or those after two sweeps.

    Of the values of a setting the first that is within half a percent of the best is taken.
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
    """Average precision by name of each label smoothing in its grid, where the learner honours such a loss.

    A control of the plain baseline: under another one there is none.
    """
    if task.baseline != Nothing.name or LabelSmoothing().acts - learner.honours:
        return {}
    tried = [LabelSmoothing(epsilon) for epsilon in LabelSmoothing.grid["epsilon"]]
    return {name_of(one): _mean_ap(replace(task, baseline=name_of(one)), settings) for one in tried}


def doubled(learner: Learner, fixed: Iterable[str] = ()) -> Settings:
    """The settings that train twice as long; those in `fixed` belong to the learner's name and stay."""
    return {name: 2 * getattr(learner, name) for name in learner.effort if name not in set(fixed)}


def settings_yaml(found: Iterable[Tuned]) -> str:
    """The list `settings` of a suite."""
    listed = [
        {"learner": one.learner, "dataset": one.dataset, "parameters": one.parameters}
        | ({} if one.gain_at_double is None else {"gain_at_double": round(one.gain_at_double, 4)})
        for one in found
    ]
    return yaml.safe_dump({"settings": listed}, sort_keys=False, default_flow_style=None, width=120)


def untested(dataset: Dataset, measured: Iterable[int]) -> Dataset:
    """Rows of real data that may be tuned on: training rows of the seed whose split has fewest rows tested by others.

    Where rows are split by time that is the earliest origin, before all test rows. Otherwise seeds draw their test rows
    independently, and only one seed's can be left out.
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
    return labels.mean(average_precisions(labels.weights, labels.weights)) if labels.soft else None
