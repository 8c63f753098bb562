"""Value of choosing the best strategy: it is chosen on some seeds and its score estimated on the others.

The best of many strategies looks better than it is, because chance contributes to the choice. With four or more seeds,
the seeds are split in two (alternating in sorted order), and each half chooses for the other. With two or three seeds,
each is left out once. One seed gives no estimate.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from longtail.bench.evaluation.catalogue import METRICS
from longtail.bench.evaluation.frames import Frames
from longtail.bench.statistics.contrasts import blocks, scored
from longtail.bench.statistics.intervals import interval

SELECTION_COLUMNS = (
    "dataset",
    "generated",
    "learner",
    "device",
    "strategy",  # best on all seeds
    "agreement",  # share of the folds that also choose it
    "estimate",  # mean score on held-out seeds of the strategies that the other seeds choose
    "difference",  # estimate minus baseline on the same seeds
    "low",  # t interval over seeds
    "high",
    "n",  # seeds
    "note",
)


def folds(seeds: list[int]) -> list[tuple[list[int], list[int]]]:
    """Return pairs: seeds to choose on, and seeds to estimate on."""
    ordered = sorted(seeds)
    if len(ordered) < 2:
        return []
    if len(ordered) < 4:
        return [([other for other in ordered if other != seed], [seed]) for seed in ordered]
    return [(ordered[::2], ordered[1::2]), (ordered[1::2], ordered[::2])]


def selected(frames: Frames, metric: str, baseline: str = "none") -> pd.DataFrame:
    """Return the best strategy per (dataset, learner, device) and an estimate on held-out seeds: SELECTION_COLUMNS.

    A strategy that lacks a seed which another one has can't be chosen.
    """
    rows = [block | _selection(group, metric, baseline) for block, group in blocks(frames.cells)]
    return pd.DataFrame(rows, columns=list(SELECTION_COLUMNS))


def _selection(cells: pd.DataFrame, metric: str, baseline: str) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(("agreement", "estimate", "difference", "low", "high"), np.nan)
    values = pd.DataFrame({str(name): scored(part, metric) for name, part in cells.groupby("strategy", sort=False)})
    values = values.dropna(axis=1) * (1 if METRICS[metric].higher_is_better is True else -1)
    if values.empty:
        return row | {"strategy": "", "n": 0, "note": "no strategy has a result on every seed"}
    seeds, best = [int(seed) for seed in values.index], str(values.mean().idxmax())
    row |= {"strategy": best, "n": len(seeds)}
    if len(seeds) < 2:
        return row | {"note": "one seed can't both choose and estimate"}
    choices: list[str] = []
    held: dict[int, str] = {}
    for choose, estimate in folds(seeds):
        choices.append(str(values.loc[choose].mean().idxmax()))
        held |= dict.fromkeys(estimate, choices[-1])
    sign = 1 if METRICS[metric].higher_is_better is True else -1
    scores = pd.Series([float(values[name][seed]) for seed, name in held.items()], index=list(held))
    row |= {"agreement": choices.count(best) / len(choices), "estimate": sign * float(scores.mean())}
    if baseline not in values:
        return row | {"note": "the baseline lacks a seed"}
    gap = interval(sign * (scores - values[baseline]))
    return row | {"difference": gap.mean, "low": gap.low, "high": gap.high, "note": ""}
