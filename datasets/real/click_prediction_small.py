"""Ad impressions of a search engine with their clicks (KDD Cup 2012 track 2, the sample OpenML 1220)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
import pandas as pd

from longtail.datasets.base import Card, Dataset
from longtail.datasets.reading.originals import Address, Original, Originals
from longtail.datasets.reading.tails import thinned
from longtail.datasets.rules import typed

IDS = ("url_hash", "ad_id", "advertiser_id", "query_id", "keyword_id", "title_id", "description_id", "user_id")
ROWS, CLICKS = 39_948, 6_728
NATURAL = (ROWS - CLICKS) / CLICKS
ORIGINALS = Originals(
    "click-prediction-small",
    (
        Original(
            file="Click_prediction_small.csv",
            sha256="af2b6acc196de0dcbdb97d3c305fa2c29fa01cbdb3b7ff347d5f13cc13e299ab",
            cells="75d649dd7d628233b4f2298f586e09b6c8fc7d9ea564af838137a09ef2b37e5b",
            columns=(
                *("click", "impression", "url_hash", "ad_id", "advertiser_id", "depth", "position"),
                *("query_id", "keyword_id", "title_id", "description_id", "user_id"),
            ),
            rows=ROWS,
            addresses=(
                Address(
                    "https://raw.githubusercontent.com/naberdam/TDS_final_project/"
                    "e84242580b799d17fc3c869cc04d7ad31c5b41b6/data/train_raw_datasets/Click_prediction_small.csv"
                ),
            ),
        ),
    ),
)
TRAPS = (
    "all ids are categories, however they are written; most of their values are seen once",
    "user 0 is everybody who was not signed in, a quarter of the rows: users are features and not groups",
    "impression counts how often the same ad was shown to the same user for the same query, and so grows with the "
    "chance of a click; it is not known when the ad is shown for the first time",
    "the share of clicks, 16.8 %, is the sample's, not that of the search engine",
    "22 rows repeat another one exactly",
    "OpenML 1217 and 1216, which the literature uses too, are other and larger samples: numbers don't compare",
)


SIGNAL = (
    "logistic regression .66 (sd .002), gradient boosting .66 (sd .006); at an imbalance ratio of 20 .64 and .58, of "
    "100 .61 and .52, of 200 .60 and .50: from 100 on boosting without tuning learns nothing"
)


@final
@dataclass(frozen=True)
class ClickPredictionSmall:
    """Ad impressions, clicked or not: 39,948 rows with 6,728 clicks; imbalance ratio 4.9, or a higher one on request.

    `imbalance_ratio` keeps all rows without a click and as many clicks as give the ratio, by a fixed draw in which the
    clicks of a higher ratio are a subset of those of a lower one. Statistics count all these ratios as one dataset.
    """

    name: ClassVar[str] = "click-prediction-small"
    generated: ClassVar[bool] = False
    origin: ClassVar[Originals] = ORIGINALS

    imbalance_ratio: float | None = None

    def __post_init__(self) -> None:
        typed(self)
        most = (ROWS - CLICKS) / 10
        if self.imbalance_ratio is not None and not NATURAL <= self.imbalance_ratio <= most:
            raise ValueError(
                f"imbalance_ratio must be from {NATURAL:.2f} (all rows) to {most:,.0f} (10 clicks are left), not "
                f"{self.imbalance_ratio}"
            )

    def load(self, seed: np.random.SeedSequence) -> Dataset:
        """Return the rows in the order of the file, the same for every seed; raises Absent."""
        (file,) = ORIGINALS.paths()
        # as numbers, hashes above 2**53 would be rounded
        rows = pd.read_csv(file, dtype=dict.fromkeys(IDS, str), encoding="utf-8-sig")
        if self.imbalance_ratio is not None:
            rows = rows.iloc[thinned(rows["click"].to_numpy() == 1, self._clicks)].reset_index(drop=True)
        y = rows["click"].to_numpy(np.int64)
        kinds: dict[str, Any] = dict.fromkeys(("impression", "depth", "position"), np.float32)
        return Dataset(
            name=self.name,
            X=rows.drop(columns="click").astype(kinds | dict.fromkeys(IDS, "category")),
            y=y,
            classes=("no click", "click"),
            card=self._card(y),
        )

    def identity(self) -> dict[str, Any]:
        return {**ORIGINALS.identity(), "imbalance_ratio": self.imbalance_ratio}

    def size(self) -> tuple[int, int]:
        return ROWS - CLICKS + self._clicks, 2

    @property
    def _clicks(self) -> int:
        return CLICKS if self.imbalance_ratio is None else round((ROWS - CLICKS) / self.imbalance_ratio)

    def _card(self, y: np.ndarray[Any, np.dtype[np.int64]]) -> Card:
        clicks = int(y.sum())
        facts = {
            "rows": f"{len(y):,}",
            "clicks": f"{clicks:,} ({clicks / len(y):.2%})",
            "imbalance ratio": f"{(len(y) - clicks) / clicks:.2f}",
            "ROC AUC": SIGNAL,
            "how it was measured": "untuned, over the splits of the first three seeds, on all training rows",
            "verified": ORIGINALS.verified,
        }
        if self.imbalance_ratio is not None:
            facts["thinned"] = f"{clicks:,} of {CLICKS:,} clicks are kept by a fixed draw, and all rows without a click"
        return Card(
            title="Click_prediction_small (OpenML 1220, a sample of KDD Cup 2012 track 2)",
            row="an ad shown to a user for a query on Tencent's search engine, however often",
            label="whether it was clicked",
            source="KDD Cup 2012 track 2 (Tencent), the sample that is OpenML 1220",
            licence="OpenML says public; the terms were those of the KDD Cup 2012",
            checksum=ORIGINALS.checksum,
            traps=TRAPS,
            facts=facts,
        )
