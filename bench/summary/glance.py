"""Each dataset in one row: the strongest learner under the baseline, what helps it most, and the best pair."""

from __future__ import annotations

from dataclasses import dataclass

from longtail.bench.summary.standing import word_of
from longtail.bench.summary.view import Key, View, difference, known, label, span
from longtail.reports.content import Cell, NumberCell, ReportTable, Scope, TableColumn, TableRow, TextCell, VerdictCell
from longtail.reports.numbers import written

METRIC = "ap"


@dataclass(frozen=True)
class Plain:
    """The learner with the highest mean over some datasets under the baseline, and that mean."""

    learner: str
    mean: float


def strongest(view: View, datasets: tuple[str, ...]) -> Plain | None:
    """Return the strongest of the learners that have the baseline on all of these datasets; None if no learner has."""
    means = {
        learner: value
        for learner in view.learners
        if (value := mean_over(view, datasets, learner, view.baseline)) is not None
    }
    if not means:
        return None
    best = max(means, key=lambda learner: means[learner])
    return Plain(best, means[best])


def mean_over(view: View, datasets: tuple[str, ...], learner: str, strategy: str) -> float | None:
    """Return the mean over datasets of the means over seeds; None if a dataset has no value."""
    values = [view.values((dataset, learner, strategy), METRIC) for dataset in datasets]
    if not values or not all(len(one) for one in values):
        return None
    return float(sum(one.mean() for one in values) / len(values))


def groundless(view: View, datasets: tuple[str, ...], learner: str) -> bool:
    """Return whether the learner's baseline beats class frequencies on no dataset; then beating it means little."""
    pairs = [
        (view.values((dataset, learner, view.baseline), METRIC), view.reference(dataset, "prior", METRIC))
        for dataset in datasets
    ]
    there = [(values.mean(), prior.mean()) for values, prior in pairs if len(values) and len(prior)]
    return bool(there) and all(mean <= prior for mean, prior in there)


def table(view: View) -> ReportTable:
    """Return a table with one row per dataset."""
    rows = tuple(row for dataset in view.datasets() if (row := _row(view, dataset)) is not None)
    name, metric = view.baseline, label(METRIC)
    against = f"difference in {metric} from {name} with the same learner"
    columns = (
        TableColumn("Dataset"),
        TableColumn(
            f"Strongest learner under {name}", f"the one with the highest mean {metric}; learners are not tested"
        ),
        TableColumn(f"Its {metric}", f"under {name}, mean over seeds", True),
        TableColumn("Largest gain with it", "the strategy with the largest mean difference"),
        TableColumn("Verdict on the gain", against, True),
        TableColumn("Best of all pairs", "strategy and learner with the highest mean; not tested across learners"),
        TableColumn(f"{metric} of the pair", "mean over seeds", True),
        TableColumn("Verdict on the pair", against, True),
        TableColumn("Limit", "Bayes limit, where it is known", True),
    )
    note = (
        "The best of many strategies is partly best by chance, which a verdict doesn't correct: the tables below show "
        "what the best gains on seeds on which it was not chosen."
    )
    return ReportTable("glance", f"Each dataset at a glance, by {metric}", columns, rows, note)


def _row(view: View, dataset: str) -> TableRow | None:
    plain = strongest(view, (dataset,))
    if plain is None:
        return None
    base = (dataset, plain.learner, view.baseline)
    gains = {
        key: float(row["difference"])
        for key, row in view.contrast[METRIC].items()
        if key[:2] == base[:2] and key != base and known(row["difference"]) is not None
    }
    most = max(gains, key=lambda key: gains[key], default=None)
    keys = [key for key in view.groups if key[0] == dataset and len(view.values(key, METRIC))]
    best = max(keys, key=lambda key: float(view.values(key, METRIC).mean()))
    limit = view.reference(dataset, "bayes-limit", METRIC)
    cells: tuple[Cell, ...] = (
        TextCell(dataset),
        TextCell(plain.learner),
        span(view.values(base, METRIC)),
        TextCell(most[2] if most else "no other strategy is done"),
        _judged(view, most),
        TextCell(f"{best[2]} with {best[1]}"),
        span(view.values(best, METRIC)),
        _judged(view, best),
        NumberCell(float(limit.mean()) if len(limit) else None),
    )
    return TableRow(cells, view.sources(key for key in (base, most, best) if key), Scope("", view.kind_of(dataset)))


def _judged(view: View, key: Key | None) -> Cell:
    """Return the verdict on a pair; its hint is the gain of the learner's best strategy where it was not chosen."""
    if key is None:
        return TextCell("")
    if key[2] == view.baseline:
        return TextCell("baseline")
    found = view.contrast[METRIC].get(key)
    held = known(view.selected.get(key[:2], {}).get("difference"))
    hint = (
        ""
        if held is None
        else f"the best with {key[1]} gains {written(held, 'signed')} on seeds on which it was not chosen"
    )
    return VerdictCell(word_of(found), difference(found), hint)
