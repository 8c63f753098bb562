"""Detection of columns that reveal the label: the information in a column alone, on held-out rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longtail.bench.profile.codes import by_label, coded

Ints = NDArray[np.int64]
Word = Literal["determines", "nearly determines", "tells much", "tells something", "tells nothing"]
ROWS = 100_000
"""largest number of rows, drawn at random: half to learn from, half held out"""
SHUFFLES = 39
"""shuffles of the held-out labels: the largest of 39 values is about the 97.5 % point of chance"""
DETERMINES, NEARLY, MUCH = 0.95, 0.7, 0.3
MASSES = (1.0, 10.0, 100.0, 1000.0)
"""numbers of rows that class frequencies count for, beside the rows of a value"""
MENTIONS = 20_000
MENTIONED = 0.1
ORDER = "(order of the rows)"


@dataclass(frozen=True)
class Clue:
    """The information about the class in one column.

    `explained` is the share of the uncertainty about the class (its entropy) that the column removes on held-out rows:
    1 - log loss given the column / log loss of class frequencies. 1 means that the class is known, 0 or less that
    nothing is learned. A value that occurs once has no information about other rows, so a unique id is not suspect.
    """

    column: str
    explained: float
    chance: float
    """largest `explained` of the shuffled labels"""

    @property
    def word(self) -> Word:
        if self.explained <= max(self.chance, 0.001):
            return "tells nothing"
        if self.explained >= DETERMINES:
            return "determines"
        if self.explained >= NEARLY:
            return "nearly determines"
        return "tells much" if self.explained >= MUCH else "tells something"

    @property
    def suspect(self) -> bool:
        """Return whether the user should ask how the column can know the class."""
        return self.explained >= NEARLY and self.explained > self.chance


def clues(X: pd.DataFrame, y: Ints, seed: int = 0, order: bool = False) -> tuple[Clue, ...]:
    """Return a clue for each column, the strongest first; with `order` also for the position of a row in the file."""
    rng = np.random.default_rng(np.random.SeedSequence([seed, ROWS]))
    drawn = rng.permutation(len(y))[:ROWS]
    frame = X.iloc[drawn]
    held = np.arange(len(drawn) // 2, len(drawn))
    learn = np.arange(len(drawn) // 2)
    labels = np.unique(y[drawn], return_inverse=True)[1].astype(np.int64)
    columns = {str(name): frame[name] for name in frame.columns}
    if order:
        columns[ORDER] = pd.Series(drawn.astype(np.float64), index=frame.index)
    shuffles = [rng.permutation(len(held)) for _ in range(SHUFFLES)]
    found = []
    for name, values in columns.items():
        known, asked = by_label(coded(values), labels, learn, held)
        real, *chance = _explained(known, labels[learn], asked, labels[held], shuffles)
        found.append(Clue(name, real, max(chance)))
    return tuple(sorted(found, key=lambda clue: -clue.explained))


@dataclass(frozen=True)
class Mention:
    """A column of texts that contain the name of their row's class, as a product's title does."""

    column: str
    share: float
    """share of rows whose text contains the name"""
    chance: float
    """share of rows whose text contains the name of another row's class, drawn at random"""


def mentions(X: pd.DataFrame, y: Ints, classes: tuple[str, ...], seed: int = 0) -> tuple[Mention, ...]:
    """Return columns of texts that contain their own class's name more often than another's, in a tenth of the rows.

    Up to 20,000 rows are checked; names with fewer than two letters and numbers are skipped.
    """
    rng = np.random.default_rng(np.random.SeedSequence([seed, MENTIONS]))
    drawn = rng.permutation(len(y))[:MENTIONS]
    names = [name.lower() if len(name) > 1 and not name.isnumeric() else "" for name in classes]
    own = [names[code] for code in y[drawn]]
    other = [own[at] for at in rng.permutation(len(own))]
    found = []
    for column in X.columns:
        if not isinstance(X[column].dtype, pd.CategoricalDtype | pd.StringDtype) and X[column].dtype != object:
            continue
        texts = [str(value).lower() for value in X[column].iloc[drawn]]
        share, chance = (
            float(np.mean([bool(name) and name in text for name, text in zip(wanted, texts, strict=True)]))
            for wanted in (own, other)
        )
        if share - chance >= MENTIONED:
            found.append(Mention(str(column), share, chance))
    return tuple(sorted(found, key=lambda mention: -mention.share))


def _explained(known: Ints, y: Ints, asked: Ints, held: Ints, shuffles: list[Ints]) -> list[float]:
    """Return one minus the ratio of log losses at the best mass, for the held-out labels, then for each shuffle."""
    classes = int(max(y.max(), held.max())) + 1
    prior = (np.bincount(y, minlength=classes) + 0.5) / (len(y) + 0.5 * classes)
    pairs, together = np.unique(known * classes + y, return_counts=True)
    codes, alone = np.unique(known, return_counts=True)
    size = _looked_up(codes, alone, asked)
    plain = float(-np.log(prior[held]).sum())
    found = []
    for labels in (held, *(held[order] for order in shuffles)):
        joint = _looked_up(pairs, together, asked * classes + labels)
        losses = [-np.log((joint + mass * prior[labels]) / (size + mass)).sum() for mass in MASSES]
        found.append(1 - float(min(losses)) / plain)
    return found


def _looked_up(keys: Ints, values: Ints, wanted: Ints) -> Ints:
    """Return the value of each wanted key, 0 if it is missing."""
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, values[place], 0)
