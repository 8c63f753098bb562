"""Steps from a dataset to tables: split, cap, cut out validation rows, encode; the same for cells and user frames."""

from __future__ import annotations

import time as clock
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from longtail.bench.records import Truth
from longtail.bench.seeds import seed_for
from longtail.bench.training.encoding import Encoder
from longtail.bench.training.row_order import by_content
from longtail.bench.training.splits import VALIDATION, Cut, capped, evaluation_split, validation_split
from longtail.datasets.base import Dataset, Posterior
from longtail.strategies.table import Floats, Ints, Table

Kind = TypeVar("Kind", bound=np.generic)
Market = tuple[pd.DataFrame, Ints, int]
"""labelled rows of another market: the frame, class indices (n,), the number of classes"""


@dataclass(frozen=True, eq=False)
class Training:
    """Encoded training and validation rows; `cut` holds their positions in the training frame, in the same order."""

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
    learn = learn[_few(dataset, learn, rows, seed)]
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

    The training rows are in an order drawn from the seed, which does not depend on the order of the frame. Groups,
    propensities and examination (n,) are unknown for rows to be scored, so only these two tables hold them. Groups are
    renumbered from 0. The training table also holds the `unlabelled` rows, the `oracle` of their classes and the rows
    of a `source` market, each in an order drawn like that of the training rows. The encoder does not learn from these
    either, so categories that only the source has share one code.
    """
    order, groups = by_content(X, y, groups, time, propensity, examination)
    split = validation_split(y[order], _part(groups, order), _part(time, order), seed, validation)
    cut = Cut(_mixed(order[split.learn], seed), order[split.held])
    encoder = Encoder.of(X.iloc[cut.learn])
    train, valid = (
        encoder.table(X.iloc[at], y[at], classes, _part(groups, at), _part(propensity, at), _part(examination, at))
        for at in cut
    )
    if unlabelled is not None:
        train = _with_unlabelled(train, encoder, unlabelled, oracle, seed)
    if source is not None:
        frame, labels, own = source
        at = _mixed(by_content(frame, labels).rows, seed)
        train = replace(train, source=encoder.table(frame.iloc[at], labels[at], own))
    return Training(train, valid, encoder, cut)


def _with_unlabelled(train: Table, encoder: Encoder, frame: pd.DataFrame, oracle: Ints | None, seed: int) -> Table:
    blank = np.zeros(len(frame), np.int64)
    at = _mixed(by_content(frame, blank, None, oracle).rows, seed)
    return replace(train, unlabelled=encoder.table(frame.iloc[at], blank, train.classes), oracle=_part(oracle, at))


def _few(dataset: Dataset, learn: Ints, rows: int | None, seed: int) -> Ints:
    """Draw positions in `learn` of about `rows` rows, ascending, whatever their order in the dataset."""
    if rows is None or rows >= len(learn):
        return np.arange(len(learn))
    y, groups = dataset.y[learn], _part(dataset.groups, learn)
    known = (dataset.time, dataset.propensity, dataset.examination)
    order = by_content(dataset.X.iloc[learn], y, groups, *(_part(part, learn) for part in known)).rows
    return np.sort(order[capped(y[order], rows, seed)])


def _mixed(order: Ints, seed: int) -> Ints:
    """Put positions (n,) that are in the order of content into an order drawn from the seed."""
    return np.random.default_rng(seed_for(seed, "split", 3)).permutation(order)


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
