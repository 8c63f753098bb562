"""The answer in a sentence or two for each kind of data: what to do, if you want only one line."""

from __future__ import annotations

from longtail.bench.summary.standing import gain, standings, word_of
from longtail.bench.summary.view import Kind, View, counted, difference, known, label, listed
from longtail.reports.content import Headline
from longtail.reports.numbers import interval, written
from longtail.reports.vocabulary import WORDS, Word


def headlines(view: View) -> tuple[Headline, ...]:
    """One for each kind of data."""
    return tuple(_headline(view, kind) for kind in view.kinds)


def _headline(view: View, kind: Kind) -> Headline:
    datasets = view.datasets(kind)
    where = datasets[0] if len(datasets) == 1 else f"{counted(len(datasets), 'dataset')}: {listed(datasets, 8)}"
    winners: dict[str, list[str]] = {}
    words: list[Word] = []
    for learner in (name for name in view.learners if view.datasets(kind, name)):
        rows = standings(view, kind, learner, "ap")
        words += [row.word for row in rows if row.word != "no verdict"]
        best = max((row for row in rows if row.word == "better"), key=gain, default=None)
        if best is not None:
            winners.setdefault(best.strategy, []).append(f"{learner} ({interval(best.difference)})")
    word: Word = "better" if winners else max(WORDS[1:], key=words.count) if words else "no verdict"
    text = _winners(view, winners) if winners else _nothing(view, datasets, words)
    return Headline(f"{kind.capitalize()} data, {where}", text, word)


def _winners(view: View, winners: dict[str, list[str]]) -> str:
    best = "; or ".join(f"{strategy} with {listed(learners)}" for strategy, learners in winners.items())
    return f"To rank better than “{view.baseline}”, use {best}: differences in {label('ap')} with 95 % intervals."


def _nothing(view: View, datasets: tuple[str, ...], words: list[Word]) -> str:
    """What holds for all datasets of a kind, then dataset by dataset where something is better on one alone."""
    if not words:
        return "No verdict: too few cells are done."
    counts = listed([f"{words.count(word)} {word}" for word in WORDS[1:] if word in words])
    lead = "Undecided: no strategy" if max(WORDS[1:], key=words.count) == "undecided" else "No strategy"
    where = f" over all {len(datasets)} datasets" if len(datasets) > 1 else ""
    pairs = counted(len(words), "pair")
    first = (
        f"{lead} is shown to rank better than “{view.baseline}”{where} (of {pairs} of strategy and learner, {counts})"
    )
    keep = f"Keep “{view.baseline}” and set its threshold on validation rows"
    if len(datasets) == 1:
        return f"{first}. {keep}."
    found = {dataset: best for dataset in datasets if (best := _best_on(view, dataset))}
    if not found:
        return f"{first}, nor on any of them alone. {keep}."
    rest = [dataset for dataset in datasets if dataset not in found]
    tail = f"; on {listed(rest)} keep “{view.baseline}”" if rest else ""
    return f"{first}. Dataset by dataset: {'; '.join(found.values())}{tail}."


def _best_on(view: View, dataset: str) -> str:
    """The largest gain on a dataset, and what choosing it is worth on other seeds; empty where nothing is better."""
    rows = [(key, row) for key, row in view.contrast["ap"].items() if key[0] == dataset and word_of(row) == "better"]
    if not rows:
        return ""
    (_, learner, strategy), row = max(rows, key=lambda pair: float(pair[1]["difference"]))
    held = known(view.selected.get((dataset, learner), {}).get("difference"))
    honest = f"; the best on other seeds {written(held, 'signed')}" if held is not None else ""
    return f"on {dataset} use {strategy} with {learner} ({interval(difference(row))}{honest})"
