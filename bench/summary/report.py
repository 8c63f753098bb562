"""The report of a run: its content, and its file."""

from __future__ import annotations

from pathlib import Path

from longtail.bench.evaluation.evaluation import evaluate
from longtail.bench.evaluation.frames import Frames
from longtail.bench.runs import Run
from longtail.bench.store import write_text
from longtail.bench.summary import board, classes, cost, curves, dataset_cards, ledger, limit, setup, use, verdict
from longtail.bench.summary.headline import headlines
from longtail.bench.summary.view import View, counted, listed
from longtail.reports.content import Report


def content_of(run: Run, frames: Frames) -> Report:
    """Return all content of the report; rendering only writes it."""
    view = View(run, frames)
    sections = (
        verdict.section(view),
        board.section(view),
        classes.bands_section(view),
        classes.classes_section(view),
        cost.quality_section(view),
        curves.section(view),
        cost.runtime_section(view),
        ledger.section(view),
        limit.section(view),
        dataset_cards.section(view),
        setup.section(view),
        use.section(view),
    )
    return Report(
        title=f"{run.suite.name}: which strategy, for whom, at what cost",
        subtitle=_subtitle(view),
        facts=_facts(view),
        headlines=headlines(view),
        sections=sections,
        learners=view.learners,
        kinds=view.kinds,
        notices=_notices(view),
        footer=f"longtail, run {run.name}. Every number comes from records beside this file; the page needs no "
        "network.",
    )


def write_report(run: Run) -> Path:
    """Write run.path/report.html as a whole and return its path; the same records give the same bytes.

    Raises StoreError if the file can't be written.
    """
    from longtail.reports.render import html

    path = run.path / "report.html"
    write_text(path, html(content_of(run, evaluate(run))), sync=False)
    return path


def _subtitle(view: View) -> str:
    description = view.run.suite.description.strip()
    started = str(view.run.state.get("started") or "")[:16].replace("T", " ")
    parts = (
        description,
        f"Baseline: {view.baseline}.",
        f"Run {view.run.name}, started {started} UTC." if started else "",
    )
    return " ".join(filter(None, parts))


def _facts(view: View) -> tuple[tuple[str, str], ...]:
    done, refused = len(view.done), int((view.cells["status"] == "not_applicable").sum())
    fitting = len(view.cells) - refused
    numbers = (
        (len(view.datasets()), "dataset", "datasets"),
        (view.cells["strategy"].nunique(), "strategy", "strategies"),
        (len(view.learners), "learner", "learners"),
        (len(view.run.suite.seed_list), "seed", "seeds"),
    )
    return (
        *((str(number), one if number == 1 else many) for number, one, many in numbers),
        (f"{done:,}" if done == fitting else f"{done:,} of {fitting:,}", "cells done"),
        *(((f"{refused:,}", "not applicable"),) if refused else ()),
    )


def _notices(view: View) -> tuple[str, ...]:
    found = [*use.undertrained(view), *use.untuned(view)]
    lost = view.cells[~view.cells["status"].isin(["done", "not_applicable"])]
    if len(lost):
        found.append(
            f"Not done: {listed(ledger.unfinished_counts(lost))}. Means are over what is done; see Cells "
            "for the reasons."
        )
    if (stale := int(view.done["stale"].astype(bool).sum())) > 0:
        found.append(f"Stale: {counted(stale, 'cell')}, measured by code that has changed since.")
    return tuple(found)
