"""Product titles of a fashion shop by 143 types of article (Myntra, by Aggarwal on Kaggle)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
import pandas as pd

from longtail.datasets.base import Card, Dataset
from longtail.datasets.reading.originals import Address, Original, Originals

ROWS, TYPES = 44_446, 143
KNOWN = ("gender", "baseColour", "season", "usage")
AT = (
    "https://raw.githubusercontent.com/animmala3942/FashionProductRecommendationSystem/"
    "91e8036739fe4f903aaa4a95009a13d4bc7cb542"
)
ORIGINALS = Originals(
    "fashion-titles",
    (
        Original(
            file="styles.csv",
            sha256="b5451284ea74ad2b93cc7bbfbfa8334457661a3cb898fc590a1de80f0a1a18de",
            cells="5f22071daf494e361bbd500192daf37cb608747ed5032ec9bddff8d822bf6ec4",
            columns=(
                *("id", "gender", "masterCategory", "subCategory", "articleType"),
                *("baseColour", "season", "year", "usage"),
            ),
            rows=ROWS,
            addresses=(Address(f"{AT}/styles.csv"),),
        ),
        Original(
            file="styles_text.csv",
            sha256="4245371ef7cdf8b79a2ed0fffccf77654eb27af70d625403e23fb6ef57e90840",
            cells="5593c410bec056fce273c3d5debd3087da2376781a3d9190250a0c0e22440332",
            columns=("productDisplayName",),
            rows=ROWS,
            addresses=(Address(f"{AT}/styles_text.csv"),),
        ),
    ),
)
TRAPS = (
    "13,310 titles repeat another one (same shoe, other size or picture), a few under another type: rows are split by "
    "title, upper and lower case taken as one, so that no title stands in training and test rows",
    "62 % of the titles contain a word of the label: the task is reading more than guessing",
    "masterCategory and subCategory are coarser forms of the label: they are not features here",
    "the two files have no key in common and are joined by position: colour and gender are found in 9 of 10 titles, "
    "all the way through",
    "36 types have fewer than 10 rows, 7 have one: most of the tail is too small to be scored by class and is pooled",
    "this copy has its titles apart; the one on Kaggle has them as a column, with commas that break a CSV reader",
)


@final
@dataclass(frozen=True)
class FashionTitles:
    """Product titles of a fashion shop by type of article: 44,446 titles, 143 types, imbalance ratio 7,070."""

    name: ClassVar[str] = "fashion-titles"
    generated: ClassVar[bool] = False
    origin: ClassVar[Originals] = ORIGINALS

    def load(self, seed: np.random.SeedSequence) -> Dataset:
        """Return the rows in the order of the files, the same for every seed, with titles as groups; raises Absent."""
        styles, titles = (pd.read_csv(file, encoding="utf-8-sig") for file in ORIGINALS.paths())
        types = styles["articleType"].astype("category")
        title = titles["productDisplayName"]
        X = pd.DataFrame({"title": title} | {name: styles[name].astype("category") for name in KNOWN})
        y = np.asarray(types.cat.codes, np.int64)
        return Dataset(
            name=self.name,
            X=X.assign(year=styles["year"].astype(np.float32)),
            y=y,
            classes=tuple(map(str, types.cat.categories)),
            card=_card(y, title),
            groups=by_title(title),
        )

    def identity(self) -> dict[str, Any]:
        return dict(ORIGINALS.identity())

    def size(self) -> tuple[int, int]:
        return ROWS, TYPES


def by_title(title: pd.Series) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return a code for each different title (n,), ignoring case and outer spaces; a missing title is its own group."""
    codes = np.asarray(pd.factorize(title.str.strip().str.lower())[0], np.int64)
    alone = codes < 0
    codes[alone] = codes.max() + 1 + np.arange(alone.sum())
    return codes


def _card(y: np.ndarray[Any, np.dtype[np.int64]], title: pd.Series) -> Card:
    counts = np.bincount(y)
    return Card(
        title="Fashion product titles and their article types (Myntra)",
        row="a product of the shop, with its title as customers see it",
        label="articleType: the kind of article, as Tshirts or Trunk",
        source="Fashion Product Images (Aggarwal, Kaggle), the tables of it in a public repository",
        licence="not verified: the repository states none, the page on Kaggle is remembered as MIT",
        checksum=ORIGINALS.checksum,
        traps=TRAPS,
        facts={
            "rows": f"{len(y):,}, {title.nunique():,} different titles, {int(title.isna().sum())} without one",
            "imbalance ratio": f"{counts.max() / counts.min():,.0f}",
            "types by rows": ", ".join(f"{int((counts >= n).sum())} with {n} or more" for n in (10, 20, 50)),
            "macro average precision": "logistic regression .86 (sd .02) on all training rows, .77 (sd .03) on 8,000",
            "balanced accuracy": "on 8,000 training rows .71, and .73 with class weights",
            "how it was measured": "untuned, over the splits of two seeds on all rows and of three on 8,000; 75 to 82 "
            "types are scored; a fit took 80 s on all rows and 5 s on 8,000",
            "verified": ORIGINALS.verified,
        },
    )
