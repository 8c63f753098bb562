"""Models that fits return: a scikit-learn classifier behind log-probabilities, and the mean of several models."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.strategies.base import Model
from longtail.strategies.table import Doubles, Floats, Ints, Table

FLOOR = 1e-9
"""least probability of a class; a class absent from training gets it"""


class Classifier(Protocol):
    """A fitted scikit-learn classifier of class indices."""

    classes_: Ints

    def predict_proba(self, X: Any) -> NDArray[Any]:
        """Return probabilities, shape (n, number of `classes_`)."""


class Wrapped:
    """A fitted scikit-learn classifier as a model of all `classes`; `encode` makes its features from a table."""

    def __init__(self, classifier: Classifier, classes: int, encode: Callable[[Table], Any] = Table.one_hot) -> None:
        self.classifier, self.classes, self.encode = classifier, classes, encode

    def scores(self, table: Table) -> Floats:
        """Return log-probabilities (n, K); a class absent from training gets `FLOOR`."""
        probabilities = np.zeros((len(table), self.classes))
        probabilities[:, self.classifier.classes_.astype(np.int64)] = self.classifier.predict_proba(self.encode(table))
        return logs(probabilities)


def codes(table: Table) -> Floats:
    """Return the table's matrix (n, d) with categories as codes; trees split codes like numbers."""
    return table.x


class Weighted:
    """The weighted mean of the members' probabilities; all `weights` are above 0.

    Raises ValueError where there are no members, or not one weight above 0 per member.
    """

    def __init__(self, members: Sequence[Model], weights: Sequence[float]) -> None:
        if not members or len(members) != len(weights) or min(weights) <= 0:
            raise ValueError(f"a weighted mean needs members and one weight above 0 per member, got {list(weights)}")
        self.members, self.weights = tuple(members), tuple(weights)

    def scores(self, table: Table) -> Floats:
        """Return log-probabilities, shape (n, K)."""
        total = np.zeros((len(table), table.classes))
        for member, weight in zip(self.members, self.weights, strict=True):
            total += weight * probabilities(member, table)
        return logs(total)


class Average(Weighted):
    """The mean of the members' probabilities.

    Raises ValueError where there are no members.
    """

    def __init__(self, members: Sequence[Model]) -> None:
        if not members:
            raise ValueError("an average needs one member or more, got 0")
        super().__init__(members, [1.0] * len(members))


def probabilities(model: Model, table: Table) -> Doubles:
    """Return a model's class probabilities, shape (n, K)."""
    return np.asarray(np.exp(model.scores(table).astype(np.float64)), np.float64)


def logs(probabilities: ArrayLike) -> Floats:
    """Return log-probabilities of `probabilities` (n, K), which are normalised and raised to `FLOOR` first."""
    given = np.asarray(probabilities, np.float64)
    given = np.maximum(given / given.sum(axis=1, keepdims=True), FLOOR)
    return np.asarray(np.log(given / given.sum(axis=1, keepdims=True)), np.float32)
