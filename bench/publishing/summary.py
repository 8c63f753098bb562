"""The MLflow entries of an ended run: means over seeds and datasets, curves over classes, the verdicts."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from longtail.bench.evaluation.catalogue import PRIMARY
from longtail.bench.evaluation.frames import Frames
from longtail.bench.publishing.cell_entries import COSTS, HEADLINE, SOURCES
from longtail.bench.publishing.entry import (
    DataInput,
    Entry,
    Point,
    data_input,
    identity_tags,
    metric_key,
    readable,
    rounded,
    seconds,
)
from longtail.bench.runs import Run
from longtail.bench.statistics.contrasts import interval

CURVES = ("ap", "recall", "precision", "f1", "bias", "train_count")
"""columns of per_class that become curves: step 1 is the most frequent class"""
JUDGED = "ap"
"""metric of the verdicts that are shown"""
UNIT = "Over datasets (`overall`), `ap_difference` is a share of what there is to gain: .04 is 4 % of it."
NOTE = 7500
"""largest number of characters of Markdown; MLflow silently cuts a tag at 8,000"""


def summaries(run: Run, frames: Frames, verdicts: pd.DataFrame) -> list[Entry]:
    """Return an entry per (dataset, strategy, learner, device): means and intervals over seeds, curves over classes."""
    keys = ["dataset", "strategy", "learner", "device"]
    done = frames.cells[frames.cells["status"] == "done"]
    classes = dict(iter(frames.per_class.groupby("cell", sort=False)))
    judged = {tuple(row[key] for key in keys): row for _, row in verdicts.iterrows()}
    data = {planned.cell.dataset: data_input(planned.cell) for planned in run.planned}
    entries = []
    for pair, rows in done.groupby(keys, sort=True):
        dataset, strategy, learner, device = map(str, pair)
        tags = _tags(rows.iloc[0], strategy, learner, device) | {"dataset": dataset, "seeds": str(len(rows))}
        points, missing = _means(rows, intervals=True)
        points += _curves([classes[cell] for cell in rows["cell"] if cell in classes])
        if missing:
            tags["nan"] = ", ".join(missing)
        if (verdict := judged.get((dataset, strategy, learner, device))) is not None:
            tags["verdict"] = str(verdict["verdict"])
            points += _differences(verdict, "difference", "difference_low", "difference_high")
        inputs = (data[dataset],) if dataset in data else ()
        entries.append(
            _entry(run, "summary", readable(*_pieces(dataset, strategy, learner, device)), tags, points, inputs)
        )
    return entries


def overall(run: Run, frames: Frames, placed: pd.DataFrame) -> list[Entry]:
    """Return an entry per (strategy, learner, device) with at least two datasets of a kind, from `statistics.across`.

    Generated and real data are never pooled. `ap/mean` is a mean of dataset means and can't be compared between
    strategies on different datasets; `ap_difference` can. It is a share of what there is to gain on each dataset.
    """
    keys = ["generated", "strategy", "learner", "device"]
    cells = frames.cells[(frames.cells["status"] == "done") & ~frames.cells["reference"].astype(bool)]
    numbers = [name for name in dict.fromkeys((*HEADLINE, *_columns())) if name in cells]
    means = cells.groupby([*keys, "family", "dataset"])[numbers].mean().reset_index()
    judged = {tuple(row[key] for key in keys): row for _, row in placed.iterrows()}
    entries = []
    for (generated, strategy, learner, device), rows in means.groupby(keys, sort=True):
        if len(rows) < 2:
            continue
        tags = _tags(rows.iloc[0], strategy, learner, device) | {"datasets": ", ".join(rows["dataset"])}
        points, missing = _means(rows, intervals=False)
        if missing:
            tags["nan"] = ", ".join(missing)
        if (row := judged.get((generated, strategy, learner, device))) is not None:
            tags["verdict"] = str(row["verdict"])
            points += _differences(row, "mean_difference", "low", "high")
            ranks = {"rank/mean": row["mean_rank"], "wins": row["wins"], "ties": row["ties"], "losses": row["losses"]}
            points += [Point(key, rounded(value)) for key, value in ranks.items() if math.isfinite(float(value))]
        name = readable(*_pieces(strategy, learner, device), f"{len(rows)} {tags['data']} datasets")
        entries.append(_entry(run, "overall", name, tags, points))
    return entries


def headlines(frames: Frames) -> list[Point]:
    """Return means of the primary metrics by dataset, strategy and learner for the run itself, to compare runs."""
    keys = ["dataset", "strategy", "learner", "device"]
    done = frames.cells[(frames.cells["status"] == "done") & ~frames.cells["reference"].astype(bool)]
    points = []
    for pair, rows in done.groupby(keys, sort=True):
        means = {metric_key("/".join([metric, *_pieces(*pair)])): float(rows[metric].mean()) for metric in PRIMARY}
        points += [Point(key, rounded(mean)) for key, mean in means.items() if math.isfinite(mean)]
    return points


def verdict_table(verdicts: pd.DataFrame, most: int | None = None) -> str:
    """Return the verdicts as Markdown by dataset, the largest difference first; at most `most` rows per dataset."""
    lines: list[str] = []
    for dataset, rows in verdicts.groupby("dataset", sort=True):
        ordered = rows.sort_values(["difference", "mean"], ascending=False)
        shown = ordered if most is None else ordered.head(most)
        lines += [
            f"### {dataset}",
            "",
            "| strategy | learner | AP | against the baseline | verdict |",
            "|---|---|---|---|---|",
        ]
        for _, row in shown.iterrows():
            mean = _written(row["mean"], row["low"], row["high"])
            judged = row["verdict"] != "baseline"
            difference = (
                _written(row["difference"], row["difference_low"], row["difference_high"], "+") if judged else "–"
            )
            lines.append(
                f"| {_cell(row['strategy'])} | {_cell(row['learner'])} | {mean} | {difference} | {row['verdict']} |"
            )
        if len(shown) < len(ordered):
            lines += ["", f"{len(ordered) - len(shown)} more in verdicts.md, among the artifacts."]
        lines.append("")
    return "\n".join(lines)


def note(run: Run, verdicts: pd.DataFrame, remarks: Sequence[str] = ()) -> str:
    """Return the Markdown note of a run in MLflow: as many verdicts as a tag can hold, then remarks."""
    shown = "macro AP (for two classes, AP of the rarer class) with 95 % intervals"
    head = f"Suite **{run.suite.name}** against the baseline **{run.suite.baseline}**, {shown}. {UNIT}\n\n"
    tail = "\n".join(remarks)[:1500]
    verdicts = verdicts[verdicts["mean"].notna()]
    for most in (None, 15, 10, 7, 5, 3, 2, 1):
        text = head + verdict_table(verdicts, most) + tail
        if len(text) <= NOTE:
            return text
    return head + "The verdicts are too many for a note; see verdicts.md among the artifacts.\n\n" + tail


def _entry(
    run: Run, kind: str, name: str, tags: dict[str, str], points: list[Point], inputs: tuple[DataInput, ...] = ()
) -> Entry:
    content = hashlib.sha256(repr((sorted(tags.items()), points)).encode()).hexdigest()[:12]
    ended = seconds(run.state.get("finished")) or seconds(run.state.get("started"))
    marked = identity_tags(run, kind) | tags | {"longtail.records": content}
    return Entry(name, "FINISHED", marked, ended, ended, points=tuple(points), inputs=inputs)


def _tags(row: pd.Series[Any], strategy: Any, learner: Any, device: Any) -> dict[str, str]:
    return {
        "data": "generated" if row["generated"] else "real",
        "strategy": str(strategy),
        "family": str(row["family"]),
        "learner": str(learner),
        "device": str(device),
    }


def _pieces(*pieces: object) -> list[str]:
    return [str(piece) for piece in pieces if piece != "cpu"]


def _columns() -> list[str]:
    return [SOURCES.get(name, name) for name in COSTS]


def _means(rows: pd.DataFrame, intervals: bool) -> tuple[list[Point], list[str]]:
    """Return the means of metrics and costs, and the names of those that some rows lack."""
    points: list[Point] = []
    missing: list[str] = []
    for name in (*HEADLINE, *COSTS):
        column = SOURCES.get(name, name)
        if column not in rows or rows[column].isna().all():
            continue
        values = rows[column].dropna().to_numpy(dtype=float) * COSTS.get(name, 1.0)
        if len(values) < len(rows):
            missing.append(name)
        found = interval(values)
        parts = {"mean": found.mean, "n": float(found.n)}
        if intervals:
            parts |= {"ci_low": found.low, "ci_high": found.high}
        points += [Point(f"{name}/{part}", rounded(value)) for part, value in parts.items() if math.isfinite(value)]
    return points, missing


def _curves(seeds: Sequence[pd.DataFrame]) -> Iterator[Point]:
    """Yield means over seeds for each class, the most frequent first; on equal ranks the lower class index first."""
    if not seeds:
        return
    rows = pd.concat(seeds)
    present = [name for name in CURVES if name in rows]
    means = rows.groupby("class_index")[["rank", *present]].mean().sort_values("rank", kind="stable")
    for step, values in enumerate(means[present].to_numpy(dtype=float), 1):
        for name, value in zip(present, values, strict=True):
            if math.isfinite(value):
                yield Point(f"{name}/by_class", rounded(value), step)


def _differences(row: pd.Series[Any], mean: str, low: str, high: str) -> list[Point]:
    values = {"mean": float(row[mean]), "ci_low": float(row[low]), "ci_high": float(row[high])}
    return [
        Point(f"{JUDGED}_difference/{part}", rounded(value)) for part, value in values.items() if math.isfinite(value)
    ]


def _written(mean: float, low: float, high: float, sign: str = "") -> str:
    if not math.isfinite(mean):
        return "–"
    shown = f"{mean:{sign}.4f}"
    return f"{shown} [{low:{sign}.4f}, {high:{sign}.4f}]" if math.isfinite(low) and math.isfinite(high) else shown


def _cell(text: Any) -> str:
    return str(text).replace("|", "\\|")
