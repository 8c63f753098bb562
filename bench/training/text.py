"""Columns of running text as a few numbers: TF-IDF of their words, reduced by a truncated SVD.

A column is text if at least half of its values that are there differ and they have three words or more on average; so
codes, names and cities stay categories. Chinese and Japanese letters count as words of their own, and pairs of
neighbours as more of them, since those scripts put no spaces.
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
WORDS = 3.0
LOOKED_AT = 1000
"""values whose words are counted to tell a text"""
WIDTH = 128
"""numbers that a text becomes, at most"""
TERMS = 20_000
"""words that are weighed, the most frequent ones"""
LETTERS = r"\u3040-\u30ff\u3400-\u9fff"
"""of Chinese and Japanese, which put no spaces; Korean does"""
UNSPACED = re.compile(f"[{LETTERS}]")
WORD = re.compile(rf"[{LETTERS}]+|[^\W_{LETTERS}]+")
SMALL = 1e-6
"""a length under which rounding decides the direction"""


def is_text(values: pd.Series) -> bool:
    """Whether a column holds running text, told by its values alone."""
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
    """Words in lower case; scripts without spaces give their letters and pairs of neighbours."""
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
    """A text: the directions in which the words of training rows differ most, and whether it is missing.

    Rows have the length sqrt(columns), so that a mean square is 1 and distances are those of directions, whatever the
    number of words; a text without a known word is 0.
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
        reduced = self.reduction.transform(self.weights.transform(_plain(values)))
        length = np.linalg.norm(reduced, axis=1, keepdims=True) / np.sqrt(reduced.shape[1])
        reduced = np.divide(reduced, length, out=np.zeros_like(reduced), where=length > SMALL)
        parts = [reduced, values.isna().to_numpy()[:, None]] if self.gaps else [reduced]
        return np.concatenate(parts, axis=1).astype(np.float32)


def _weights(texts: list[str]) -> Any:
    """Words and their weights; a word that only one row has says nothing about another, so it is left out."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    def weights(least: int) -> Any:
        kept = {"min_df": least, "max_features": TERMS}
        return TfidfVectorizer(analyzer=words, sublinear_tf=True, dtype=np.float32, **kept).fit(texts)

    try:
        return weights(2)
    except ValueError:  # no word is in two rows
        return weights(1)


def _length(text: str) -> int:
    """Words between spaces; a letter counts as one where scripts put none. A date or an address is one or two."""
    return sum(max(1, len(UNSPACED.findall(piece))) for piece in text.split() if WORD.search(piece))


def _plain(values: pd.Series) -> list[str]:
    plain = values.astype(object)
    return [str(value) for value in plain.where(plain.notna(), "")]
