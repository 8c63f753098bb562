"""Contrasts within datasets, combined across datasets; a dataset counts once, whatever its scale.

Differences in metrics of probabilities are averaged as shares of what there is to gain on each dataset. In raw
differences the dataset with the largest scale would decide alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from longtail.bench.evaluation.catalogue import METRICS
from longtail.bench.evaluation.frames import ACROSS_COLUMNS
from longtail.bench.evaluation.metrics.weights import Doubles
from longtail.bench.registry import cluster_of
from longtail.bench.statistics.intervals import interval
from longtail.bench.statistics.ranktests import holm, least_datasets, signed_rank
from longtail.bench.statistics.verdicts import ENOUGH, half_width, verdict_on


def across_datasets(contrasts: pd.DataFrame, metric: str, baseline: str, named: tuple[str, ...]) -> pd.DataFrame:
    """Return one row per (generated, learner, device, strategy), columns as ACROSS_COLUMNS.

    `contrasts` is the table that `statistics.contrasts` returns; `named` are the contrasts of the suite.
    """
    parts = [
        _block({"generated": bool(keys[0]), "learner": keys[1], "device": keys[2]}, group, metric, baseline, named)
        for keys, group in contrasts.groupby(["generated", "learner", "device"], sort=False)
    ]
    return pd.DataFrame([row for part in parts for row in part], columns=list(ACROSS_COLUMNS))


def _block(
    keys: dict[str, Any], contrasts: pd.DataFrame, metric: str, baseline: str, named: tuple[str, ...]
) -> list[dict[str, Any]]:
    with_baseline = contrasts[contrasts["strategy"] == baseline].dropna(subset=["mean"])["dataset"]
    usable = contrasts[contrasts["dataset"].isin(with_baseline) & (contrasts["planned"] > 0)]
    ranks = {worst: _ranks(usable, metric, baseline, worst) for worst in (False, True)}
    rows = []
    for key, part in contrasts.groupby("strategy", sort=False):
        name = str(key)
        row = keys | {"strategy": name, "family": part["family"].iloc[0], "exploratory": name not in named}
        row |= {"mean_rank": ranks[False].get(name, np.nan), "mean_rank_worst": ranks[True].get(name, np.nan)}
        rows.append(row | (_baseline_row(part, metric) if name == baseline else _row(part, metric, len(named))))
    _adjust(rows)
    _flag(rows, baseline)
    return rows


def _baseline_row(part: pd.DataFrame, metric: str) -> dict[str, Any]:
    there = part.dropna(subset=["mean"])
    empty = dict.fromkeys(("low", "high", "p", "p_holm"), np.nan)
    counts = {"wins": 0, "ties": 0, "losses": 0, "n_datasets": _cluster(there["dataset"]).nunique()}
    shown = {"mean_difference": 0.0, "rope": half_width(metric), "verdict": "baseline", "note": ""}
    return empty | counts | shown | {"unchanged": False, "exploratory": False}


def _row(part: pd.DataFrame, metric: str, named: int) -> dict[str, Any]:
    upward, half = METRICS[metric].higher_is_better is True, half_width(metric)
    there = part.dropna(subset=["difference"])
    shares = _shares(there)
    whole, unchanged = interval(shares), bool(len(there)) and bool(there["unchanged"].all())
    counts = dict.fromkeys(("wins", "ties", "losses"), 0) if unchanged else _counts(shares, half, upward)
    row = counts | {
        "n_datasets": whole.n,
        "mean_difference": whole.mean,
        "low": whole.low,
        "high": whole.high,
        "rope": half,
        "unchanged": unchanged,
        "p": signed_rank(shares) if whole.n else np.nan,
        "p_holm": np.nan,
    }
    done, planned = int(part["done"].sum()), int(part["planned"].sum())
    if not planned or done < ENOUGH * planned:
        note = f"{done} of {planned} cells are done, fewer than {ENOUGH:.0%}" if planned else str(part["note"].iloc[0])
        return row | {"verdict": "no verdict", "note": note}
    left = _left_out(there["unit"])
    if not whole.n:
        return row | {"verdict": "no verdict", "note": left or "the baseline has no result to compare with"}
    word = verdict_on(whole.low, whole.high, half, upward)
    return row | {"verdict": word, "note": "; ".join(filter(None, [left, _too_few(whole.n, named)]))}


def _shares(there: pd.DataFrame) -> Doubles:
    """Return the mean difference of each cluster of datasets over what there is to gain, (clusters,).

    Datasets with nothing to gain, or where that is unknown, are left out.
    """
    kept = there[there["unit"] > 0]
    shares = kept["difference"] / kept["unit"]
    return shares.groupby(_cluster(kept["dataset"])).mean().to_numpy(np.float64)


def _counts(shares: Doubles, half: float, upward: bool) -> dict[str, int]:
    gain = shares * (1 if upward else -1)
    return {
        "wins": int((gain > half).sum()),
        "losses": int((gain < -half).sum()),
        "ties": int((np.abs(gain) <= half).sum()),
    }


def _left_out(units: pd.Series) -> str:
    """Return how many datasets have no unit; an empty string if every one has."""
    found = []
    for number, one, many in (
        (int((units <= 0).sum()), "has nothing to gain", "have nothing to gain"),
        (int(units.isna().sum()), "has an unknown gain", "have an unknown gain"),
    ):
        if number:
            found.append(
                f"1 dataset {one} and is left out" if number == 1 else f"{number} datasets {many} and are left out"
            )
    return "; ".join(found)


def _too_few(datasets: int, named: int) -> str:
    least = least_datasets(named)
    if datasets == 1:
        return f"one dataset says nothing about others; the rank test needs at least {least}"
    if datasets < least:
        return f"{datasets} datasets are too few for the rank test, whatever they show; it needs at least {least}"
    return ""


def _ranks(contrasts: pd.DataFrame, metric: str, baseline: str, worst: bool) -> dict[str, float]:
    """Return the mean rank of each strategy over clusters of datasets.

    A strategy without a result gets the baseline's score, or with `worst` the worst score on the dataset.
    """
    upward = METRICS[metric].higher_is_better is True
    places: dict[str, dict[str, list[float]]] = {}
    for dataset, group in contrasts.groupby("dataset", sort=False):
        score = group["mean"].to_numpy(np.float64) * (1 if upward else -1)
        own = score[(group["strategy"] == baseline).to_numpy()][0]
        filled: Doubles = np.where(np.isnan(score), np.nanmin(score) if worst else own, score)
        for name, place in zip(group["strategy"], stats.rankdata(-filled), strict=True):
            places.setdefault(str(name), {}).setdefault(cluster_of(str(dataset)), []).append(float(place))
    return {name: float(np.mean([np.mean(found) for found in own.values()])) for name, own in places.items()}


def _adjust(rows: list[dict[str, Any]]) -> None:
    """Adjust the p values of the suite's contrasts by Holm's method."""
    tested = [row for row in rows if not row["exploratory"] and row["verdict"] != "baseline"]
    for row, value in zip(tested, holm([row["p"] for row in tested]), strict=True):
        row["p_holm"] = float(value)


def _flag(rows: list[dict[str, Any]], baseline: str) -> None:
    """Add a note where the rank of failed cells decides whether a strategy ranks better or worse than the baseline."""
    held = next((row for row in rows if row["strategy"] == baseline), None)
    if held is None:
        return
    for row in rows:
        sides = [np.sign(row[name] - held[name]) for name in ("mean_rank", "mean_rank_worst")]
        if sides[0] * sides[1] < 0:
            row["note"] = "; ".join(filter(None, [row["note"], "failed cells decide its rank against the baseline"]))


def _cluster(datasets: pd.Series) -> pd.Series:
    """Return the cluster of each dataset; variants of one source are one cluster."""
    return datasets.astype(str).map({str(name): cluster_of(str(name)) for name in datasets.unique()})
