"""Classifier for users: a scikit-learn estimator that runs the same code as the measured cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import pandas as pd
import torch
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_array, check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_consistent_length, check_is_fitted, column_or_1d, validate_data

from longtail.bench.errors import ConfigurationError
from longtail.bench.priors import fit_offsets, moved_by, to_prior
from longtail.bench.registry import learner_named, strategy_named
from longtail.bench.training.encoding import Encoder
from longtail.bench.training.fitting import Fitted, Observer, fit_tables
from longtail.bench.training.learner import Learner
from longtail.bench.training.preparation import Market, Prepared, encode_training
from longtail.strategies.base import Strategy
from longtail.strategies.table import Doubles, Floats, Ints, Table


class RebalancedClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc] # scikit-learn ships no types
    """Strategy applied to a learner, for raw frames with numbers, categories, dates and missing values.

    `strategy` and `learner` are texts as in suites, such as `smote(k_neighbors=3)+threshold`; `settings` are the
    learner's. `validation` is the share of rows cut out for checkpoints, calibration and decisions. `device` is a torch
    device.

    Each output is one that the report measures:

    - `predict` gives the strategy's own decisions: those of its `decide` if it has one, else the most probable class by
      its own scores. After rebalancing, these scores do not have natural priors. In the report: `f1_own` and others.
    - `predict_proba` gives probabilities under the natural priors. The scores are converted from the prior that the
      strategy declares, or by offsets fitted on the validation rows where no formula holds. In the report: AP.
    - `scores` gives log-probabilities before that conversion, as cells store them.

    Fitted attributes: `classes_`, `n_features_in_`, `feature_names_in_`, `encoder_`, `fitted_`
    (bench.training.fitting.Fitted).
    """

    def __init__(
        self,
        strategy: str | Strategy = "none",
        learner: str | Learner = "logistic",
        random_state: int | np.random.RandomState | None = 0,
        device: str = "cpu",
        settings: dict[str, Any] | None = None,
        validation: float = 0.2,
    ) -> None:
        self.strategy = strategy
        self.learner = learner
        self.random_state = random_state
        self.device = device
        self.settings = settings
        self.validation = validation

    def fit(
        self,
        X: ArrayLike | pd.DataFrame,
        y: ArrayLike,
        *,
        groups: ArrayLike | None = None,
        time: ArrayLike | None = None,
        propensity: ArrayLike | None = None,
        examination: ArrayLike | None = None,
        unlabelled: pd.DataFrame | None = None,
        source: tuple[pd.DataFrame, ArrayLike] | None = None,
        classes: Sequence[Any] | None = None,
    ) -> Self:
        """Fit on rows (n, d) and labels of any type (n,).

        Validation rows are the latest rows if `time` (n,) is given, else whole groups if `groups` (n,) are given, else
        a share of each class. `propensity` and `examination` are probabilities (n,). `unlabelled` rows and the rows of
        a `source` market, which has labels of its own, have the columns of `X`. `classes` sets the labels and their
        order; by default they are the labels in `y`, sorted. Raises ConfigurationError, NotApplicable or TrainingError
        where the fit can't be made, and ValueError for rows or labels that scikit-learn would refuse.
        """
        if not 0 < self.validation < 1:
            raise ConfigurationError(f"validation must be a share between 0 and 1, got {self.validation}")
        frame = self._frame(X, y, reset=True)
        coded, names = _coded(y, classes)
        given = (groups, time, propensity, examination)
        check_consistent_length(frame, coded, *(part for part in given if part is not None))
        seed = self._seed()
        training = encode_training(
            frame,
            coded,
            len(names),
            groups=None if groups is None else np.unique(np.asarray(groups), return_inverse=True)[1],
            time=None if time is None else np.asarray(time, np.float64),
            propensity=None if propensity is None else np.asarray(propensity, np.float32),
            examination=None if examination is None else np.asarray(examination, np.float32),
            unlabelled=unlabelled,
            source=None if source is None else _market(*source),
            seed=seed,
            validation=self.validation,
        )
        self.classes_ = names
        return self._fit_tables(training.encoder, training.train, training.valid, seed)

    def fit_prepared(self, prepared: Prepared, observe: Observer | None = None) -> Self:
        """Fit on rows that are already split and encoded; `fit` on the same rows and seed gives the same scores.

        `observe` sees the rows before and after resampling (training/fitting.py).
        """
        self.classes_ = np.array(prepared.classes)
        self.n_features_in_ = len(prepared.encoder.columns)
        self.feature_names_in_ = np.array(list(prepared.encoder.columns), dtype=object)
        return self._fit_tables(prepared.encoder, prepared.train, prepared.valid, self._seed(), observe)

    def predict(self, X: ArrayLike | pd.DataFrame) -> NDArray[Any]:
        """Return the strategy's own decisions as labels, (n,)."""
        scores = self.scores(X)
        labels: NDArray[Any] = self.classes_[self.fitted_.decide(scores)]
        return labels

    def predict_proba(self, X: ArrayLike | pd.DataFrame) -> Doubles:
        """Return class probabilities under the natural priors, (n, K)."""
        return np.exp(self.natural_scores(self.scores(X)))

    def natural_scores(self, scores: Floats) -> Doubles:
        """Convert the strategy's own scores (n, K) to log-probabilities (n, K) under the natural priors."""
        fitted = self.fitted_
        if fitted.declared_prior is not None:
            return to_prior(scores, fitted.declared_prior, fitted.natural_prior)
        return moved_by(scores, fit_offsets(fitted.valid_scores, fitted.valid_y, fitted.natural_prior))

    def scores(self, X: ArrayLike | pd.DataFrame) -> Floats:
        """Return the strategy's own log-probabilities (n, K), under `fitted_.declared_prior`."""
        check_is_fitted(self)
        return self.fitted_.scores(self._table(X))

    def _fit_tables(
        self, encoder: Encoder, train: Table, valid: Table, seed: int, observe: Observer | None = None
    ) -> Self:
        strategy = strategy_named(self.strategy) if isinstance(self.strategy, str) else self.strategy
        learner = learner_named(self.learner, self.settings) if isinstance(self.learner, str) else self.learner
        self.encoder_ = encoder
        self.fitted_: Fitted = fit_tables(strategy, learner, train, valid, seed, torch.device(self.device), observe)
        return self

    def _seed(self) -> int:
        if isinstance(self.random_state, int | np.integer):
            return int(self.random_state)
        return int(check_random_state(self.random_state).randint(2**31))

    def _table(self, X: ArrayLike | pd.DataFrame) -> Table:
        frame = self._frame(X, None, reset=False)
        return self.encoder_.table(frame, np.zeros(len(frame), np.int64), len(self.classes_))

    def _frame(self, X: ArrayLike | pd.DataFrame, y: ArrayLike | None, *, reset: bool) -> pd.DataFrame:
        """Return rows as a frame after scikit-learn's checks of names and widths; an array's columns are numbered."""
        if isinstance(X, pd.DataFrame):
            if not len(X):
                raise ValueError(f"Found array with 0 sample(s) (shape={X.shape}) while a minimum of 1 is required.")
            validate_data(self, X, reset=reset, skip_check_array=True)
            return X
        rows = check_array(X, dtype=None, ensure_all_finite="allow-nan", estimator=self, input_name="X")
        validate_data(self, X, reset=reset, skip_check_array=True)
        names = list(self.encoder_.columns) if not reset else [f"x{i}" for i in range(rows.shape[1])]
        return pd.DataFrame(rows, columns=names).infer_objects()

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.categorical = True
        tags.input_tags.string = True
        return tags


def _market(X: pd.DataFrame, y: ArrayLike) -> Market:
    """Return rows of another market, with labels as indices of its own classes."""
    coded, names = _coded(y, None)
    check_consistent_length(X, coded)
    return X, coded, len(names)


def _coded(y: ArrayLike | None, classes: Sequence[Any] | None) -> tuple[Ints, NDArray[Any]]:
    """Return labels as indices (n,) of the classes (K,), and the classes."""
    if y is None:
        raise ValueError("RebalancedClassifier requires y to be passed, but the target y is None")
    labels = column_or_1d(y, warn=True)
    if pd.isna(labels).any() or (labels.dtype.kind == "f" and np.isinf(labels).any()):
        raise ValueError("Input y contains NaN or infinity: every row needs a label")
    check_classification_targets(labels)
    names = np.unique(labels) if classes is None else np.array(list(classes))
    coded = pd.Index(names).get_indexer(pd.Index(labels)).astype(np.int64)
    if (coded < 0).any():
        raise ValueError(f"y holds {labels[coded < 0][0]!r}, which is not one of the given classes {names.tolist()}")
    if len(np.unique(coded)) < 2:
        raise ValueError(f"y holds one class only, {labels[0]}: two are needed")
    return coded, names
