"""`longtail export`: Python code that rebuilds a classifier of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from longtail.bench import options
from longtail.bench.commands import PANELS
from longtail.bench.errors import ConfigurationError
from longtail.bench.naming import nearest
from longtail.bench.runs import Planned, Run


def register(app: typer.Typer) -> None:
    """Add the command to longtail's."""
    app.command(rich_help_panel=PANELS[1])(export)


def export(
    run: options.RunName,
    strategy: Annotated[str, typer.Option(help="Strategy, as named in the report.")],
    learner: Annotated[str, typer.Option(help="Learner, as named in the report.")],
    dataset: Annotated[str | None, typer.Option(help="Needed if the learner's settings differ by dataset.")] = None,
    runs: options.Runs = Path("runs"),
) -> None:
    """Print the Python code that rebuilds a strategy on a learner as a scikit-learn classifier."""
    opened = Run.open(runs, run)
    cells = _of_pair(opened, strategy, learner, dataset)
    settings = {str(sorted(row.cell.settings.items())): row.cell.settings for row in cells}
    if len(settings) > 1:
        names = ", ".join(dict.fromkeys(row.cell.dataset for row in cells))
        raise ConfigurationError(
            f"the settings of {learner} differ by dataset in {opened.name}; name one with --dataset: {names}"
        )
    typer.echo(source(opened, cells))


def _of_pair(run: Run, strategy: str, learner: str, dataset: str | None) -> list[Planned]:
    pairs = {(row.cell.strategy, row.cell.learner) for row in run.planned}
    learners = sorted({other for _, other in pairs})
    if learner not in learners:
        raise ConfigurationError(
            f"{run.name} has no learner {learner!r}{nearest(learner, learners)}; it has {', '.join(learners)}"
        )
    if (strategy, learner) not in pairs:
        known = sorted({one for one, other in pairs if other == learner})
        raise ConfigurationError(
            f"{run.name} has no strategy {strategy!r}{nearest(strategy, known)} on {learner}; "
            f"there it has {', '.join(known)}"
        )
    cells = [row for row in run.planned if (row.cell.strategy, row.cell.learner) == (strategy, learner)]
    if dataset is not None:
        names = {row.cell.dataset for row in cells}
        if dataset not in names:
            raise ConfigurationError(
                f"{run.name} has no dataset {dataset!r}{nearest(dataset, names)}; it has {', '.join(sorted(names))}"
            )
        cells = [row for row in cells if row.cell.dataset == dataset]
    if all(row.applicable is not None for row in cells):
        raise ConfigurationError(f"{strategy} on {learner} was not applicable: {cells[0].applicable}")
    return cells


def source(run: Run, cells: list[Planned]) -> str:
    """Return the text of a small module: imports, the classifier, comments on its use."""
    cell = cells[0].cell
    datasets = ", ".join(dict.fromkeys(row.cell.dataset for row in cells))
    seeds = ", ".join(dict.fromkeys(str(row.cell.seed) for row in cells))
    given = [f"strategy={cell.strategy!r}", f"learner={cell.learner!r}", f"random_state={cell.seed}"]
    given += [f"device={cell.device!r}"] if cell.device != "cpu" else []
    given += [f"settings={cell.settings!r}"] if cell.settings else []
    own = cells[0].family == "own"
    lines = [
        f'"""{cell.strategy} on {cell.learner}, as the run {run.name} measured it."""',
        "",
        f"# measured on {datasets}; seeds {seeds}",
        "",
        *(["from pathlib import Path", ""] if own else []),
        "from longtail.bench.classifier import RebalancedClassifier",
        *(["from longtail.bench.registry import add_strategy_file", ""] if own else [""]),
        *(['add_strategy_file(Path("my_file.py"))  # the file that defines the strategy', ""] if own else []),
        "classifier = RebalancedClassifier(",
        *(f"    {one}," for one in given),
        ")",
        "# X: a pandas frame of raw columns; y: the labels",
        "# classifier.fit(X, y, groups=None, time=None)",
        "# classifier.predict_proba(X_new): probabilities at the natural prior",
        "# classifier.predict(X_new): the strategy's own decision",
    ]
    return "\n".join(lines)
