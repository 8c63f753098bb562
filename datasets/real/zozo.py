"""Real clicks: small logs of the Open Bandit Dataset, of the fashion shop ZOZOTOWN (Saito et al. 2021, NeurIPS)."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, final

import numpy as np
import pandas as pd

from longtail.datasets.base import Card, Dataset
from longtail.datasets.reading.parsed import parsed
from longtail.datasets.reading.wheels import Wheel, fetched
from longtail.datasets.rules import typed

OBP = Wheel(
    project="obp",
    version="0.4.1",
    file="obp-0.4.1-py3-none-any.whl",
    sha256="87dec9caf4283c25ab13036532e0a24566f1c7bdcad1653a8ded43b2f5ef8208",
)
POLICIES = ("random", "bts")
CAMPAIGNS = ("all", "men", "women")
ROWS, CLICKS = 60_000, 287
USER = [f"user_feature_{i}" for i in range(4)]
ITEM = [f"item_feature_{i}" for i in range(4)]
TRAPS = (
    "the signal is weak: see the measured AUCs; with 287 clicks most differences between strategies can't be decided",
    "item numbers of the three campaigns repeat but are different items: the campaign is a part of the id here",
    "item features are hashed with another salt in each log: the two policies of a campaign are joined by the item's "
    "number, and features of different campaigns can't be compared",
    "there is no user id: the four user features have some 250 combinations per log, which are profiles and not "
    "people, so that rows have no group",
    "the policy chose the items: bts (Thompson sampling) shows what it believes to be clicked; propensities are kept",
    "the logs cover one week of November 2019: each weekday is one day, which a model can learn from shuffled rows, "
    "but not from a split by time",
)
SIGNAL = {
    "ROC AUC, rows shuffled": "logistic regression .58 (sd .02), gradient boosting .61 (sd .02) over 2 x 5 folds",
    "ROC AUC, later rows": "logistic regression .46, gradient boosting .48 over five rolling splits: half of the rows "
    "to learn from, the next three tenths to test on, 81 to 93 clicks each",
    "how the AUCs were measured": "once, on all 60,000 rows: logistic regression on one-hot categories with C=.03, "
    "boosting of 60 trees of 6 leaves at a rate of .03; propensity and time are not features",
}


@final
@dataclass(frozen=True)
class Zozo:
    """Impressions of a fashion shop, clicked or not: all six logs, of two policies and three campaigns, as one.

    `negatives` is the share of unclicked rows that a fixed draw keeps, the same for training and test rows; a smaller
    share keeps a subset of a larger one.
    """

    name: ClassVar[str] = "zozo-click"
    generated: ClassVar[bool] = False
    timed: ClassVar[bool] = True
    origin: ClassVar[Wheel] = OBP

    negatives: float = 1.0

    def __post_init__(self) -> None:
        typed(self)
        if not 0 < self.negatives <= 1:
            raise ValueError(
                f"negatives, the share of unclicked rows kept, must be above 0 and at most 1, not {self.negatives}"
            )

    def load(self, seed: np.random.SeedSequence) -> Dataset:
        """Return the rows in order of time, the same for every seed; raises Absent without the wheel."""
        wheel = fetched(OBP)
        rows = parsed("zozo", OBP.sha256, Path(__file__), lambda: read(wheel))
        rows = rows[kept(rows["click"].to_numpy(), self.negatives)].reset_index(drop=True)
        y = rows["click"].to_numpy(np.int64)
        return Dataset(
            name=self.name,
            X=rows.drop(columns=["click", "propensity", "seconds"]),
            y=y,
            classes=("no click", "click"),
            card=self._card(y),
            time=rows["seconds"].to_numpy(np.float64),
            propensity=rows["propensity"].to_numpy(np.float32),
        )

    def identity(self) -> dict[str, Any]:
        return {"wheel": OBP.sha256, "negatives": self.negatives}

    def size(self) -> tuple[int, int]:
        return CLICKS + round((ROWS - CLICKS) * self.negatives), 2

    def _card(self, y: np.ndarray[Any, np.dtype[np.int64]]) -> Card:
        clicks = int(y.sum())
        facts = {
            "rows": f"{len(y):,}",
            "clicks": f"{clicks} ({clicks / len(y):.3%})",
            "imbalance ratio": f"{(len(y) - clicks) / clicks:.0f}",
        } | SIGNAL
        if self.negatives < 1:
            facts["thinned"] = (
                f"{self.negatives:.1%} of the unclicked rows are kept, in training and test alike: the click rate was "
                f"{CLICKS / ROWS:.3%} and is {clicks / len(y):.3%} here"
            )
        return Card(
            title="Clicks on fashion recommendations of ZOZOTOWN (Open Bandit Dataset, small logs)",
            row="one impression: an item in one of three slots of the recommendation panel",
            label="whether the impression was clicked",
            source="Open Bandit Dataset (Saito et al. 2021), the small logs inside the wheel obp 0.4.1",
            licence="the wheel is under Apache-2.0; the full data set is under CC BY 4.0",
            checksum=f"sha256:{OBP.sha256}",
            traps=TRAPS,
            facts=facts,
        )


def kept(click: np.ndarray[Any, np.dtype[Any]], negatives: float) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return a mask (n,) of the rows to keep: all clicks, and unclicked rows with a fixed number below the share."""
    number = np.random.Generator(np.random.Philox(key=ROWS)).random(len(click))
    return np.asarray((click == 1) | (number < negatives), np.bool_)


def read(wheel: Path) -> pd.DataFrame:
    """Return the six logs of the wheel in order of time: features, `click`, `propensity`, `seconds` since the epoch."""
    with zipfile.ZipFile(wheel) as archive:
        logs = [_log(archive, policy, campaign) for campaign in CAMPAIGNS for policy in POLICIES]
    rows = pd.concat(logs, ignore_index=True).sort_values("seconds", kind="stable", ignore_index=True)
    for column in ("campaign", "policy", "item", *USER, *ITEM[1:]):
        rows[column] = rows[column].astype("category")
    return rows


def _log(archive: zipfile.ZipFile, policy: str, campaign: str) -> pd.DataFrame:
    inside = f"obp/dataset/obd/{policy}/{campaign}"
    with archive.open(f"{inside}/{campaign}.csv") as file:
        log = pd.read_csv(file, index_col=0, engine="pyarrow")
    with archive.open(f"{inside}/item_context.csv") as file:
        items = pd.read_csv(file, index_col=0).set_index("item_id")
    item = log["item_id"].to_numpy()
    affinities = log[[name for name in log.columns if name.startswith("user-item_affinity_")]].to_numpy(np.float32)
    when = pd.to_datetime(log["timestamp"], utc=True)
    columns: dict[str, Any] = {
        "campaign": campaign,
        "policy": policy,
        "item": [f"{campaign} {code}" for code in item],
        "position": log["position"].to_numpy(np.float32),
        "hour": when.dt.hour.to_numpy(np.float32),
        "weekday": when.dt.day_of_week.to_numpy(np.float32),
        "affinity_shown": affinities[np.arange(len(item)), item],
        "affinity_total": affinities.sum(1),
        "affinity_items": (affinities > 0).sum(1).astype(np.float32),
        "item_feature_0": items["item_feature_0"].loc[item].to_numpy(np.float32),
    }
    for name in ITEM[1:]:
        # hashes differ between the policies of a campaign, the order of items does not
        codes = pd.Series(pd.factorize(items[name])[0], items.index)
        columns[name] = [f"{campaign} {code}" for code in codes.loc[item]]
    columns |= {name: log[name].to_numpy() for name in USER}
    columns |= {
        "click": log["click"].to_numpy(np.int8),
        "propensity": log["propensity_score"].to_numpy(np.float32),
        "seconds": (when - pd.Timestamp(0, tz="UTC")).dt.total_seconds().to_numpy(),
    }
    return pd.DataFrame(columns)
