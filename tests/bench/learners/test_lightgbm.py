import pickle
from dataclasses import replace

import lightgbm
import numpy as np
import pytest
import torch

from longtail.bench.learners.lightgbm import Boosted, Dice, Lightgbm, derivatives
from longtail.bench.registry import strategy_named
from longtail.bench.seeds import seed_for
from longtail.bench.training.fitting import fit_tables
from longtail.bench.training.learner import Costs, Task
from longtail.strategies.base import Strategy
from longtail.strategies.network import Batch, Moment, Rng
from longtail.strategies.table import Profile, Table

CPU = torch.device("cpu")


def table(n=600, classes=3, seed=0):
    rng = np.random.default_rng(seed)
    x = np.stack([rng.normal(size=n), rng.integers(9, size=n)], axis=1).astype(np.float32)
    values = x[:, 0] + (x[:, 1] == 3)
    y = np.minimum(np.searchsorted([0.7, 1.5], values), classes - 1).astype(np.int64)
    return Table(x, y, classes, (0, 9), rng.uniform(0.5, 2, n).astype(np.float32))


def task(strategy=None):
    return Task(strategy or Strategy(), table(50, seed=1), 1, 4, 600, CPU)


@pytest.mark.parametrize("classes", [2, 3])
def test_equals_the_library_with_native_categories(classes):
    rows = table(classes=classes)
    model = Lightgbm(iterations=7, leaf=5, leaves=6).fit(rows, task(), Costs())
    seed = int(seed_for(1, "weights", 4).generate_state(1)[0] >> 1)
    alone = lightgbm.LGBMClassifier(
        n_estimators=7,
        num_leaves=6,
        min_child_samples=5,
        random_state=seed,
        deterministic=True,
        force_row_wise=True,
        n_jobs=1,
        verbosity=-1,
    )
    alone.fit(rows.x, rows.y, sample_weight=rows.weight, categorical_feature=[1])
    expected = alone.booster_.predict(rows.x)
    expected = expected if classes > 2 else np.stack([1 - expected, expected], axis=1)
    np.testing.assert_allclose(np.exp(model.scores(rows)), expected, atol=1e-6)


def moment(counts):
    empty = torch.zeros(0)
    return Moment(0.5, torch.tensor(counts), torch.zeros(1, len(counts)), Rng(empty, empty))


def test_derivatives_of_the_plain_loss_are_those_of_the_softmax():
    logits = torch.tensor([[0.2, -1.0, 0.5], [1.0, 0.0, -2.0]], dtype=torch.float64)
    weight = torch.tensor([1.0, 3.0], dtype=torch.float64)
    batch = Batch((), torch.tensor([2, 0]), weight)
    slope, bend = derivatives(Strategy(), logits, batch, moment([5.0, 3.0, 2.0]))
    p = logits.softmax(1)
    own = torch.tensor([[0, 0, 1], [1, 0, 0]])
    torch.testing.assert_close(slope, (p - own) * weight[:, None])
    torch.testing.assert_close(bend, p * (1 - p) * weight[:, None])


@pytest.mark.parametrize("name", ["focal-loss", "balanced-softmax", "class-weights"])
def test_derivatives_agree_with_finite_differences(name):
    strategy = strategy_named(name)
    logits = torch.randn(6, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    batch = Batch((), torch.tensor([0, 1, 2, 0, 1, 2]), torch.ones(6, dtype=torch.float64))
    at = moment([50.0, 10.0, 4.0])
    slope, bend = derivatives(strategy, logits, batch, at)
    for k in range(3):
        step = torch.zeros_like(logits)
        step[:, k] = 1e-4

        slopes = [derivatives(strategy, logits + shift, batch, at)[0][:, k] for shift in (step, -step)]
        torch.testing.assert_close((slopes[0] - slopes[1]) / 2e-4, bend[:, k], atol=1e-4, rtol=1e-4)
    weights = strategy.class_weights(at)
    terms = [strategy.loss(logits + s, batch.y, at) for s in (step, -step)]
    scale = 1 if weights is None else weights[batch.y]
    torch.testing.assert_close((terms[0] - terms[1]) / 2e-4 * scale, slope[:, 2], atol=1e-4, rtol=1e-4)


def test_a_strategys_loss_is_boosted():
    # balanced softmax moves scores to equal priors by its loss, so that argmax names rare classes far more often
    rows = table(3000)
    rng = np.random.default_rng(3)
    noisy = np.where(rng.random(3000) < 0.5, rng.permutation(rows.y), rows.y)
    rows = replace(rows, y=noisy)
    plain, balanced = (
        fit_tables(strategy_named(name), Lightgbm(iterations=40), rows, table(300, seed=2), 0, CPU)
        for name in ("none", "balanced-softmax")
    )
    rare = rows.y == 2
    met = [(np.argmax(fitted.scores(rows), axis=1) == 2).mean() for fitted in (plain, balanced)]
    assert met[0] < 1.5 * rare.mean()
    assert met[1] > 1.5 * rare.mean()
    recall = [(fitted.decide(fitted.scores(rows))[rare] == 2).mean() for fitted in (plain, balanced)]
    assert recall[1] > recall[0]


def test_the_first_scores_of_a_strategys_loss_are_the_class_frequencies():
    rows = table()
    model = Lightgbm(iterations=1, rate=1e-9).fit(rows, task(strategy_named("focal-loss")), Costs())
    np.testing.assert_allclose(np.exp(model.scores(rows)).mean(0), rows.profile.priors, atol=1e-4)


def test_many_classes_are_refused_with_the_reason():
    profile = Profile(np.full(101, 5), np.full(101, 5.0), (0,), frozenset())
    assert "on at most 100 classes" in Lightgbm().why_skip(profile)
    assert Lightgbm().why_skip(Profile(np.full(100, 5), np.full(100, 5.0), (0,), frozenset())) is None


def test_a_pickle_holds_no_booster():
    rows = table()
    model = Lightgbm(iterations=3).fit(rows, task(), Costs())
    before = model.scores(rows)
    again = pickle.loads(pickle.dumps(model))
    assert isinstance(again, Boosted)
    assert again.booster is None
    assert np.array_equal(again.scores(rows), before)


@pytest.mark.parametrize("settings", [{"rate": 0}, {"penalty": -1}, {"iterations": 0}, {"leaves": 1}, {"leaf": 0}])
def test_settings_are_checked(settings):
    with pytest.raises(ValueError, match="must be"):
        Lightgbm(**settings)


def test_a_loss_that_draws_gets_other_numbers_in_every_iteration_and_the_same_for_a_seed():
    rows = table()
    first, again, other = (
        fit_tables(strategy_named("equalisation-loss"), Lightgbm(iterations=5), rows, table(50, seed=1), seed, CPU)
        for seed in (0, 0, 1)
    )
    scores = first.scores(rows)
    assert np.array_equal(again.scores(rows), scores)
    assert not np.array_equal(other.scores(rows), scores)
    dice = Dice(torch.Generator().manual_seed(0))
    one, two = dice.uniform(50, 3), dice.uniform(50, 3)
    assert 0 <= one.min() <= one.max() < 1
    assert not torch.equal(one, two)
    assert dice.normal(2, 3).shape == (2, 3)
