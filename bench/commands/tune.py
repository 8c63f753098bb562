"""`longtail tune`: settings of a suite's learners, tuned with its baseline strategy."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

import typer

from longtail.bench import options
from longtail.bench.commands import PANELS
from longtail.bench.errors import ConfigurationError
from longtail.bench.options import Asked


def register(app: typer.Typer) -> None:
    """Add the command to longtail's."""
    app.command(rich_help_panel=PANELS[0])(tune)


def tune(
    suite: options.SuiteName = "quick",
    datasets: options.Datasets = None,
    learners: options.Learners = None,
    out: Annotated[Path | None, typer.Option(help="Write the settings to this file, not to standard output.")] = None,
    seeds: Annotated[int, typer.Option(help="Number of tuning seeds, apart from those of the suite.", min=1)] = 3,
    rows: options.Rows = None,
    jobs: options.Jobs = None,
) -> None:
    """Tune the baseline's learners on separate seeds, and print the `settings` to copy into the suite."""
    wanted = Asked(suite, datasets=datasets, learners=learners, rows=rows, jobs=jobs).suite_wanted()
    from longtail.bench.tuning import tuning

    if out is not None:
        _put(out, "")  # fail before tuning if the file can't be written
    found = tuning.tune(wanted, wanted.jobs or os.cpu_count() or 1, seeds, lambda one: options.say(_line(one)))
    for one in found:
        for warning in one.warnings:
            options.say(f"warning: {warning}")
    text = tuning.settings_yaml(found)
    if out is None:
        typer.echo(text, nl=False)
    else:
        _put(out, text, "w")


def _put(out: Path, text: str, mode: Literal["a", "w"] = "a") -> None:
    try:
        with out.open(mode) as file:
            file.write(text)
    except OSError as error:
        raise ConfigurationError(f"the settings can't be written to {out}: {error.strerror}") from error


def _line(one: object) -> str:
    from longtail.bench.tuning.tuning import Tuned

    assert isinstance(one, Tuned)
    chosen = ", ".join(f"{name}={value}" for name, value in one.parameters.items())
    limit = "" if one.limit is None else f" of {one.limit:.4f} possible"
    gain = "" if one.gain_at_double is None else f", {one.gain_at_double:+.2%} from twice the steps"
    smoothed = "" if one.gain_of_smoothing is None else f", {one.gain_of_smoothing:+.2%} from {one.smoothing}"
    return (
        f"{one.dataset} / {one.learner}: {chosen or 'nothing to tune'}: AP {one.ap:.4f}{limit},"
        f" {one.untuned:.4f} before tuning{gain}{smoothed}; {one.tried} settings tried"
    )
