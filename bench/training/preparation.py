"""From a dataset to tables: split, cap, cut out validation rows, encode; the same for a cell and for a user's frame."""

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
    """Encoded training rows, with validation rows cut out; `cut` holds their positions in the training frame."""

    train: Table
    valid: Table
    encoder: Encoder
    cut: Cut


@dataclass(frozen=True, eq=False)
class Prepared:
    """What every cell of one (dataset, seed) meets. The labels of `test` are zero: they are in `truth` only."""

    train: Table
    valid: Table
    test: Table
    truth: Truth
    classes: tuple[str, ...]
    encoder: Encoder
    seconds_encode: float
    learn_rows: Ints
    """positions in the dataset of training and validation rows: the frame that a user would fit on"""
    test_rows: Ints


def prepare(dataset: Dataset, seed: int, rows: int | None = None) -> Prepared:
    """Split a dataset, cap its training rows at `rows` (stratified), and encode."""
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
    """Cut validation rows out of training rows, and encode both with an encoder that has not seen the former.

    Users, propensities and examination of rows to be scored are unknown, so only these tables hold them; users are
    numbered anew.
    `unlabelled` rows, the `oracle` of their classes and the rows of a `source` market go with the training rows; the
    encoder hasn't seen them either, so a source's own categories are all one code.
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
    groups = dataset.groups
    warm = None if groups is None else np.isin(groups[test_rows], groups[np.concatenate([train_rows, valid_rows])])
    return Truth(
        classes=dataset.classes,
        train_counts=train.counts,
        spec_priors=dataset.priors,
        y_valid=dataset.y[valid_rows],
        y_test=dataset.y[test_rows],
        posterior_test=_probabilities(dataset.posterior, test_rows),
        frozen_test=_probabilities(dataset.frozen_posterior, test_rows),
        groups_test=_part(groups, test_rows),
        warm_test=warm,
        rows_test=test_rows if dataset.posterior is None else None,
    )


def _market(source: Dataset | None) -> Market | None:
    return None if source is None else (source.X, source.y, len(source.classes))


def _probabilities(posterior: Posterior | None, rows: Ints) -> NDArray[np.floating] | None:
    return None if posterior is None else np.asarray(posterior[rows])


def _part(values: NDArray[Kind] | None, rows: Ints) -> NDArray[Kind] | None:
    return None if values is None else values[rows]
