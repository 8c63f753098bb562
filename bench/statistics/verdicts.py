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


def half_width(metric: str) -> float:
    """Return the half-width of the ROPE of a metric, in the unit that `unit_of` returns."""
    kind = METRICS[metric]
    if kind.rope is not None:
        return kind.rope
    return DECISION_ROPE if kind.track == "decision" else SHARE


def in_shares(metric: str) -> bool:
    """Return whether differences in a metric are averaged over datasets as shares of what there is to gain.

    The scale of metrics of probabilities depends on the dataset. That of decisions does not: they stay as they are.
    """
    return METRICS[metric].rope is None and METRICS[metric].track == "probability"


def unit_of(cells: pd.DataFrame, metric: str, dataset: str, baseline: dict[str, Any]) -> tuple[float, str]:
    """Return what there is to gain in a metric on a dataset, and a note, which may be empty.

    It does not depend on the strategies compared. It is the gain from class frequencies to the Bayes limit or, where
    the limit is unknown, to the `baseline` (columns learner, device, strategy), as means over seeds. Where this gain in
    AP is smaller than the AP of class frequencies, it is the latter. Where the baseline gains nothing it is 0, and
    where class frequencies have no value it is NaN. It is 1 for metrics whose scale is the same on every dataset.
    """
    kind = METRICS[metric]
    if not in_shares(metric):
        return 1.0, ""
    name = kind.gains_as or metric
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
        return float(floor), f"the baseline hardly beats class frequencies, so {SHARE:.0%} of their AP is small"
    if gain <= 0:
        return 0.0, "the baseline does not beat class frequencies, so no difference counts as small"
    return float(gain), ""


def rope(cells: pd.DataFrame, metric: str, dataset: str, baseline: dict[str, Any]) -> tuple[float, str]:
    """Return the half-width of the ROPE of a metric on a dataset, and the note of its unit.

    It is .01 for decisions and 5 % of what there is to gain for probabilities, see `unit_of`.
    """
    unit, note = unit_of(cells, metric, dataset, baseline)
    return half_width(metric) * unit, note


def _mean(cells: pd.DataFrame, metric: str, where: dict[str, Any]) -> float:
    for name, value in where.items():
        cells = cells[cells[name] == value]
    values = cells[metric].to_numpy(np.float64)
    return float(np.nanmean(values)) if np.isfinite(values).any() else float("nan")
