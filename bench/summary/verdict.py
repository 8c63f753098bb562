"""The verdict: in words for each learner and kind of data, then dataset by dataset."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from longtail.bench.summary.best import Chosen, chosen
from longtail.bench.summary.view import (
    JUDGED,
    TRACKS,
    Key,
    Kind,
    View,
    counted,
    difference,
    known,
    label,
    listed,
    records,
)
from longtail.reports.content import (
    Block,
    Chart,
    Column,
    Finding,
    Findings,
    Group,
    Headline,
    Interval,
    Judged,
    Row,
    Scope,
    Section,
    Table,
    Tally,
    Text,
)
from longtail.reports.numbers import interval, written
from longtail.reports.panels import Estimate, Forest
from longtail.reports.vocabulary import WORDS, Word

MOST = 5
"""strategies that a card names before it counts the rest"""


@dataclass(frozen=True)
class Standing:
    """Where a strategy stands with one learner on one kind of data."""

    strategy: str
    word: Word
    difference: Interval
    better: int
    worse: int
    datasets: int
    note: str = ""


def standings(view: View, kind: Kind, learner: str, metric: str) -> tuple[Standing, ...]:
    """Over the datasets of a kind: across them where there are several, else the verdict of the one."""
    datasets = view.datasets(kind, learner)
    rows = view.across[metric]
    rows = rows[(rows["generated"].astype(bool) == (kind == "generated")) & (rows["learner"] == learner)]
    overall = {str(row["strategy"]): row for row in records(rows)}
    found = []
    for strategy in view.strategies(learner):
        if strategy == view.baseline:
            continue
        single = [view.contrast[metric].get((dataset, learner, strategy)) for dataset in datasets]
        there = [row for row in single if row is not None]
        words = [str(row["verdict"]) for row in there]
        if len(datasets) == 1:
            first = there[0] if there else None
            found.append(_standing(strategy, first, difference(first), words))
        elif (row := overall.get(strategy)) is not None:
            low, high, mean = (known(row[name]) for name in ("low", "high", "mean_difference"))
            value = Interval(mean, low, high, int(row["n_datasets"]), "signed")
            found.append(_standing(strategy, row, value, words))
    return tuple(found)


def _standing(strategy: str, row: dict[str, Any] | None, value: Interval, words: list[str]) -> Standing:
    word = word_of(row)
    note = "" if row is None or row.get("note") is None else str(row["note"])
    return Standing(strategy, word, value, words.count("better"), words.count("worse"), len(words), note)


def word_of(row: dict[str, Any] | None) -> Word:
    """The verdict of a contrast, in the report's words."""
    return next((word for word in WORDS if row is not None and str(row["verdict"]) == word), "no verdict")


def headlines(view: View) -> tuple[Headline, ...]:
    """One for each kind of data: what to do, by learner, if you want only one line."""
    return tuple(_headline(view, kind) for kind in view.kinds)


def _headline(view: View, kind: Kind) -> Headline:
    datasets = view.datasets(kind)
    where = datasets[0] if len(datasets) == 1 else f"{counted(len(datasets), 'dataset')}: {listed(datasets, 8)}"
    winners: dict[str, list[str]] = {}
    words: list[Word] = []
    for learner in (name for name in view.learners if view.datasets(kind, name)):
        rows = standings(view, kind, learner, "ap")
        words += [row.word for row in rows if row.word != "no verdict"]
        best = max((r for r in rows if r.word == "better"), key=_gain, default=None)
        if best is not None:
            winners.setdefault(best.strategy, []).append(f"{learner} ({interval(best.difference)})")
    text = _overall(view, len(datasets), winners, words)
    if not winners and len(datasets) > 1:
        text = f"{text} {_one_by_one(view, datasets)}"
    word: Word = "better" if winners else max(WORDS[1:], key=words.count) if words else "no verdict"
    return Headline(f"{kind.capitalize()} data, {where}", text, word)


def _overall(view: View, datasets: int, winners: dict[str, list[str]], words: list[Word]) -> str:
    """What holds for all datasets of a kind."""
    if winners:
        best = "; or ".join(f"{strategy} with {listed(learners)}" for strategy, learners in winners.items())
        return f"To rank better than {view.baseline}, use {best}: differences in {label('ap')} with 95 % intervals."
    if not words:
        return "No verdict: too few cells are done."
    counts = listed([f"{words.count(word)} {word}" for word in WORDS[1:] if word in words])
    where = f" over all {datasets} datasets" if datasets > 1 else ""
    lead = (
        "It is undecided whether anything ranks"
        if max(WORDS, key=words.count) == "undecided"
        else "Nothing is shown to rank"
    )
    advice = "" if datasets > 1 else f" Keep {view.baseline}, the cheapest, and set its threshold on validation rows."
    return (
        f"{lead} better than {view.baseline}{where}: of {len(words)} pairs of strategy and learner, {counts}.{advice}"
    )


def _one_by_one(view: View, datasets: tuple[str, ...]) -> str:
    """The largest gain of each dataset on which something is better."""
    found, without = [], []
    for dataset in datasets:
        rows = [
            (key, row) for key, row in view.contrast["ap"].items() if key[0] == dataset and word_of(row) == "better"
        ]
        if not rows:
            without.append(dataset)
            continue
        (_, learner, strategy), row = max(rows, key=lambda pair: float(pair[1]["difference"]))
        found.append(f"on {dataset} use {strategy} with {learner} ({interval(difference(row))})")
    if not found:
        return (
            f"Nor on any dataset alone: keep {view.baseline}, the cheapest, and set its threshold on validation rows."
        )
    rest = f"; on {listed(without)} keep {view.baseline}" if without else ""
    return f"Dataset by dataset: {'; '.join(found)}{rest}."


def _gain(row: Standing) -> float:
    return row.difference.mean if row.difference.mean is not None else -np.inf


def findings(view: View) -> Findings:
    """A card for each kind of data and learner."""
    cards = []
    for kind in view.kinds:
        for learner in view.learners:
            datasets = view.datasets(kind, learner)
            tracks = tuple(_track(view, kind, learner, metric) for metric in JUDGED if datasets)
            if any(tallies for *_, tallies in tracks):
                seeds = counted(len(view.run.suite.seed_list), "seed")
                where = datasets[0] if len(datasets) == 1 else counted(len(datasets), "dataset")
                cards.append((Scope(learner, kind), Finding(learner, f"{kind} data, {where}, {seeds}", tracks)))
    return Findings(tuple(cards))


def _track(view: View, kind: Kind, learner: str, metric: str) -> tuple[str, str, tuple[Tally, ...]]:
    rows = standings(view, kind, learner, metric)
    tallies = tuple(_tally(word, [row for row in rows if row.word == word]) for word in WORDS)
    best = chosen_best(view, kind, learner, metric)
    sentence = _sentence(view, rows, best) if rows else ""
    return (
        f"{TRACKS[metric]}: {label(metric)}",
        sentence,
        tuple(tally for tally in tallies if tally.items or tally.rest),
    )


def _tally(word: Word, rows: list[Standing]) -> Tally:
    """With numbers: the better and the worse ones, those with the largest difference first."""
    rows = sorted(rows, key=_gain, reverse=word != "worse")
    shown = rows[:MOST] if word in {"better", "worse"} else []
    rest = [row.strategy for row in rows[len(shown) :]]
    lead = "and " if shown and rest else f"{len(rest)}: " if len(rest) > 1 else ""
    items = tuple((row.strategy, row.difference, _remark(row)) for row in shown)
    return Tally(word, items, f"{lead}{listed(rest, MOST)}" if rest else "")


def chosen_best(view: View, kind: Kind, learner: str, metric: str) -> Chosen | None:
    """The best on half of the seeds, with its difference on the other half."""
    return chosen(view, view.datasets(kind, learner), learner, metric)


def _remark(row: Standing) -> str:
    """On how many datasets alone it is better or worse."""
    if row.datasets < 2:
        return ""
    number, word = (row.worse, "worse") if row.word == "worse" else (row.better, "better")
    return f"{word} on {number} of {row.datasets} datasets"


def _sentence(view: View, rows: tuple[Standing, ...], best: Chosen | None) -> str:
    number = sum(row.word == "better" for row in rows)
    lead = (
        f"{counted(number, 'strategy', 'strategies')} of {len(rows)} better than {view.baseline}."
        if number
        else (f"No strategy of {len(rows)} is shown to be better than {view.baseline}.")
    )
    if best is None:
        return lead
    return (
        f"{lead} The best on half of the seeds ({listed(best.names)}) has "
        f"{written(best.difference, 'signed')} on the other half."
    )


def section(view: View) -> Section:
    """Cards, then pictures and tables dataset by dataset."""
    blocks: list[Block] = [findings(view)]
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
        "do not matter; practically equal: inside it; undecided: neither. Who comes out best of many is "
        "flattered by chance: see what it "
        "has on the seeds on which it was not chosen."
    )
    return Section("verdict", "Verdict", lead, tuple(blocks))


def _learner_group(view: View, learner: str, metric: str) -> Group | None:
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
    return Group(f"{TRACKS[metric]} with {learner}, dataset by dataset", (chart,), Scope(learner))


def slug(text: str) -> str:
    """A text as part of an id."""
    return "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in text)


def _forest(view: View, dataset: str, learner: str, strategies: list[str], metric: str) -> Forest | None:
    rows, rope = [], None
    for strategy in strategies:
        found = view.contrast[metric].get((dataset, learner, strategy))
        value = difference(found)
        if found is None or value.mean is None:
            continue
        rope = known(found["rope"]) or rope
        points = _seed_differences(view, (dataset, learner, strategy), metric)
        rows.append(Estimate(strategy, value.mean, value.low, value.high, word_of(found), points))
    return Forest(dataset, tuple(rows), rope, f"difference in {label(metric)}") if rows else None


def _seed_differences(view: View, key: Key, metric: str) -> tuple[float, ...]:
    own, base = view.by_seed(key, metric), view.by_seed((key[0], key[1], view.baseline), metric)
    return tuple(own[seed] - base[seed] for seed in sorted(own.keys() & base.keys()))


def _matrix(view: View, learner: str, strategies: list[str], metric: str, key: str) -> Table:
    """Strategies by datasets: verdict and difference in each."""
    datasets = view.datasets(learner=learner)
    found = view.contrast[metric]
    rows = []
    for strategy in strategies:
        keys = [(dataset, learner, strategy) for dataset in datasets]
        cells = tuple(Judged(word_of(found.get(k)), difference(found.get(k)), _hint(found.get(k))) for k in keys)
        rows.append(Row((Text(strategy), Text(view.families[strategy]), *cells), view.sources(keys), Scope(learner)))
    columns = (
        Column("Strategy"),
        Column("Family"),
        *(Column(name, f"difference in {label(metric)}", True) for name in datasets),
    )
    return Table(f"matrix-{key}", f"{label(metric)} less that of {view.baseline}, with {learner}", columns, tuple(rows))


def _hint(row: dict[str, Any] | None) -> str:
    if row is None:
        return "not planned, or no cell is done"
    rope = known(row["rope"])
    band = "" if rope is None else f"differences within ±{rope:.4g} count as equal; "
    return f"{band}{int(row['pairs'])} seeds; {row['note'] or ''}".strip("; ")
