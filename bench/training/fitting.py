"""One fit: a strategy's hooks around a learner, on encoded rows; its result is a `Fitted`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch

from longtail.bench.errors import NotApplicable, TrainingError
from longtail.bench.priors import fit_offsets, moved_by
from longtail.bench.seeds import seed_for
from longtail.bench.training.learner import Costs, Learner, Task, why_not
from longtail.bench.training.neighbours import NeighbourProvider
from longtail.bench.training.threads import one_thread
from longtail.strategies.base import LackingError, Model, Resources, Scores, Strategy
from longtail.strategies.table import Doubles, Floats, Ints, Profile, Table

LEAST = -100.0
"""log-probability that stands for a probability of zero"""

Observer = Callable[[Table, Table, Table], None]
"""function called once per fit, after its first `resample`, with the training rows, its input and its output"""


@dataclass
class Fitted:
    """Fitted model with the strategy's calibration and decision, both fitted on validation rows.

    It can be pickled: the two functions may be closures, so they are fitted again from the validation scores.
    """

    strategy: Strategy
    model: Model
    natural: Profile
    """profile of the training rows before resampling"""
    trained: Profile
    """profile of the rows trained on, summed over the fits"""
    declared_prior: Doubles | None
    """class probabilities (K,) that `scores` refer to; None where no formula gives them, so offsets are fitted"""
    costs: dict[str, Any]
    """seconds_resample, _fit, _calibrate, _validate; seconds_shared: for neighbours that another fit found, included in
    resampling; seconds_observed, not included in the others; rows_before and rows_after per fit (K,); fits;
    optimiser_steps; unconverged: number of fits that stopped at their limit of iterations"""
    valid_raw: Floats = field(repr=False)
    """scores of the validation rows before `calibrate`, (n, K)"""
    valid_y: Ints = field(repr=False)
    offsets: Doubles | None = field(default=None, init=False)
    """offsets (K,), fitted on validation rows, that move the scores to natural priors before `calibrate` or `decide`;
    None where a formula gives the priors of the scores, or where the strategy has neither hook"""

    def __post_init__(self) -> None:
        if self.declared_prior is None and {"calibrate", "decide"} & self.strategy.acts:
            self.offsets = fit_offsets(self.valid_raw, self.valid_y, self.natural.priors)
        self._learn_rules()

    @property
    def natural_prior(self) -> Doubles:
        """Return the class probabilities in the training rows, (K,)."""
        return self.natural.priors

    @property
    def calibrated(self) -> bool:
        """Return whether the strategy itself maps scores to natural priors."""
        return self._calibrate is not None

    @property
    def decided(self) -> bool:
        """Return whether the strategy has a decision rule of its own."""
        return self._decide is not None

    @property
    def valid_scores(self) -> Floats:
        """Return the scores of the validation rows after `calibrate`, (n, K)."""
        return self._calibrated(self.valid_raw)

    def scores(self, table: Table) -> Floats:
        """Return log-probabilities (n, K) after `calibrate`, under `declared_prior`.

        Raises TrainingError where the model gives NaN or positive infinity.
        """
        with one_thread():
            return self._calibrated(checked(self.model.scores(table.reading(self.strategy.reads)), self.strategy))

    def decision_values(self, scores: Floats) -> Floats:
        """Return values (n, K) whose argmax is the strategy's own decision: those of its `decide`, else its scores."""
        if self._decide is None:
            return scores
        return self._decide(scores if self.calibrated else self._brought(scores))

    def decide(self, scores: Floats) -> Ints:
        """Return the strategy's own decisions, (n,)."""
        return np.asarray(self.decision_values(scores).argmax(axis=1), np.int64)

    def _calibrated(self, raw: Floats) -> Floats:
        return raw if self._calibrate is None else checked(self._calibrate(self._brought(raw)), self.strategy)

    def _brought(self, raw: Floats) -> Floats:
        """Return scores under natural priors where no formula gives their own priors, else unchanged."""
        return raw if self.offsets is None else moved_by(raw, self.offsets).astype(np.float32)

    def _learn_rules(self) -> None:
        meant = self.strategy.meant(self.trained) if self.offsets is None else self.natural
        given = (self.valid_y, self.natural, meant)
        raw = self._brought(self.valid_raw)
        self._calibrate: Scores | None = self.strategy.calibrate(raw, *given)
        if self._calibrate is not None:
            self.declared_prior = self.natural.priors
        self._decide: Scores | None = self.strategy.decide(self.valid_scores if self.calibrated else raw, *given)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name not in ("_calibrate", "_decide")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._learn_rules()


def fit_tables(
    strategy: Strategy,
    learner: Learner,
    train: Table,
    valid: Table,
    seed: int,
    device: torch.device,
    observe: Observer | None = None,
) -> Fitted:
    """Fit a pair of strategy and learner.

    `observe` sees the rows before and after resampling; it changes nothing, and its seconds count in no other cost.
    Raises NotApplicable where the pair can't be fitted to these rows, and TrainingError where the fit fails.
    """
    if sentence := why_not(strategy, learner, train.profile):
        raise NotApplicable(sentence)
    with one_thread():
        rows, look = train.reading(strategy.reads), valid.reading(strategy.reads)
        return Fitting(strategy, learner, rows, look, seed, device, observe=observe).fitted()


class Fitting:
    """State of one fit: profiles of the rows trained on, costs and clocks."""

    def __init__(
        self,
        strategy: Strategy,
        learner: Learner,
        train: Table,
        valid: Table,
        seed: int,
        device: torch.device,
        trainer: Callable[..., int] | None = None,
        observe: Observer | None = None,
    ) -> None:
        self.strategy, self.learner, self.train, self.valid = strategy, learner, train, valid
        self.seed, self.device, self.trainer, self.observe = seed, device, trainer, observe
        self.met: list[Profile] = []
        self.costs = Costs()
        self.provider = NeighbourProvider(device)
        self.seconds = dict.fromkeys(("resample", "observed", "all", "validate", "calibrate"), 0.0)

    def fitted(self) -> Fitted:
        """Fit, score the validation rows, and fit the rules. Raises NotApplicable and TrainingError."""
        with self._clock("all"):
            rng = np.random.default_rng(seed_for(self.seed, "strategy"))
            model = self.strategy.assemble(self.train, self.fit, rng)
        with self._clock("validate"):
            raw = checked(model.scores(self.valid), self.strategy)
        natural, trained = self.train.profile, self._trained()
        with self._clock("calibrate"):
            prior = declared(self.strategy, trained)
            done = Fitted(self.strategy, model, natural, trained, prior, {}, raw, self.valid.y)
        done.costs.update(self._costs())
        return done

    def fit(self, table: Table, *, member: int = 0) -> Model:
        """Fit the learner, or the strategy's own estimator, once on resampled and weighted rows."""
        try:
            return self._fit(table, member)
        except LackingError as error:
            raise NotApplicable(str(error)) from error

    def _fit(self, table: Table, member: int) -> Model:
        strategy = self.strategy
        rng = np.random.default_rng(seed_for(self.seed, "strategy", member))
        given = table
        with self._clock("resample"):
            table = strategy.resample(table, rng, Resources(self.device, self.provider))
            if (factors := strategy.row_weights(table)) is not None:
                table = replace(table, weight=(table.weight * factors).astype(np.float32))
        self._check(table)
        if self.observe is not None and "resample" in strategy.acts and not self.met:
            with self._clock("observed"):
                self.observe(self.train, given, table)
        self.met.append(table.profile)
        if "estimator" in strategy.acts:
            return strategy.estimator(table, rng)
        task = Task(strategy, self.valid, self.seed, member, len(self.train), self.device, self.trainer, self.train)
        return self.learner.fit(table, task, self.costs)

    def _check(self, table: Table) -> None:
        """Raise TrainingError where no row is left, or where numbers (n, d) or weights (n,) are not finite."""
        if not len(table):
            raise TrainingError(f"{self.strategy.name} left no row to train on")
        if not (np.isfinite(table.x).all() and np.isfinite(table.weight).all()):
            raise TrainingError(f"{self.strategy.name} made rows or weights that are not finite")

    def _trained(self) -> Profile:
        """Return the profile of the rows of all fits, or of the training rows where the strategy fitted nothing."""
        met = self.met or [self.train.profile]
        counts = np.sum([profile.counts for profile in met], axis=0)
        return replace(met[0], counts=counts, mass=np.sum([profile.mass for profile in met], axis=0))

    def _costs(self) -> dict[str, Any]:
        return {
            "seconds_resample": self.seconds["resample"] + self.provider.charged,
            "seconds_shared": self.provider.charged,
            "seconds_observed": self.seconds["observed"],
            "seconds_fit": self.seconds["all"] - self.seconds["resample"] - self.seconds["observed"],
            "seconds_validate": self.seconds["validate"],
            "seconds_calibrate": self.seconds["calibrate"],
            "rows_before": self.train.counts.tolist(),
            "rows_after": (self._trained().counts / max(1, len(self.met))).tolist(),
            "fits": len(self.met),
            "optimiser_steps": self.costs.optimiser_steps,
            "unconverged": self.costs.unconverged,
        }

    @contextmanager
    def _clock(self, part: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)
        self.seconds[part] += time.perf_counter() - start


def declared(strategy: Strategy, trained: Profile) -> Doubles | None:
    """Return the class probabilities (K,) that a strategy's scores refer to, or None where no formula gives them.

    Raises TrainingError where the formula gives probabilities that are not finite, or that sum to 0.
    """
    factors = strategy.shift(trained)
    if factors is None:
        return None
    prior = trained.priors * factors
    if not (np.isfinite(prior).all() and prior.sum() > 0):
        raise TrainingError(
            f"{strategy.name} declares class probabilities that are not finite or sum to 0: {prior.tolist()}"
        )
    return np.asarray(prior / prior.sum(), np.float64)


def checked(scores: Floats, strategy: Strategy) -> Floats:
    """Return scores (n, K) as float32, each at least `LEAST`.

    Raises TrainingError where one is NaN or positive infinity.
    """
    if np.isnan(scores).any() or np.isposinf(scores).any():
        raise TrainingError(f"{strategy.name} gave scores that are NaN or positive infinity")
    return np.maximum(scores, LEAST).astype(np.float32)
