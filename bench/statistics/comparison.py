"""Comparison of two runs, paired by dataset, strategy, learner, seed and device: what became worse or better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from longtail.bench.errors import NothingToCompareError
from longtail.bench.evaluation.catalogue import METRICS, PRIMARY
from longtail.bench.statistics.baselines import KEYS, Snapshot
from longtail.bench.statistics.intervals import interval
from longtail.bench.statistics.verdicts import rope, verdict_on

REGRESSION = 3
"""exit code of a comparison with a regression"""
Change = Literal["regressed", "improved", "same", "undecided", "identical", "lost", "gained"]
ORDER: tuple[Change, ...] = ("regressed", "lost", "improved", "gained", "undecided", "same", "identical")
WORDS: dict[str, Change] = {"better": "improved", "worse": "regressed", "practically equal": "same"}
PAIR = ("dataset", "learner", "device", "strategy")

COLUMNS = (
    *PAIR,
    "metric",
    "seeds",  # seeds that both have
    "base",  # mean over these seeds
    "new",
    "difference",
    "low",  # t interval over seeds
    "high",
    "rope",
    "change",
    "note",
)
COST_COLUMNS = (*PAIR, "seeds", "base_seconds", "new_seconds", "ratio")


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two runs compared: `rows` has COLUMNS, regressions first; `costs` has COST_COLUMNS, with medians over seeds."""

    base: Snapshot
    new: Snapshot
    rows: pd.DataFrame
    costs: pd.DataFrame
    paired: int
    """cells that are done in both runs"""
    only_base: int
    only_new: int

    @property
    def counts(self) -> dict[str, int]:
        """Return the number of rows of each change that occurs, in the order of ORDER."""
        found = self.rows["change"].value_counts()
        return {name: int(found[name]) for name in ORDER if name in found}

    @property
    def regressed(self) -> bool:
        return bool(self.rows["change"].isin(["regressed", "lost"]).any())

    def slower(self, factor: float) -> pd.DataFrame:
        """Return the rows of `costs` that take at least `factor` times as long, and at least one second more."""
        more = self.costs["new_seconds"] - self.costs["base_seconds"]
        return self.costs[(self.costs["ratio"] >= factor) & (more >= 1.0)]

    def exit_code(self, slower_than: float | None = None) -> int:
        """Return 3 if a metric regressed, a cell was lost or a pair became `slower_than` times as slow, else 0."""
        too_slow = slower_than is not None and len(self.slower(slower_than)) > 0
        return REGRESSION if self.regressed or too_slow else 0


def compare(base: Snapshot, new: Snapshot) -> Comparison:
    """Compare two runs by cell. Raises NothingToCompareError where they share no cell that is done in the first.

    The same cell with the same code gives identical scores, so unchanged scores are not tested. Other differences have
    a t interval over seeds: `regressed` if all of it is worse than the ROPE (taken from the base run).
    """
    sides = [_own(side.cells) for side in (base, new)]
    done = [side[side["status"] == "done"] for side in sides]
    both = done[0].merge(done[1], on=list(KEYS), suffixes=("_base", "_new"))
    lost = _lost(done[0], sides[1])
    if both.empty and lost.empty:
        raise NothingToCompareError(
            f"the runs {base.name} and {new.name} share no finished cell (dataset, strategy, learner, seed, device)"
        )
    rows = [_row(base, keys, group, metric) for keys, group in _pairs(both) for metric in PRIMARY]
    rows += [_status_row(keys, group, "lost") for keys, group in _pairs(lost)]
    rows += [_status_row(keys, group, "gained") for keys, group in _pairs(_lost(done[1], sides[0]))]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    place = frame["change"].map({name: index for index, name in enumerate(ORDER)})
    frame = frame.assign(place=place).sort_values(["place", *PAIR], kind="stable").drop(columns="place")
    costs = pd.DataFrame([_costs(keys, group) for keys, group in _pairs(both)], columns=list(COST_COLUMNS))
    only = [len(_unshared(sides[a], sides[1 - a])) for a in (0, 1)]
    return Comparison(base, new, frame.reset_index(drop=True), costs, len(both), *only)


def _own(cells: pd.DataFrame) -> pd.DataFrame:
    return cells[~cells["reference"].astype(bool)]


def _pairs(cells: pd.DataFrame) -> list[tuple[dict[str, Any], pd.DataFrame]]:
    grouped = cells.groupby(list(PAIR), sort=False)
    return [(dict(zip(PAIR, keys, strict=True)), group) for keys, group in grouped]


def _unshared(cells: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Return the cells that are not planned in the other run."""
    joined = cells.merge(other[list(KEYS)], on=list(KEYS), how="left", indicator="side")
    return joined[joined["side"] == "left_only"]


def _lost(done: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Return the cells that are done in one run and failed in the other; a cell that is yet to run is not lost."""
    ended = other[other["status"].isin(["failed", "timeout", "out_of_memory"])]
    return done.merge(ended[[*KEYS, "status"]], on=list(KEYS), suffixes=("", "_other"))


def _status_row(keys: dict[str, Any], group: pd.DataFrame, change: Change) -> dict[str, Any]:
    seeds = ", ".join(str(seed) for seed in sorted(group["seed"]))
    status = " and ".join(sorted({str(word).replace("_", " ") for word in group["status_other"]}))
    run = "new" if change == "lost" else "base"
    numbers = dict.fromkeys(("base", "new", "difference", "low", "high", "rope"), np.nan)
    note = f"done in the other run, {status} in the {run} one (seed {seeds})"
    return keys | numbers | {"metric": "status", "seeds": len(group), "change": change, "note": note}


def _row(base: Snapshot, keys: dict[str, Any], group: pd.DataFrame, metric: str) -> dict[str, Any]:
    old, new = (group[f"{metric}_{side}"].to_numpy(np.float64) for side in ("base", "new"))
    known = np.isfinite(old) & np.isfinite(new)
    gap = interval((new - old)[known])
    against = {"learner": keys["learner"], "device": keys["device"], "strategy": base.baseline}
    half, why = rope(base.cells, metric, keys["dataset"], against)
    row = keys | {
        "metric": metric,
        "seeds": gap.n,
        "base": interval(old[known]).mean,
        "new": interval(new[known]).mean,
        "difference": gap.mean,
        "low": gap.low,
        "high": gap.high,
        "rope": half,
    }
    if gap.n and (old == new)[known].all():
        return row | {"low": 0.0, "high": 0.0, "change": "identical", "note": ""}
    word = verdict_on(gap.low, gap.high, half, METRICS[metric].higher_is_better is True)
    note = "one seed gives no interval" if gap.n == 1 else why
    return row | {"change": WORDS.get(word, "undecided"), "note": note}


def _costs(keys: dict[str, Any], group: pd.DataFrame) -> dict[str, Any]:
    old, new = (group[f"seconds_total_{side}"].to_numpy(np.float64) for side in ("base", "new"))
    known = np.isfinite(old) & np.isfinite(new) & (old > 0)
    if not known.any():
        return keys | {"seeds": 0, "base_seconds": np.nan, "new_seconds": np.nan, "ratio": np.nan}
    ratio = float(np.median(new[known] / old[known]))
    medians = {"base_seconds": float(np.median(old[known])), "new_seconds": float(np.median(new[known]))}
    return keys | medians | {"seeds": int(known.sum()), "ratio": ratio}
