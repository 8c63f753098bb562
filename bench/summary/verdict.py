"""The verdict: in words for each learner and kind of data, then dataset by dataset."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from longtail.bench.evaluation.catalogue import METRICS
from longtail.bench.statistics.verdicts import SHARE
from longtail.bench.summary import glance
from longtail.bench.summary.best import chosen
from longtail.bench.summary.standing import Standing, gain, standings, word_of
from longtail.bench.summary.view import (
    JUDGED,
    OF_GAIN,
    TRACKS,
    Key,
    Kind,
    View,
    counted,
    difference,
    form_over,
    known,
    label,
    listed,
    slug,
)
from longtail.reports.charts.forest_plot import Estimate, ForestPanel
from longtail.reports.content import (
    Block,
    BlockGroup,
    Chart,
    IntervalCell,
    ReportTable,
    Scope,
    Section,
    TableColumn,
    TableRow,
    TallyCell,
    TextCell,
    VerdictCell,
)
from longtail.reports.vocabulary import WORDS, Word

MOST = 12
"""largest number of strategies that a cell shows with their difference"""
ALWAYS: tuple[Word, ...] = ("better", "practically equal", "undecided", "worse")
"""verdicts that have a column even if no strategy got them"""


def summary(view: View, kind: Kind) -> ReportTable:
    """Return the strategies by verdict on one kind of data: one row per learner and track."""
    rows = [
        row
        for learner in view.learners
        for metric in JUDGED
        if (row := _summary_row(view, kind, learner, metric)) is not None
    ]
    present = {cell.word for row in rows for cell in row.cells if isinstance(cell, TallyCell) and cell.number}
    words = [word for word in (*ALWAYS, *WORDS) if word in ALWAYS or word in present]
    words = list(dict.fromkeys(words))
    kept = [
        replace(row, cells=tuple(cell for cell in row.cells if not isinstance(cell, TallyCell) or cell.word in words))
        for row in rows
    ]
    columns = (
        TableColumn("Learner"),
        TableColumn("Track"),
        *(TableColumn(word.capitalize(), HINTS[word]) for word in words),
        TableColumn(
            "Best, on other seeds",
            "mean gain over seeds and these datasets, in the unit of the other columns, of what other seeds chose, "
            "since the best of many is partly best by chance",
            True,
        ),
    )
    datasets, seeds = view.datasets(kind), len(view.run.suite.seed_list)
    where = datasets[0] if len(datasets) == 1 else counted(len(datasets), "dataset")
    unit = f"; differences in {label('ap')} in % {OF_GAIN}" if form_over("ap", datasets) == "gain" else ""
    caption = f"{kind.capitalize()} data, {where}, {counted(seeds, 'seed')}: strategies by verdict against"
    notes = [ONE_SEED if seeds == 1 else "", *(_unchanged(view, kind, metric) for metric in JUDGED)]
    note = " ".join(filter(None, notes))
    return ReportTable(f"verdicts-{kind}", f"{caption} {view.baseline}{unit}", columns, tuple(kept), note)


HINTS: dict[Word, str] = {
    "better": "the whole interval of the difference lies above the band that does not matter",
    "worse": "the whole interval lies below the band",
    "practically equal": "the whole interval lies within the band",
    "undecided": "the interval crosses an edge of the band, or there is no interval",
    "no verdict": "under 80 % of the cells are done, or the baseline has no result",
}
ONE_SEED = (
    "One seed gives no interval within a dataset, so nothing can be better or worse there; over several datasets the "
    "interval is over datasets. Use at least two seeds; three or more are better."
)


def _summary_row(view: View, kind: Kind, learner: str, metric: str) -> TableRow | None:
    datasets = view.datasets(kind, learner)
    standing = standings(view, kind, learner, metric) if datasets else ()
    if not standing:
        return None
    best = chosen(view, datasets, learner, metric)
    words: tuple[Word, ...] = (*ALWAYS, *(word for word in WORDS if word not in ALWAYS))
    cells = tuple(_tally(word, [row for row in standing if row.word == word and not row.unchanged]) for word in words)
    track = TextCell(f"{TRACKS[metric]}, {label(metric)}", METRICS[metric].meaning)
    held = IntervalCell(None) if best is None else replace(best.difference, hint=f"chosen: {listed(best.names)}")
    return TableRow((TextCell(learner), track, *cells, held), scope=Scope(learner, kind))


def _unchanged(view: View, kind: Kind, metric: str) -> str:
    """Return a sentence with the strategies that change no value of a metric; an empty string if all change some."""
    learners = [learner for learner in view.learners if view.datasets(kind, learner)]
    found: dict[tuple[str, ...], list[str]] = {}
    for learner in learners:
        names = [row.strategy for row in standings(view, kind, learner, metric) if row.unchanged]
        found.setdefault(tuple(sorted(names)), []).append(learner)
    parts = [
        listed(names, MOST) + ("" if own == learners else f" with {listed(own)}")
        for names, own in found.items()
        if names
    ]
    return f"Not counted, as every {label(metric)} is that of {view.baseline}: {'; '.join(parts)}." if parts else ""


def _tally(word: Word, rows: list[Standing]) -> TallyCell:
    """Return a cell of strategies with one verdict; better and worse ones have numbers, the largest first."""
    rows = sorted(rows, key=gain, reverse=word != "worse")
    shown = rows[:MOST] if word in {"better", "worse"} else []
    rest = [row.strategy for row in rows[len(shown) :]]
    items = tuple((row.strategy, row.difference, _remark(row)) for row in shown)
    return TallyCell(word, len(rows), items, tuple(rest))


def _remark(row: Standing) -> str:
    """Return on how many datasets a strategy is better or worse; an empty string for a single dataset."""
    if row.datasets < 2:
        return ""
    number, word = (row.worse, "worse") if row.word == "worse" else (row.better, "better")
    return f"{word} on {number} of {row.datasets} datasets"


def section(view: View) -> Section:
    """Return the strategies by verdict, then charts and tables dataset by dataset."""
    blocks: list[Block] = [glance.table(view), *(summary(view, kind) for kind in view.kinds)]
    for metric in JUDGED:
        for learner in view.learners:
            group = _learner_group(view, learner, metric)
            if group is not None:
                blocks.append(replace(group, folded=metric != "ap" or learner != view.learners[0]))
    lead = (
        f"Each strategy against {view.baseline} with the same learner, data, split, seeds and, for decisions, "
        "the same rule for setting "
        "thresholds. Better and worse: the whole 95 % interval of the difference, paired by seed, lies beyond "
        "the band of differences that "
        "do not matter; practically equal: inside it; undecided: neither. Over several datasets, differences in AP are "
        f"in % {OF_GAIN} on each: from class frequencies to the Bayes limit or, where it is unknown, to the baseline; "
        f"{100 * SHARE:.0f} % of it does not matter. The best of many is partly best by "
        "chance: see what it gains on seeds on which it was not chosen."
    )
    return Section("verdict", "Verdict", lead, tuple(blocks))


def _learner_group(view: View, learner: str, metric: str) -> BlockGroup | None:
    datasets = view.datasets(learner=learner)
    strategies = [name for name in view.strategies(learner) if name != view.baseline]
    panels = tuple(filter(None, (_forest(view, dataset, learner, strategies, metric) for dataset in datasets)))
    if not panels:
        return None
    key = f"{metric}-{slug(learner)}"
    caption = (
        f"{label(metric)} of each strategy less that of {view.baseline}, with {learner}. Small strokes "
        "are single seeds."
    )
    chart = Chart(f"forest-{key}", caption, panels, _matrix(view, learner, strategies, metric, key))
    return BlockGroup(f"{TRACKS[metric]} with {learner}, dataset by dataset", (chart,), Scope(learner))


def _forest(view: View, dataset: str, learner: str, strategies: list[str], metric: str) -> ForestPanel | None:
    rows, rope = [], None
    for strategy in strategies:
        found = view.contrast[metric].get((dataset, learner, strategy))
        value = difference(found)
        if found is None or value.mean is None:
            continue
        rope = known(found["rope"]) or rope
        points = _seed_differences(view, (dataset, learner, strategy), metric)
        rows.append(Estimate(strategy, value.mean, value.low, value.high, word_of(found), points))
    return ForestPanel(dataset, tuple(rows), rope, f"difference in {label(metric)}") if rows else None


def _seed_differences(view: View, key: Key, metric: str) -> tuple[float, ...]:
    own, base = view.by_seed(key, metric), view.by_seed((key[0], key[1], view.baseline), metric)
    return tuple(own[seed] - base[seed] for seed in sorted(own.keys() & base.keys()))


def _matrix(view: View, learner: str, strategies: list[str], metric: str, key: str) -> ReportTable:
    """Return a table of strategies by datasets, with the verdict and the difference in each cell."""
    datasets = view.datasets(learner=learner)
    found = view.contrast[metric]
    rows = []
    for strategy in strategies:
        keys = [(dataset, learner, strategy) for dataset in datasets]
        cells = tuple(VerdictCell(word_of(found.get(k)), difference(found.get(k)), _hint(found.get(k))) for k in keys)
        rows.append(
            TableRow(
                (TextCell(strategy), TextCell(view.families[strategy]), *cells), view.sources(keys), Scope(learner)
            )
        )
    columns = (
        TableColumn("Strategy"),
        TableColumn("Family"),
        *(TableColumn(name, f"difference in {label(metric)}", True) for name in datasets),
    )
    return ReportTable(
        f"matrix-{key}", f"{label(metric)} less that of {view.baseline}, with {learner}", columns, tuple(rows)
    )


def _hint(row: dict[str, Any] | None) -> str:
    if row is None:
        return "not planned, or no cell is done"
    rope = known(row["rope"])
    band = "" if rope is None else f"differences within ±{rope:.4g} count as equal; "
    return f"{band}{int(row['pairs'])} seeds; {row['note'] or ''}".strip("; ")
