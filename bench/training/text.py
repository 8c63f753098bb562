"""Columns of running text as a few numbers: TF-IDF of their words, reduced by a truncated SVD.

A column is text if at least half of its values that are not missing differ, and if they have three words or more on
average; so codes, names and cities stay categories. Chinese and Japanese are written without spaces: each character
counts as a word, and so does each pair of adjacent characters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from pandas.api import types

from longtail.strategies.table import Floats

DISTINCT = 0.5
"""share of values that must differ in a column of text"""
WORDS = 3.0
"""average number of words that a column of text must have"""
LOOKED_AT = 1000
"""number of values whose words are counted to recognise text"""
WIDTH = 128
"""greatest number of columns that a text becomes"""
TERMS = 20_000
"""number of words that have a weight: the most frequent ones"""
LETTERS = r"\u3040-\u30ff\u3400-\u9fff"
"""characters of Chinese and Japanese, which are written without spaces (Korean has spaces)"""
UNSPACED = re.compile(f"[{LETTERS}]")
WORD = re.compile(rf"[{LETTERS}]+|[^\W_{LETTERS}]+")
SMALL = 1e-6
"""length below which rounding errors decide the direction"""


def is_text(values: pd.Series) -> bool:
    """Return whether a column holds running text, judged by its values only."""
    kind = values.dtype
    if not (isinstance(kind, pd.CategoricalDtype) or types.is_string_dtype(kind) or types.is_object_dtype(kind)):
        return False
    there = values.dropna()
    different = np.asarray(there.unique(), object)
    if len(different) < max(2, DISTINCT * len(there)):
        return False
    some = different[np.unique(np.linspace(0, len(different) - 1, LOOKED_AT).astype(int))]
    if not all(isinstance(value, str) for value in some):
        return False
    return sum(map(_length, some)) >= WORDS * len(some)


def words(text: str) -> list[str]:
    """Return the words in lower case; scripts without spaces give characters and pairs of adjacent characters."""
    found: list[str] = []
    for word in WORD.findall(text.lower()):
        if UNSPACED.match(word):
            found += word
            found += [word[at : at + 2] for at in range(len(word) - 1)]
        else:
            found.append(word)
    return found


@dataclass(frozen=True, eq=False)
class TextColumn:
    """Column of text: the directions in which the words of training rows differ most, and an indicator of missing text.

    Each row is scaled to the length sqrt(columns), so that its mean square is 1 and distances depend on directions
    only, not on the number of words; a text without a known word is 0.
    """

    weights: Any
    reduction: Any
    gaps: bool

    @classmethod
    def of(cls, values: pd.Series) -> TextColumn:
        """Learn words, weights and directions from training rows."""
        from sklearn.decomposition import TruncatedSVD

        texts = _plain(values)
        weights = _weights(texts)
        weighed = weights.transform(texts)
        reduction = TruncatedSVD(max(1, min(WIDTH, min(weighed.shape) - 1)), random_state=0).fit(weighed)
        return cls(weights, reduction, bool(values.isna().any()))

    @property
    def cardinalities(self) -> tuple[int, ...]:
        return (0,) * (len(self.reduction.components_) + self.gaps)

    def encode(self, values: pd.Series) -> Floats:
        """Return directions and, with gaps, whether each text is missing, (n, columns)."""
        reduced = self.reduction.transform(self.weights.transform(_plain(values)))
        length = np.linalg.norm(reduced, axis=1, keepdims=True) / np.sqrt(reduced.shape[1])
        reduced = np.divide(reduced, length, out=np.zeros_like(reduced), where=length > SMALL)
        parts = [reduced, values.isna().to_numpy()[:, None]] if self.gaps else [reduced]
        return np.concatenate(parts, axis=1).astype(np.float32)


def _weights(texts: list[str]) -> Any:
    """Fit words and their weights; a word that only one row has says nothing about other rows, so it is left out."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    def weights(least: int) -> Any:
        kept = {"min_df": least, "max_features": TERMS}
        return TfidfVectorizer(analyzer=words, sublinear_tf=True, dtype=np.float32, **kept).fit(texts)

    try:
        return weights(2)
    except ValueError:  # no word is in two rows
        return weights(1)


def _length(text: str) -> int:
    """Count words separated by spaces; in scripts without spaces each character counts. A date has one or two."""
    return sum(max(1, len(UNSPACED.findall(piece))) for piece in text.split() if WORD.search(piece))


def _plain(values: pd.Series) -> list[str]:
    plain = values.astype(object)
    return [str(value) for value in plain.where(plain.notna(), "")]
