"""Steps from a dataset to tables: split, cap, cut out validation rows, encode; the same for cells and user frames."""

from __future__ import annotations

import time as clock
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longtail.bench.records import Truth
from longtail.bench.training.encoding import Encoder
from longtail.bench.training.splits import VALIDATION, Cut, capped, evaluation_split, validation_split
from longtail.datasets.base import Dataset, Posterior
from longtail.strategies.table import Floats, Ints, Table

Kind = TypeVar("Kind", bound=np.generic)
Market = tuple[pd.DataFrame, Ints, int]
"""labelled rows of another market: the frame, class indices (n,), the number of classes"""


@dataclass(frozen=True, eq=False)
class Training:
    """Encoded training and validation rows; `cut` holds the positions of both in the training frame."""

    train: Table
    valid: Table
    encoder: Encoder
    cut: Cut


@dataclass(frozen=True, eq=False)
class Prepared:
    """Data that all cells of one (dataset, seed) share. The labels of `test` are zero: the true ones are in `truth`."""

    train: Table
    valid: Table
    test: Table
    truth: Truth
    classes: tuple[str, ...]
    encoder: Encoder
    seconds_encode: float
    learn_rows: Ints
    """positions of training and validation rows in the dataset: the frame that a user would fit on"""
    test_rows: Ints


def prepare(dataset: Dataset, seed: int, rows: int | None = None) -> Prepared:
    """Split a dataset, cap its training rows at `rows` (stratified), and encode all rows."""
    learn, test = evaluation_split(dataset, seed)
    learn = learn[capped(dataset.y[learn], rows, seed)]
    start = clock.perf_counter()
    training = encode_training(
        dataset.X.iloc[learn],
        dataset.y[learn],
        len(dataset.classes),
        groups=_part(dataset.groups, learn),
        time=_part(dataset.time, learn),
        propensity=_part(dataset.propensity, learn),
        examination=_part(dataset.examination, learn),
        unlabelled=dataset.unlabelled,
        oracle=dataset.unlabelled_y,
        source=_market(dataset.source),
        seed=seed,
    )
    encoded = training.encoder.table(
        dataset.X.iloc[test],
        np.zeros(len(test), np.int64),
        len(dataset.classes),
    )
    seconds = clock.perf_counter() - start
    truth = _truth(dataset, training.train, learn[training.cut.learn], learn[training.cut.held], test)
    return Prepared(
        training.train, training.valid, encoded, truth, dataset.classes, training.encoder, seconds, learn, test
    )


def encode_training(
    X: pd.DataFrame,
    y: Ints,
    classes: int,
    *,
    groups: Ints | None = None,
    time: NDArray[np.float64] | None = None,
    propensity: Floats | None = None,
    examination: Floats | None = None,
    unlabelled: pd.DataFrame | None = None,
    oracle: Ints | None = None,
    source: Market | None = None,
    seed: int = 0,
    validation: float = VALIDATION,
) -> Training:
    """Cut validation rows out of the training rows, and encode both; the encoder learns from the rest only.

    Groups, propensities and examination (n,) are unknown for rows to be scored, so only these two tables hold them.
    Groups are renumbered from 0. The training table also holds the `unlabelled` rows, the `oracle` of their classes and
    the rows of a `source` market. The encoder does not learn from these either, so categories that only the source has
    share one code.
    """
    if groups is not None:
        groups = np.unique(groups, return_inverse=True)[1].astype(np.int64)
    cut = validation_split(y, groups, time, seed, validation)
    encoder = Encoder.of(X.iloc[cut.learn])
    train, valid = (
        encoder.table(X.iloc[at], y[at], classes, _part(groups, at), _part(propensity, at), _part(examination, at))
        for at in cut
    )
    if unlabelled is not None:
        rows = encoder.table(unlabelled, np.zeros(len(unlabelled), np.int64), classes)
        train = replace(train, unlabelled=rows, oracle=oracle)
    if source is not None:
        train = replace(train, source=encoder.table(*source))
    return Training(train, valid, encoder, cut)


def _truth(dataset: Dataset, train: Table, train_rows: Ints, valid_rows: Ints, test_rows: Ints) -> Truth:
    groups, learned = dataset.groups, np.concatenate([train_rows, valid_rows])
    warm = None if groups is None else np.isin(groups[test_rows], groups[learned])
    return Truth(
        classes=dataset.classes,
        train_counts=train.counts,
        spec_priors=dataset.priors,
        y_valid=dataset.y[valid_rows],
        y_test=dataset.y[test_rows],
        posterior_test=_probabilities(_known(dataset), test_rows),
        limit_test=_limit(dataset, learned, test_rows),
        frozen_test=_limit(dataset, learned, test_rows, frozen=True) if dataset.frozen_posterior is not None else None,
        groups_test=_part(groups, test_rows),
        warm_test=warm,
        rows_test=test_rows if dataset.posterior is None else None,
    )


def _market(source: Dataset | None) -> Market | None:
    return None if source is None else (source.X, source.y, len(source.classes))


def _limit(dataset: Dataset, learned: Ints, rows: Ints, *, frozen: bool = False) -> NDArray[np.floating] | None:
    if dataset.limit is None:
        return _probabilities(dataset.frozen_posterior if frozen else dataset.posterior, rows)
    return np.asarray(dataset.limit(learned, rows, frozen=frozen))


def _known(dataset: Dataset) -> Posterior | None:
    """Return the probabilities that hold for each row: given everything where that is known."""
    return dataset.posterior if dataset.full_posterior is None else dataset.full_posterior


def _probabilities(posterior: Posterior | None, rows: Ints) -> NDArray[np.floating] | None:
    return None if posterior is None else np.asarray(posterior[rows])


def _part(values: NDArray[Kind] | None, rows: Ints) -> NDArray[Kind] | None:
    return None if values is None else values[rows]
