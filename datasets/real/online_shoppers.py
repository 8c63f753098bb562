"""Sessions of a web shop and whether they end in a purchase (Sakar et al. 2019, UCI 468)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
import pandas as pd

from longtail.datasets.base import Card, Dataset
from longtail.datasets.reading.originals import Address, Original, Originals

NUMBERS = (
    "Administrative",
    "Administrative_Duration",
    "Informational",
    "Informational_Duration",
    "ProductRelated",
    "ProductRelated_Duration",
    "BounceRates",
    "ExitRates",
    "PageValues",
    "SpecialDay",
)
CATEGORIES = ("Month", "OperatingSystems", "Browser", "Region", "TrafficType", "VisitorType")
ROWS = 12_330
ORIGINALS = Originals(
    "online-shoppers",
    (
        Original(
            file="online_shoppers_intention.csv",
            sha256="44b29f6ac84d6491bcf8d78e3cd544c10df910fe518293454174876f25956c4f",
            cells="8110593b1056ff9e396ebdd0be497d6f8202e6e3f3f3d51728e1bc8ece4b690b",
            columns=(*NUMBERS, *CATEGORIES, "Weekend", "Revenue"),
            rows=ROWS,
            addresses=(
                Address(
                    "https://archive.ics.uci.edu/static/public/468/online+shoppers+purchasing+intention+dataset.zip",
                    "online_shoppers_intention.csv",
                ),
                Address(
                    "https://raw.githubusercontent.com/isobeldaley/dsc-mod-5-project-ds-ft-071519/"
                    "0d926ebc40aedc001c03d9e216462b9a02617e14/online_shoppers_intention.csv"
                ),
            ),
        ),
    ),
)
TRAPS = (
    "PageValues is the average value of pages that the visitor saw before a purchase: it is built from purchases and "
    "carries most of the signal; a shop doesn't know it so well while the session runs",
    "durations and exit rates are those of the whole session, known only at its end",
    "the months have no year and sessions of a month no order: rows can't be split by time",
    "125 rows repeat another one exactly (sessions of one page): some stand in training and test rows",
    "copies with integer codes in place of months and visitors, or without a header, exist: they are not this set",
)


@final
@dataclass(frozen=True)
class OnlineShoppers:
    """Sessions of a web shop, with a purchase or without: 12,330 sessions, 1,908 purchases, imbalance ratio 5.5."""

    name: ClassVar[str] = "online-shoppers"
    generated: ClassVar[bool] = False
    origin: ClassVar[Originals] = ORIGINALS

    def load(self, seed: np.random.SeedSequence) -> Dataset:
        """Return the rows in the order of the file, the same for every seed; raises Absent."""
        (file,) = ORIGINALS.paths()
        rows = pd.read_csv(file, dtype=dict.fromkeys(CATEGORIES, str), encoding="utf-8-sig")
        kinds: dict[str, Any] = dict.fromkeys(NUMBERS, np.float32)
        kinds |= dict.fromkeys(CATEGORIES, "category")
        y = rows["Revenue"].to_numpy(np.int64)
        return Dataset(
            name=self.name,
            X=rows.drop(columns="Revenue").astype(kinds),
            y=y,
            classes=("no purchase", "purchase"),
            card=_card(y),
        )

    def identity(self) -> dict[str, Any]:
        return dict(ORIGINALS.identity())

    def size(self) -> tuple[int, int]:
        return ROWS, 2


def _card(y: np.ndarray[Any, np.dtype[np.int64]]) -> Card:
    bought = int(y.sum())
    return Card(
        title="Online Shoppers Purchasing Intention (UCI 468)",
        row="one session of a web shop, each by a different user, within one year",
        label="whether the session ended in a purchase",
        source="Sakar, Polat, Katircioglu and Kastro 2019, Neural Computing and Applications 31; UCI Machine Learning "
        "Repository 468 (also OpenML 45560)",
        licence="CC BY 4.0, as UCI says",
        checksum=ORIGINALS.checksum,
        traps=TRAPS,
        facts={
            "rows": f"{len(y):,}",
            "purchases": f"{bought:,} ({bought / len(y):.1%})",
            "imbalance ratio": f"{(len(y) - bought) / bought:.2f}",
            "ROC AUC": "logistic regression .898 (sd .003), gradient boosting .927 (sd .007)",
            "average precision": "logistic regression .65 (sd .01), gradient boosting .74 (sd .01)",
            "how it was measured": "untuned, over the splits of the first three seeds, on all training rows",
            "verified": ORIGINALS.verified,
        },
    )
