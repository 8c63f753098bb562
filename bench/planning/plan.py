"""Expansion of a suite into cells: which can't be fitted and why, and the expected cost of the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
import torch

from longtail.bench.cells import Cell
from longtail.bench.errors import ConfigurationError
from longtail.bench.naming import canonical, matches, nearest, parse
from longtail.bench.planning.estimates import bytes_of, seconds_of, seconds_seen
from longtail.bench.planning.fingerprint import fingerprint_of
from longtail.bench.registry import learner_named, name_of, source_name, source_named, strategy_named
from longtail.bench.runs import Planned
from longtail.bench.store import Store
from longtail.bench.suite import Suite
from longtail.bench.training.learner import NETWORK, Learner, why_not
from longtail.bench.training.splits import TEST, TRAIN_WINDOW
from longtail.datasets.base import Origin, Source
from longtail.datasets.catalogue import source_classes
from longtail.strategies.base import Strategy
from longtail.strategies.catalogue import family_of
from longtail.strategies.table import READABLE, Profile


@dataclass(frozen=True)
class Cost:
    """Expected cost of a plan: cells to fit, core-seconds, bytes on disk."""

    cells: int
    seconds: float
    bytes: int


def expand(suite: Suite, store: Store | None = None) -> tuple[Planned, ...]:
    """Return every cell of a suite, in its order. Raises ConfigurationError where it has an unknown name."""
    sources = {source_name(source): source for source in map(source_named, suite.datasets)}
    _check_filters(suite, sources)
    data = {text: source.identity() for text, source in sources.items()}
    planned: dict[str, Planned] = {}
    for strategy, learner_text, patterns in _pairs(suite):
        for text, source in sources.items():
            if patterns is not None and not any(matches(pattern, text) for pattern in patterns):
                continue
            settings = settings_for(suite, learner_text, text)
            learner = learner_named(learner_text, settings)
            first = Cell(
                dataset=text,
                strategy=name_of(strategy),
                learner=learner_text,
                seed=0,
                device=device_for(suite, learner),
                data=data[text],
                settings=settings,
                rows=suite.rows,
            )
            for row in _rows(first, suite, strategy, learner, source, store):
                planned.setdefault(row.cell.id, row)
    return tuple(planned.values())


def cost_of(planned: Iterable[Planned]) -> Cost:
    """Return the cost of the cells that can be fitted."""
    rows = [row for row in planned if row.applicable is None]
    sizes = {text: training_size(source_named(text)) for text in {row.cell.dataset for row in rows}}
    disk = 0
    for cell in (row.cell for row in rows):
        there, classes = sizes[cell.dataset]
        disk += bytes_of(min(there, cell.rows or there), classes)
    return Cost(len(rows), sum(row.seconds for row in rows), disk)


def settings_for(suite: Suite, learner: str, dataset: str) -> dict[str, Any]:
    """Return the suite's settings of a learner on a dataset; settings for this dataset override those for all."""
    merged: dict[str, Any] = {}
    for setting in suite.settings_of(learner, dataset):
        merged |= setting.parameters
    return merged


def device_for(suite: Suite, learner: Learner) -> str:
    """Return `cpu` or `cuda`: networks use the suite's device, all other learners the CPU.

    Raises ConfigurationError where the suite asks for cuda and this machine has no such device.
    """
    if suite.device == "cpu" or not learner.honours >= NETWORK:
        return "cpu"
    if torch.cuda.is_available():
        return "cuda"
    if suite.device == "cuda":
        raise ConfigurationError("the device is cuda, but this machine has no CUDA device; use --device cpu or auto")
    return "cpu"


def known_beforehand(strategy: Strategy, learner: Learner, classes: int) -> str | None:
    """Return why a pair can't be fitted, as far as hooks and the number of classes show, or None.

    Other reasons show only when the cell runs.
    """
    counts = np.maximum(10_000 // np.arange(1, classes + 1) ** 2, 50).astype(np.int64)
    profile = Profile(counts, counts.astype(np.float64), (0, 0), READABLE)
    reason = why_not(strategy, learner, profile)
    # a strategy's own reason may depend on rows, and those of this profile are invented
    own = strategy.why_skip(profile) if reason is not None and learner.why_skip(profile) != reason else None
    return None if reason == own else reason


def training_size(source: Source) -> tuple[int, int]:
    """Return training rows (validation included) and classes; for a real source, rows are a share of all its rows."""
    rows, classes = source.size()
    if source.generated:
        return rows, classes
    # a user's file is split by time if it has a time column
    timed = getattr(source, "timed", getattr(source, "time", None) is not None)
    share = TRAIN_WINDOW if timed else 1 - TEST
    return round(rows * share), classes


def absent(source: Source | type[Source]) -> str | None:
    """Return the sentence, with the command to run, where the user has to bring the rows of a source; else None."""
    origin: Origin | None = getattr(source, "origin", None)
    return None if origin is None else origin.absent()


def left_out(datasets: Iterable[str]) -> dict[str, str]:
    """Return the sentence of each dataset whose rows the user has to bring, by the text of the dataset."""
    said = {text: absent(source_named(text)) for text in dict.fromkeys(datasets)}
    return {text: sentence for text, sentence in said.items() if sentence is not None}


def left_out_lines(absences: Mapping[str, str]) -> Iterator[str]:
    """Yield one line per sentence of `left_out`: sets that the same command brings are counted, not listed."""
    for sentence in dict.fromkeys(absences.values()):
        texts = [text for text, own in absences.items() if own == sentence]
        names = dict.fromkeys(parse(text)[0] for text in texts)
        yield (
            f"{texts[0]} is left out: {sentence}"
            if len(texts) == 1
            else f"{len(texts)} sets of {' and '.join(names)} are left out: {sentence}"
        )


def _rows(
    first: Cell, suite: Suite, strategy: Strategy, learner: Learner, source: Source, store: Store | None
) -> list[Planned]:
    """Return the cells of one dataset, strategy and learner: one per seed."""
    cells = [replace(first, seed=seed) for seed in suite.seed_list]
    rows, classes = training_size(source)
    rows = min(rows, suite.rows or rows)
    family = family_of(type(getattr(strategy, "parts", (strategy,))[0]))
    reason = absent(source) or known_beforehand(strategy, learner, classes)
    seen = seconds_seen(store, (cell.id for cell in cells)) if store else None
    estimate = seen if seen is not None else seconds_of(strategy, learner, rows, classes, family)
    mark = fingerprint_of(strategy, learner, source).value
    return [Planned(cell, mark, reason, round(estimate, 3), family, source.generated) for cell in cells]


def _pairs(suite: Suite) -> list[tuple[Strategy, str, list[str] | None]]:
    """Return (strategy, canonical text of a learner, patterns of datasets or None) for every pair of the suite."""
    strategies = {text: strategy_named(text) for pair in suite.pairs for text in pair.strategies}
    learners = {text: _learner_text(text) for pair in suite.pairs for text in pair.learners}
    for text in (suite.baseline, *suite.contrasts):
        strategy_named(text)
    return [
        (strategies[strategy], learners[learner], pair.datasets)
        for pair in suite.pairs
        for strategy, learner in product(pair.strategies, pair.learners)
    ]


def _learner_text(text: str) -> str:
    learner = learner_named(text)
    # a default that is written out is kept: it overrides the suite's settings
    return canonical(learner.name, learner, parse(text)[1])


def _check_filters(suite: Suite, sources: dict[str, Source]) -> None:
    """Raise ConfigurationError for a dataset of a pair that is neither in the suite nor a known source."""
    known = [*sources, *source_classes()]
    for pattern in (name for pair in suite.pairs for name in pair.datasets or ()):
        if not any(matches(pattern, text) for text in known):
            raise ConfigurationError(
                f"a pair is for the dataset {pattern!r}, neither in the suite nor known{nearest(pattern, known)}"
            )
