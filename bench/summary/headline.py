"""The headline for each kind of data: the recommendation in one or two sentences."""

from __future__ import annotations

from longtail.bench.summary.glance import groundless, mean_over, strongest
from longtail.bench.summary.standing import Standing, gain, standings
from longtail.bench.summary.view import OF_GAIN, Kind, View, counted, label, listed
from longtail.reports.content import Headline, IntervalCell
from longtail.reports.numbers import interval, limits, written
from longtail.reports.vocabulary import WORDS, Word

Pair = tuple[str, Standing]
"""a learner, and the standing of a strategy with it"""


def headlines(view: View) -> tuple[Headline, ...]:
    """Return one headline per kind of data."""
    return tuple(_headline(view, kind) for kind in view.kinds)


def _headline(view: View, kind: Kind) -> Headline:
    """Return a headline: a pair wins if it beats its learner's baseline and is not below the strongest learner's."""
    datasets = view.datasets(kind)
    where = datasets[0] if len(datasets) == 1 else f"{counted(len(datasets), 'dataset')}: {listed(datasets, 8)}"
    about = f"{kind.capitalize()} data, {where}"
    rows = _standings(view, kind, "ap")
    still = [row.strategy for _, row in rows if row.unchanged]
    words: list[Word] = [row.word for _, row in rows if row.word != "no verdict" and not row.unchanged]
    if all(set(view.strategies(learner)) == {view.baseline} for learner in view.learners):
        parts = [f"No verdict: no strategy but “{view.baseline}” was run.", _strongest(view, datasets)]
        return Headline(about, " ".join(filter(None, parts)), "no verdict")
    if not words and not still:
        return Headline(about, "No verdict: too few cells are done.", "no verdict")
    found = winners(view, kind)
    nothing = _nothing(view, datasets, words, _better(rows)) if words else _unchanged(view, still)
    text = _winners(view, found) if found else nothing
    decisions = _better(_standings(view, kind, "f1"))
    parts = [text, _decisions(decisions), _strongest(view, datasets)]
    if not found and not decisions:
        parts.append(f"Keep “{view.baseline}” and set its threshold on validation rows.")
    if len(view.run.suite.seed_list) == 1:
        parts.append("With only one seed the spread is unknown: run three or more.")
    word: Word = "better" if found else max(WORDS[1:], key=words.count) if words else "practically equal"
    return Headline(about, " ".join(filter(None, parts)), word)


def winners(view: View, kind: Kind) -> list[Pair]:
    """Return the pairs that are better and worth a headline, the largest gain first."""
    datasets = view.datasets(kind)
    better = _better(_standings(view, kind, "ap"))
    return [(learner, row) for learner, row in better if _counts(view, datasets, learner, row.strategy)]


def _better(rows: list[Pair]) -> list[Pair]:
    return sorted((pair for pair in rows if pair[1].word == "better"), key=lambda pair: -gain(pair[1]))


def _standings(view: View, kind: Kind, metric: str) -> list[Pair]:
    """Return the standings with every learner that has datasets of this kind."""
    learners = [learner for learner in view.learners if view.datasets(kind, learner)]
    return [(learner, row) for learner in learners for row in standings(view, kind, learner, metric)]


def _counts(view: View, datasets: tuple[str, ...], learner: str, strategy: str) -> bool:
    """Return whether a better strategy is worth a headline: a weak learner is easy to improve."""
    own = tuple(dataset for dataset in datasets if (dataset, learner, strategy) in view.groups)
    mean, rival = mean_over(view, own, learner, strategy), strongest(view, own)
    return mean is not None and (rival is None or mean >= rival.mean) and not groundless(view, own, learner)


def _winners(view: View, winners: list[Pair]) -> str:
    """Return a sentence with the best strategy of each learner; learners with the same strategy are joined."""
    found: dict[str, list[str]] = {}
    for learner, row in dict(reversed(winners)).items():
        found.setdefault(row.strategy, []).append(f"{learner} ({_told(row.difference)})")
    best = "; or ".join(f"{strategy} with {listed(learners)}" for strategy, learners in reversed(found.items()))
    return f"To rank better than “{view.baseline}”, use {best}: differences in {label('ap')} with 95 % intervals."


def _told(value: IntervalCell) -> str:
    """Return a difference with its interval, and with its unit if it is a share of what there is to gain."""
    if value.form != "gain":
        return interval(value)
    return " ".join(filter(None, [written(value.mean, value.form), OF_GAIN, limits(value)]))


def _unchanged(view: View, names: list[str]) -> str:
    """Return a text that no strategy acts on the ranking."""
    there = listed(sorted(set(names)))
    return f"No strategy changes how rows are ranked: with {there} every {label('ap')} is that of “{view.baseline}”."


def _nothing(view: View, datasets: tuple[str, ...], words: list[Word], better: list[Pair]) -> str:
    """Return a text that no pair wins, with the counts of verdicts and the pairs that beat only a weak baseline."""
    counts = listed([f"{words.count(word)} {word}" for word in WORDS[1:] if word in words])
    lead = "Undecided: no strategy" if max(WORDS[1:], key=words.count) == "undecided" else "No strategy"
    where = f" over all {len(datasets)} datasets" if len(datasets) > 1 else ""
    pairs = counted(len(words), "pair")
    text = (
        f"{lead} is shown to rank better than “{view.baseline}”{where} (of {pairs} of strategy and learner, {counts})."
    )
    if not better:
        return text
    names = listed([f"{row.strategy} with {learner}" for learner, row in better])
    return (
        f"{text} Better only than a weak “{view.baseline}”, below that of another learner or no better than class "
        f"frequencies: {names}."
    )


def _decisions(better: list[Pair]) -> str:
    """Return a sentence on the other track, decisions."""
    if not better:
        return f"No strategy is shown to decide better ({label('f1')})."
    names = [f"{row.strategy} with {learner} ({_told(row.difference)})" for learner, row in better]
    return f"To decide better ({label('f1')}): {listed(names, 3)}."


def _strongest(view: View, datasets: tuple[str, ...]) -> str:
    plain = strongest(view, datasets)
    if plain is None or len(view.learners) < 2:
        return ""
    value = written(plain.mean, "score")
    return f"Strongest learner under “{view.baseline}”: {plain.learner}, {label('ap')} {value}."
