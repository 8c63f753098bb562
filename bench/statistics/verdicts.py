"""Verdicts, and differences that are too small to matter: the region of practical equivalence (ROPE)."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd

from longtail.bench.evaluation.catalogue import METRICS
from longtail.bench.evaluation.references import LIMIT, PRIOR

Verdict = Literal["better", "worse", "practically equal", "undecided", "no verdict", "baseline"]
VERDICTS: tuple[Verdict, ...] = ("better", "worse", "practically equal", "undecided", "no verdict")

DECISION_ROPE = 0.01
"""half-width of the ROPE for recalls, F1 and metrics derived from them"""
SHARE = 0.05
"""half-width of the ROPE for metrics of probabilities, as a share of the possible gain"""
FIXED = {"calibration_error": 0.005, "calibration_head": 0.1, "calibration_medium": 0.1, "calibration_tail": 0.1}
"""half-widths for metrics without a meaningful reference: a log bias of .1 is a tenth too many"""
ENOUGH = 0.8
"""share of the cells that must be done for a verdict"""


def verdict_on(low: float, high: float, rope: float, higher_is_better: bool) -> Verdict:
    """Return the verdict on the interval of a difference.

    It is better or worse if the whole interval is outside the ROPE, practically equal if the whole interval is inside,
    and otherwise undecided, also where there is no interval (NaN).
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
    """Return the half-width of the ROPE of a metric on a dataset, and a note, which may be empty.

    It does not depend on the strategies compared. It is .01 for decisions. For probabilities it is 5 % of the gain from
    class frequencies to the Bayes limit or, where the limit is unknown, to the `baseline` (columns learner, device,
    strategy), as means over seeds. Where this gain in AP is smaller than the AP of class frequencies, it is 5 % of the
    latter.
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
        return float("nan"), "the gain over class frequencies is unknown, so no difference counts as small"
    if metric.startswith("ap") and gain < floor:
        # 5 % of a tiny gain would make noise a win; the AP of class frequencies is the share of the class
        return SHARE * float(floor), f"the baseline hardly beats class frequencies, so {SHARE:.0%} of their AP is small"
    if gain <= 0:
        return 0.0, "the baseline does not beat class frequencies, so no difference counts as small"
    return SHARE * float(gain), ""


def _mean(cells: pd.DataFrame, metric: str, where: dict[str, Any]) -> float:
    for name, value in where.items():
        cells = cells[cells[name] == value]
    values = cells[metric].to_numpy(np.float64)
    return float(np.nanmean(values)) if np.isfinite(values).any() else float("nan")
