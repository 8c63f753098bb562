import pickle
import time
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression

from longtail.bench.errors import NotApplicable, TrainingError
from longtail.bench.evaluation.nearness import nearness_of_added
from longtail.bench.learners.logistic import Logistic
from longtail.bench.learners.mlp import Mlp
from longtail.bench.training.fitting import declared, fit_tables
from longtail.strategies.base import Strategy
from longtail.strategies.chain import Chain
from longtail.strategies.decision.em_prior import EmPrior
from longtail.strategies.decision.prior_correction import PriorCorrection
from longtail.strategies.decision.temperature_scaling import TemperatureScaling
from longtail.strategies.logit_adjustment.logit_adjustment import LogitAdjustment
from longtail.strategies.models import Average
from longtail.strategies.table import Profile, Table

CPU = torch.device("cpu")


def rows(counts=(80, 20), seed=0):
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.repeat(np.arange(len(counts)), counts))
    x = (rng.normal(size=(len(y), 2)) + y[:, None]).astype(np.float32)
    ones = np.ones(len(y), np.float32)
    return Table(x, y, len(counts), (0, 0), ones, propensity=ones, group=np.arange(len(y)))


def fit(strategy, train=None, learner=None, seed=0, observe=None):
    return fit_tables(strategy, learner or Logistic(), train or rows(), rows(seed=1), seed, CPU, observe)


@dataclass(frozen=True)
class Doubled(Strategy):
    """Rows of class 1 twice: 80 and 40 of 80 and 20."""

    name: ClassVar[str] = "doubled"

    def resample(self, table, rng, resources):
        return table.plus(table.take(table.y == 1))


@dataclass(frozen=True)
class Weighted(Strategy):
    """Class 1 counts four times."""

    name: ClassVar[str] = "weighted"

    def row_weights(self, table):
        weights = np.where(table.y == 1, 4.0, 1.0)
        return (weights / weights.mean()).astype(np.float32)


@dataclass(frozen=True)
class Three(Strategy):
    name: ClassVar[str] = "three"

    def assemble(self, table, fit, rng):
        return Average([fit(table.take(rng.permutation(len(table))[:50]), member=i) for i in range(3)])


@dataclass(frozen=True)
class Shifting(Strategy):
    name: ClassVar[str] = "shifting"

    def calibrate(self, scores, y, natural, trained):
        return lambda given: given - np.float32(1)

    def decide(self, scores, y, natural, trained):
        offset = np.float32(scores.max())
        return lambda given: given[:, ::-1] + offset


def test_none_is_the_learner_itself():
    train = rows()
    fitted = fit(Strategy(), train)
    alone = LogisticRegression(max_iter=300).fit(train.x, train.y)
    probe = rows(seed=2)
    np.testing.assert_allclose(np.exp(fitted.scores(probe)), alone.predict_proba(probe.x), atol=1e-5)
    assert fitted.declared_prior.tolist() == fitted.natural_prior.tolist() == [0.8, 0.2]
    assert not fitted.calibrated
    assert not fitted.decided


@pytest.mark.parametrize(
    ("strategy", "prior"),
    [
        (Doubled(), [2 / 3, 1 / 3]),  # 80 : 40
        (Weighted(), [0.5, 0.5]),  # 80 : 4 x 20
        (Chain((Doubled(), Weighted())), [1 / 3, 2 / 3]),  # 80 : 4 x 40
    ],
)
def test_declared_prior_by_hand(strategy, prior):
    fitted = fit(strategy)
    np.testing.assert_allclose(fitted.declared_prior, prior, rtol=1e-6)
    np.testing.assert_allclose(fitted.natural_prior, [0.8, 0.2])


def test_prior_follows_draws_and_class_weights():
    @dataclass(frozen=True)
    class Even(Strategy):
        name: ClassVar[str] = "even"

        def draw(self, at):
            return torch.tensor([0.5, 0.5])

        def class_weights(self, at):
            return torch.tensor([1.0, 3.0])

    trained = Profile(np.array([80, 20]), np.array([80.0, 20.0]), (0,), frozenset())
    np.testing.assert_allclose(declared(Even(), trained), [0.25, 0.75])


def test_strategy_without_a_formula_declares_nothing():
    @dataclass(frozen=True)
    class Unknown(Strategy):
        name: ClassVar[str] = "unknown"

        def shift(self, trained):
            return None

    assert fit(Unknown()).declared_prior is None


def test_resampling_may_empty_a_class():
    @dataclass(frozen=True)
    class Gone(Strategy):
        name: ClassVar[str] = "gone"

        def resample(self, table, rng, resources):
            return table.take(table.y != 2)

    train = rows((60, 30, 10))
    fitted = fit_tables(Gone(), Logistic(), train, rows((30, 20, 10)), 0, CPU)
    assert fitted.declared_prior.tolist() == [2 / 3, 1 / 3, 0]
    scores = fitted.scores(train)
    assert np.isfinite(scores).all()
    assert (scores[:, 2] < np.log(1e-5)).all()


def test_rows_and_fits_are_counted():
    costs = fit(Chain((Three(), Doubled()))).costs
    assert costs["fits"] == 3
    assert costs["rows_before"] == [80, 20]
    first, second = costs["rows_after"]
    assert first + second / 2 == pytest.approx(50)  # 50 rows a fit, of which those of class 1 twice
    for part in ("resample", "fit", "calibrate", "validate", "observed"):
        assert costs[f"seconds_{part}"] >= 0


@dataclass(frozen=True)
class Fresh(Strategy):
    """As many rows of class 1 again, from its own law."""

    name: ClassVar[str] = "fresh"

    def resample(self, table, rng, resources):
        n = int(table.counts[1])
        return table.plus(table.drawn(rng.normal(size=(n, 2)) + 1, np.ones(n)))


def near(strategy, train=None, seed=0):
    """What an observer of a fit finds of the rows that were added."""
    found = []
    fit(strategy, train, seed=seed, observe=lambda *tables: found.append(nearness_of_added(*tables)))
    return found[0] if found else None


def test_copies_show_and_fresh_rows_are_as_far_as_real_ones():
    train = rows((600, 200))
    copied = near(Doubled(), train)
    assert copied.copies == 1
    assert copied.ratio == 0
    fresh = near(Fresh(), train)
    assert fresh.copies == 0
    assert fresh.ratio == pytest.approx(1, abs=0.25)
    assert near(Fresh(), train) == fresh
    assert near(Fresh(), train, seed=1) != fresh


def test_without_added_rows_there_is_no_nearness():
    assert near(Weighted()) is None
    assert near(Three()) is None


def test_members_rows_are_held_against_all_training_rows():
    # a member's 50 rows and those of class 1 again: all of them are training rows
    assert near(Chain((Three(), Doubled()))).copies == 1


def test_an_observer_is_called_once_and_changes_neither_scores_nor_costs():
    usual, called = fit(Fresh()), []

    def slow(*tables):
        called.append([len(table) for table in tables])
        time.sleep(0.5)
        np.random.default_rng(0).random(100)

    slowed = fit(Fresh(), observe=slow)
    assert called == [[100, 100, 120]]
    assert slowed.costs["seconds_observed"] >= 0.5
    assert slowed.costs["seconds_resample"] + slowed.costs["seconds_fit"] < 0.5
    assert (slowed.scores(rows()) == usual.scores(rows())).all()


def test_fields_that_are_not_read_are_blank():
    met = []

    @dataclass(frozen=True)
    class Reader(Strategy):
        name: ClassVar[str] = "reader"
        reads: ClassVar[frozenset[str]] = frozenset({"propensity"})

        def resample(self, table, rng, resources):
            met.append((table.propensity is None, table.group is None))
            return table

    fit(Reader())
    assert met == [(False, True)]


def test_what_can_not_be_is_told_before_any_fit():
    @dataclass(frozen=True)
    class Loss(Strategy):
        name: ClassVar[str] = "some-loss"

        def loss(self, logits, y, at):
            return super().loss(logits, y, at)

    with pytest.raises(NotApplicable, match="logistic does not honour the hook loss that some-loss acts through"):
        fit(Loss())


def test_strategy_that_reads_what_is_not_there_is_not_applicable():
    @dataclass(frozen=True)
    class Reader(Strategy):
        name: ClassVar[str] = "reader"
        reads: ClassVar[frozenset[str]] = frozenset({"propensity"})

    with pytest.raises(NotApplicable, match="reads propensity, which this dataset lacks"):
        fit(Reader(), replace(rows(), propensity=None))


def test_calibration_makes_the_prior_natural_and_decisions_are_apart():
    fitted = fit(Chain((Doubled(), Shifting())))
    assert fitted.calibrated
    assert fitted.decided
    assert fitted.declared_prior.tolist() == [0.8, 0.2]
    plain = fit(Doubled())
    probe = rows(seed=3)
    np.testing.assert_allclose(fitted.scores(probe), plain.scores(probe) - 1, rtol=1e-6)
    np.testing.assert_allclose(fitted.valid_scores, fitted.scores(rows(seed=1)))
    assert fitted.decide(fitted.scores(probe)).tolist() == plain.scores(probe).argmin(axis=1).tolist()


@dataclass(frozen=True)
class Untold(Strategy):
    """Rows of class 1 forty times, and no formula that says so."""

    name: ClassVar[str] = "untold"
    told: bool = False

    def resample(self, table, rng, resources):
        return table.take(np.repeat(np.arange(len(table)), np.where(table.y == 1, 40, 1)))

    def shift(self, trained):
        return super().shift(trained) if self.told else None


@pytest.mark.parametrize("after", [LogitAdjustment(), PriorCorrection("natural"), EmPrior(), TemperatureScaling()])
def test_what_comes_after_a_strategy_without_a_formula_meets_natural_priors(after):
    train, valid, new = (rows((4000, 100), seed) for seed in range(3))
    told, untold = (
        fit_tables(Chain((Untold(known), after)), Logistic(), train, valid, 0, CPU) for known in (True, False)
    )
    chosen, expected = (fitted.decide(fitted.scores(new)) for fitted in (untold, told))
    # offsets come from 100 validation rows of class 1, the formula from counts: near, not the same
    assert (chosen == expected).mean() > 0.97
    assert (chosen == 1).mean() == pytest.approx((expected == 1).mean(), abs=0.03)
    if untold.calibrated:
        assert np.exp(untold.scores(new)[:, 1]).mean() < 2 * 100 / 4100  # trained on even classes
    again = pickle.loads(pickle.dumps(untold))
    np.testing.assert_array_equal(again.decide(again.scores(new)), chosen)


@dataclass(frozen=True)
class Sometimes(Strategy):
    """A shift by a formula that holds only where rows weigh alike."""

    name: ClassVar[str] = "sometimes"

    def row_weights(self, table):
        return np.where(table.y == 1, 2.0, 0.9).astype(np.float32)

    def shift(self, trained):
        return 1 / trained.counts if np.allclose(trained.counts / trained.counts.sum(), trained.priors) else None


def test_offsets_are_not_followed_by_a_formula_that_holds_for_other_rows():
    train, valid, new = (rows((4000, 100), seed) for seed in range(3))
    chain = Chain((Sometimes(), PriorCorrection()))
    fitted = fit_tables(chain, Logistic(), train, valid, 0, CPU)
    brought = fitted.scores(new) + fitted.offsets
    even = (brought - np.log([4000 / 4100, 100 / 4100])).argmax(1)
    np.testing.assert_array_equal(fitted.decide(fitted.scores(new)), even)


def test_closures_survive_pickling():
    fitted = fit(Chain((Doubled(), Shifting())))
    again = pickle.loads(pickle.dumps(fitted.__getstate__()))
    assert "_calibrate" not in again
    fresh = type(fitted).__new__(type(fitted))
    fresh.__setstate__(fitted.__getstate__())
    probe = rows(seed=3)
    assert np.array_equal(fresh.scores(probe), fitted.scores(probe))
    assert np.array_equal(fresh.decide(fresh.scores(probe)), fitted.decide(fitted.scores(probe)))


def test_members_differ_and_seeds_are_kept():
    @dataclass(frozen=True)
    class Draws(Strategy):
        name: ClassVar[str] = "draws"

        def resample(self, table, rng, resources):
            return table.take(rng.permutation(len(table))[:40])

    probe = rows(seed=3)
    one, again, other = (fit(Draws(), seed=seed).scores(probe) for seed in (4, 4, 5))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


def test_estimator_is_fitted_on_resampled_rows():
    met = []

    @dataclass(frozen=True)
    class Own(Strategy):
        name: ClassVar[str] = "own"
        home: ClassVar[str] = "logistic"

        def estimator(self, table, rng):
            met.append(table.counts.tolist())
            return Prior()

    fit(Chain((Doubled(), Own())))
    assert met == [[80, 40]]


class Prior:
    def scores(self, table):
        return np.log(np.full((len(table), 2), 0.5, np.float32))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_scores_that_are_no_numbers_are_an_error(value):
    @dataclass(frozen=True)
    class Broken(Strategy):
        name: ClassVar[str] = "broken"

        def calibrate(self, scores, y, natural, trained):
            return lambda given: np.full_like(given, value)

    with pytest.raises(TrainingError, match="broken gave scores that are NaN or positive infinity"):
        fit(Broken())


def test_probability_of_zero_is_floored():
    @dataclass(frozen=True)
    class Sure(Strategy):
        name: ClassVar[str] = "sure"

        def calibrate(self, scores, y, natural, trained):
            return lambda given: np.where(given < 0, -np.inf, given)

    assert fit(Sure()).valid_scores.min() == -100


@pytest.mark.parametrize("what", ["rows", "weights", "nothing"])
def test_impossible_rows_are_an_error(what):
    @dataclass(frozen=True)
    class Breaking(Strategy):
        name: ClassVar[str] = "breaking"

        def resample(self, table, rng, resources):
            if what == "nothing":
                return table.take(np.zeros(len(table), bool))
            return replace(table, x=table.x * np.float32(np.inf)) if what == "rows" else table

        def row_weights(self, table):
            return table.weight * np.float32(np.nan if what == "weights" else 1)

    with pytest.raises(TrainingError, match=r"breaking (left no row|made rows or weights)"), np.errstate(all="ignore"):
        fit(Breaking())


def test_network_fits_are_the_same_twice():
    learner = Mlp(hidden=8, epochs=2, batch=32)
    probe = rows(seed=3)
    one, again = (fit(Strategy(), learner=learner, seed=2).scores(probe) for _ in range(2))
    assert np.array_equal(one, again)
