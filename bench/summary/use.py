"""Commands that reproduce a run, code that uses the winner, and the meaning of words and metrics."""

from __future__ import annotations

import shlex

from longtail.bench.evaluation.catalogue import METRICS
from longtail.bench.summary.glance import strongest
from longtail.bench.summary.headline import winners
from longtail.bench.summary.view import Kind, View, counted, listed
from longtail.reports.content import (
    Block,
    BlockGroup,
    Code,
    Glossary,
    NumberCell,
    Paragraph,
    ReportTable,
    Section,
    TableColumn,
    TableRow,
    TextCell,
)

GAIN = 0.01
"""relative gain from twice the steps above which the baseline counts as undertrained"""
WORDS = (
    (
        "better, worse",
        "the whole interval of the difference lies beyond the band that does not matter (ROPE)",
    ),
    ("practically equal", "the whole interval lies within the band that does not matter (ROPE)"),
    ("undecided", "the data can't decide; more seeds or more data might. This is a result, too"),
    ("no verdict", "under 80 % of the cells are done, or the baseline has no result"),
    (
        "ROPE",
        "the band around zero that does not matter: .01 for F1 and recall; for AP 5 % of what there is to gain",
    ),
    (
        "what there is to gain",
        "in AP, the way from class frequencies to the Bayes limit or, where the limit is unknown, to the baseline; "
        "where it is shorter than the AP of class frequencies, the latter. Differences in AP over several datasets are "
        "means of shares of it, since raw differences on one dataset can be ten times those on another. A dataset "
        "with nothing to gain is left out",
    ),
    (
        "unchanged",
        "every value is that of the baseline: the strategy doesn't act on this metric, and no count has it",
    ),
    (
        "interval",
        "95 % t interval: over seeds within a dataset (on real data no narrower than that of resampled test groups), "
        "over datasets' mean differences across them",
    ),
    (
        "ranking",
        "do scores put the right rows first? Measured after converting scores to the natural class frequencies",
    ),
    (
        "decisions",
        "is the chosen class right? All strategies get the same rule, fitted on validation rows, so that a "
        "threshold alone can't win; `own` uses the decisions of the strategy itself",
    ),
    ("head, medium, tail", "classes by training frequency; the cuts are given beside each chart"),
    (
        "prior, bayes-limit",
        "references: the values of class frequencies alone, and the best that the features allow (generated data)",
    ),
    ("cell", "one dataset, strategy, learner, seed and device; its id is a hash of these"),
    ("stale", "measured by code that has changed since"),
)


def section(view: View) -> Section:
    """Return commands, code for the winner, tuned settings, and the meaning of words and metrics."""
    name = shlex.quote(view.run.name)
    suite = shlex.quote(f"{view.run.path.parent.name}/{view.run.name}/suite.yaml")
    again = (
        f"longtail run {suite}        # exactly this plan\n"
        f"longtail report {name}\n"
        "longtail why CELL        # what a cell was made of, and what has changed"
    )
    typed = str(view.run.state.get("command") or "")
    lines: list[Code | Paragraph] = [Code(again)]
    if typed:
        lines += [Paragraph("The command as it was typed:"), Code(typed)]
    blocks: list[Block] = [BlockGroup("The same run again", tuple(lines)), _winner(view, name)]
    if view.run.suite.settings:
        blocks.append(BlockGroup("Tuned settings", (_settings(view),)))
    meanings = tuple((METRICS[metric].label, f"{METRICS[metric].meaning}; {_way(metric)}") for metric in METRICS)
    blocks.append(BlockGroup("How to read this: words", (Glossary("words", WORDS),)))
    blocks.append(BlockGroup("How to read this: metrics", (Glossary("metrics", meanings),), folded=True))
    return Section(
        "reproduce",
        "Use and reproduce",
        "Reproduce the numbers, use the winner in your code, and look up words.",
        tuple(blocks),
        "Use",
    )


def winner(view: View) -> tuple[str, str]:
    """Return (strategy, learner) of the largest gain, real data first; else the baseline with the best learner."""
    kinds: list[Kind] = [kind for kind in ("real", "generated") if kind in view.kinds]
    for kind in kinds:
        if found := winners(view, kind):
            learner, row = found[0]
            return row.strategy, learner
    plain = next((one for kind in kinds if (one := strongest(view, view.datasets(kind)))), None)
    return view.baseline, plain.learner if plain else view.learners[0]


def _winner(view: View, name: str) -> BlockGroup:
    strategy, learner = winner(view)
    export = f"longtail export {name} --strategy {shlex.quote(strategy)} --learner {shlex.quote(learner)}"
    code = (
        "from longtail.bench.classifier import RebalancedClassifier\n\n"
        f"model = RebalancedClassifier(strategy={strategy!r}, learner={learner!r}, random_state=0)\n"
        "model.fit(X, y)                    # a pandas frame and its classes\n"
        "probabilities = model.predict_proba(X_new)"
    )
    return BlockGroup(f"Use {strategy} with {learner} in your code", (Code(export), Code(code, "python")))


def _settings(view: View) -> ReportTable:
    rows = []
    for setting in view.run.suite.settings:
        parameters = ", ".join(
            f"{key} = {value}" for key, value in setting.parameters.items() if key != "gain_at_double"
        )
        rows.append(
            TableRow(
                (
                    TextCell(setting.learner),
                    TextCell(setting.dataset or "all"),
                    TextCell(parameters),
                    NumberCell(gain(setting), "percent"),
                )
            )
        )
    columns = (
        TableColumn("Learner"),
        TableColumn("Dataset"),
        TableColumn("Settings"),
        TableColumn("Gain from twice the steps", "of the baseline's AP, relative", True),
    )
    note = "Chosen for the baseline on separate seeds, by `longtail tune` or by hand, and used for every strategy."
    return ReportTable("settings", "Settings of learners", columns, tuple(rows), note)


def gain(setting: object) -> float | None:
    """Return the relative gain of the baseline from twice the steps; None if it was not measured."""
    given = getattr(setting, "gain_at_double", None)
    return float(given) if isinstance(given, int | float) else None


def undertrained(view: View) -> tuple[str, ...]:
    """Return a warning if twice the steps would still improve the baseline: its rivals may only be better trained."""
    hold = [setting for pair in _pairs(view) for setting in view.run.suite.settings_of(*pair)]
    found = [
        f"{s.learner} on {s.dataset or 'all'}" for s in view.run.suite.settings if (gain(s) or 0.0) > GAIN and s in hold
    ]
    if not found:
        return ()
    settings = counted(len(found), "setting")
    return (
        f"{settings} of the baseline would still gain over 1 % from twice the steps ({'; '.join(found)}): "
        "verdicts there may favour its rivals.",
    )


def untuned(view: View) -> tuple[str, ...]:
    """Return a warning if a learner was trained on a dataset with settings that were not tuned for it."""
    lacking, pairs = [], _pairs(view)
    for dataset in view.datasets():
        there = [learner for learner in view.learners if (learner, dataset) in pairs]
        plain = [name for name in there if all(s.dataset is None for s in view.run.suite.settings_of(name, dataset))]
        if plain:
            lacking.append(f"{listed(plain)} on {dataset}")
    if not lacking:
        return ()
    return (
        f"Learners ran with settings that were not tuned there ({'; '.join(lacking)}): a badly trained "
        "baseline makes its rivals look better. `longtail tune` finds settings.",
    )


def _pairs(view: View) -> set[tuple[str, str]]:
    """Return the (learner, dataset) pairs that have done cells."""
    return {(learner, dataset) for dataset, learner, _ in view.groups}


def _way(metric: str) -> str:
    better = METRICS[metric].higher_is_better
    return "0 is best" if better is None else "higher is better" if better else "lower is better"
