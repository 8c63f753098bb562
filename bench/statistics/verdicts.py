"""Verdict words, and the differences that are too small to matter (ROPE)."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd

from longtail.bench.evaluation.catalogue import METRICS
from longtail.bench.evaluation.references import LIMIT, PRIOR

Verdict = Literal["better", "worse", "practically equal", "undecided", "no verdict", "baseline"]
VERDICTS: tuple[Verdict, ...] = ("better", "worse", "practically equal", "undecided", "no verdict")

DECISION_ROPE = 0.01
"""for recalls, F1 and what is made of them"""
SHARE = 0.05
"""of what there is to gain, for metrics of probabilities"""
FIXED = {"calibration_error": 0.005, "calibration_head": 0.1, "calibration_medium": 0.1, "calibration_tail": 0.1}
"""metrics without a reference that makes sense: a log bias of .1 is a tenth too many"""
ENOUGH = 0.8
"""share of the cells that have to be done for a verdict"""


def verdict_on(low: float, high: float, rope: float, higher_is_better: bool) -> Verdict:
    """The word for a difference's interval.

    Better or worse if all of it lies beyond the ROPE, practically equal if all of it lies inside, else undecided;
    undecided too where there is no interval (NaN).
    """
    if np.isnan(low) or np.isnan(high) or np.isnan(rope):
        return "undecided"
    if -rope <= low and high <= rope:
        return "practically equal"
    if low > rope:
        return "better" if higher_is_better else "worse"
    if high < -rope:
        return "worse" if higher_is_better else "better"
    return "undecided"


def rope(cells: pd.DataFrame, metric: str, dataset: str, baseline: dict[str, Any]) -> tuple[float, str]:
    """Half-width of the ROPE of a metric on a dataset, and a note where it needs one; no strategy moves it.

    .01 for decisions. For probabilities 5 % of the way from class frequencies to the Bayes limit; where the limit is
    unknown, of the way from there to the `baseline` (columns learner, device, strategy), means over seeds. Where an AP
    has less to gain than class frequencies reach, 5 % of what these reach.
    """
    kind = METRICS[metric]
    if metric in FIXED:
        return FIXED[metric], ""
    if kind.track == "decision":
        return DECISION_ROPE, ""
    name = "log_loss" if metric == "excess_log_loss" else metric
    of_dataset = cells[(cells["dataset"] == dataset) & (cells["status"] == "done")]
    floor = _mean(of_dataset, name, {"learner": "reference", "strategy": PRIOR})
    top = _mean(of_dataset, name, {"learner": "reference", "strategy": LIMIT})
    if np.isnan(top):
        top = _mean(of_dataset, name, baseline)
    gain = (top - floor) if kind.higher_is_better else (floor - top)
    if np.isnan(gain):
        return float("nan"), "the gain over class frequencies is unknown, so no difference is small"
    if metric.startswith("ap") and gain < floor:
        # a twentieth of next to nothing would call noise a win: AP of class frequencies is the share of the class
        return SHARE * float(floor), f"the baseline hardly beats class frequencies, so {SHARE:.0%} of theirs is small"
    if gain <= 0:
        return 0.0, "the baseline does not beat class frequencies, so no difference is small"
    return SHARE * float(gain), ""


def _mean(cells: pd.DataFrame, metric: str, where: dict[str, Any]) -> float:
    for name, value in where.items():
        cells = cells[cells[name] == value]
    values = cells[metric].to_numpy(np.float64)
    return float(np.nanmean(values)) if np.isfinite(values).any() else float("nan")
