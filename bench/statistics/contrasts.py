"""Differences between strategies with their uncertainty: within a dataset over seeds, and across datasets.

They are always within one learner and device. Generated and real data are never pooled.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from longtail.bench.evaluation.catalogue import METRICS
from longtail.bench.evaluation.frames import CONTRAST_COLUMNS, Frames
from longtail.bench.evaluation.metrics.weights import Doubles
from longtail.bench.statistics.across import across_datasets
from longtail.bench.statistics.intervals import LEVEL, Interval, interval
from longtail.bench.statistics.verdicts import ENOUGH, half_width, unit_of, verdict_on

__all__ = ["Interval", "across", "blocks", "contrasts", "done_share", "interval", "scored"]

RESAMPLED = ("ap", "f1")
"""metrics that have replicates on real data"""


def contrasts(frames: Frames, metric: str, baseline: str = "none") -> pd.DataFrame:
    """Compare every strategy with the baseline within (dataset, learner, device), columns as CONTRAST_COLUMNS.

    Differences are paired by seed, in the unit of the metric, and have a t interval over seeds. On real data, each end
    of the interval of a primary metric is the wider of this interval and of the bootstrap over test groups. A strategy
    that is better by the shared decision rule (f1) also has to be better with its own decisions (f1_own).
    """
    rows: list[dict[str, Any]] = []
    cells = frames.cells
    for block, group in blocks(cells):
        against = {"learner": block["learner"], "device": block["device"], "strategy": baseline}
        unit, why = unit_of(cells, metric, block["dataset"], against)
        shared = {"unit": unit, "rope": half_width(metric) * unit, "unchanged": False}
        of = {str(name): part for name, part in group.groupby("strategy", sort=False)}
        for name, part in of.items():
            applicable = part[part["status"] != "not_applicable"]
            counts = {"planned": len(applicable), "done": int((applicable["status"] == "done").sum())}
            row = block | counts | shared | {"strategy": name, "family": part["family"].iloc[0]}
            rows.append(row | _contrast(part, of.get(baseline), metric, row["rope"], why, name == baseline))
    found = pd.DataFrame(rows, columns=list(CONTRAST_COLUMNS))
    return _won_both_ways(found, frames, baseline) if metric == "f1" else found


def blocks(cells: pd.DataFrame) -> Iterator[tuple[dict[str, Any], pd.DataFrame]]:
    """Yield groups of cells that may be compared, without references: by dataset, learner and device."""
    own = cells[~cells["reference"].astype(bool)]
    for keys, group in own.groupby(["dataset", "learner", "device"], sort=False):
        dataset, learner, device = keys
        yield (
            {
                "dataset": dataset,
                "generated": bool(group["generated"].iloc[0]),
                "learner": learner,
                "device": device,
            },
            group,
        )


def scored(cells: pd.DataFrame, metric: str) -> pd.Series:
    """Return the values of a metric by seed, from done cells; where 0 is best, the distance from 0."""
    done = cells[(cells["status"] == "done") & cells[metric].notna()]
    values = pd.Series(done[metric].to_numpy(np.float64), index=done["seed"].to_numpy())
    return values.abs() if METRICS[metric].higher_is_better is None else values


def done_share(cells: pd.DataFrame) -> float:
    """Return the share of the applicable cells that are done; NaN if no cell is applicable."""
    applicable = cells[cells["status"] != "not_applicable"]
    return float((applicable["status"] == "done").mean()) if len(applicable) else float("nan")


def _contrast(
    own: pd.DataFrame, baseline: pd.DataFrame | None, metric: str, half: float, why: str, is_baseline: bool
) -> dict[str, Any]:
    values = scored(own, metric)
    level = interval(values)
    row: dict[str, Any] = {"n": level.n, "mean": level.mean, "low": level.low, "high": level.high, "pairs": 0}
    row |= dict.fromkeys(("difference", "difference_low", "difference_high"), np.nan)
    if is_baseline:
        return row | {"pairs": level.n, "difference": 0.0, "verdict": "baseline", "note": ""}
    if note := _why_no_verdict(own):
        row |= {"verdict": "no verdict", "note": note}
    if baseline is None or not len(other := scored(baseline, metric)):
        return row | {"verdict": "no verdict", "note": note or "the baseline has no result with this learner"}
    seeds = values.index.intersection(other.index)
    if not len(seeds):
        return row | {"verdict": "no verdict", "note": note or "it has no done seed in common with the baseline"}
    gap = interval(values[seeds] - other[seeds])
    low, high, drawn = _widened(gap, own, baseline, metric, seeds)
    row |= {"pairs": gap.n, "difference": gap.mean, "difference_low": low, "difference_high": high}
    row["unchanged"] = bool((values[seeds] == other[seeds]).all())
    if note:
        return row
    word = verdict_on(low, high, half, METRICS[metric].higher_is_better is True)
    notes = ("one seed gives no interval" if gap.n == 1 else drawn, why)
    return row | {"verdict": word, "note": "; ".join(filter(None, notes))}


def _why_no_verdict(cells: pd.DataFrame) -> str:
    share = done_share(cells)
    if np.isnan(share):
        return str(cells["reason"].iloc[0] or "not applicable")
    if share < ENOUGH:
        done = int((cells["status"] == "done").sum())
        return f"{done} of {int((cells['status'] != 'not_applicable').sum())} cells are done, fewer than {ENOUGH:.0%}"
    return ""


def _widened(
    gap: Interval, own: pd.DataFrame, baseline: pd.DataFrame, metric: str, seeds: pd.Index[Any]
) -> tuple[float, float, str]:
    """Widen the t interval to that of resampled test groups, if both sides have replicates; return it with a note."""
    if metric not in RESAMPLED or gap.n < 2:
        return gap.low, gap.high, ""
    sides = [_replicates(cells, f"{metric}_replicates", seeds) for cells in (own, baseline)]
    if any(side is None for side in sides):
        return gap.low, gap.high, ""
    drawn = np.asarray(sides[0]) - np.asarray(sides[1])
    edges = np.quantile(drawn.mean(axis=0), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    low, high = min(gap.low, float(edges[0])), max(gap.high, float(edges[1]))
    return low, high, "interval over seeds and resampled test groups"


def _replicates(cells: pd.DataFrame, name: str, seeds: pd.Index[Any]) -> Doubles | None:
    held = dict(zip(cells["seed"], cells[name], strict=True))
    kept = [held.get(seed) for seed in seeds]
    if any(values is None or not len(values) for values in kept) or len({len(v) for v in kept if v is not None}) != 1:
        return None
    return np.array([np.asarray(values, np.float64) for values in kept])


def _won_both_ways(found: pd.DataFrame, frames: Frames, baseline: str) -> pd.DataFrame:
    own = contrasts(frames, "f1_own", baseline)
    lost = (found["verdict"] == "better") & (own["verdict"] != "better")
    found.loc[lost, "note"] = "better by the shared rule only; with its own decisions " + own.loc[
        lost, "verdict"
    ].astype(str)
    found.loc[lost, "verdict"] = "undecided"
    return found


def across(frames: Frames, metric: str, baseline: str = "none", named: Iterable[str] = ()) -> pd.DataFrame:
    """Compare every strategy with the baseline across datasets, columns as ACROSS_COLUMNS.

    Differences are in shares of what there is to gain on each dataset, for decisions as they are. `named` are the
    contrasts of the suite.
    """
    return across_datasets(contrasts(frames, metric, baseline), metric, baseline, tuple(named))
