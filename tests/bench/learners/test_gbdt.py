import numpy as np
import pytest
import torch
from sklearn.ensemble import HistGradientBoostingClassifier

from longtail.bench.learners.gbdt import Gbdt
from longtail.bench.seeds import seed_for
from longtail.bench.training.learner import Costs, Task
from longtail.strategies.base import Strategy
from longtail.strategies.table import Profile, Table


def profile(classes):
    return Profile(np.full(classes, 5), np.full(classes, 5.0), (0,), frozenset())


def table(n=400, seed=0):
    rng = np.random.default_rng(seed)
    x = np.stack([rng.normal(size=n), rng.integers(9, size=n)], axis=1).astype(np.float32)
    y = (x[:, 0] + (x[:, 1] == 3) > 0.7).astype(np.int64)
    return Table(x, y, 2, (0, 9), np.ones(n, np.float32))


def test_more_than_ten_classes_are_skipped_with_a_sentence():
    assert Gbdt().why_skip(profile(10)) is None
    assert "on at most 10 classes; these rows have 11" in (Gbdt().why_skip(profile(11)) or "")


def test_equals_scikit_learn_with_native_categories():
    rows, costs = table(), Costs()
    task = Task(Strategy(), rows, 3, 2, len(rows), torch.device("cpu"))
    model = Gbdt(iterations=20).fit(rows, task, costs)
    seed = int(seed_for(3, "weights", 2).generate_state(1)[0])
    alone = HistGradientBoostingClassifier(
        max_iter=20, categorical_features=[1], early_stopping=False, random_state=seed
    ).fit(rows.x, rows.y)
    np.testing.assert_allclose(np.exp(model.scores(rows)), alone.predict_proba(rows.x), atol=2e-6)
    assert costs.optimiser_steps == 20


def test_without_native_categories_codes_are_cut_like_numbers():
    rows = table()
    task = Task(Strategy(), rows, 3, 2, len(rows), torch.device("cpu"))
    model = Gbdt(iterations=20, native=False).fit(rows, task, Costs())
    alone = HistGradientBoostingClassifier(max_iter=20, early_stopping=False).fit(rows.x, rows.y)
    np.testing.assert_allclose(np.exp(model.scores(rows)), alone.predict_proba(rows.x), atol=2e-6)


@pytest.mark.parametrize("settings", [{"rate": 0}, {"iterations": 0}, {"leaves": 1}, {"leaf": 0}, {"penalty": -1}])
def test_settings_are_checked(settings):
    with pytest.raises(ValueError, match=r"must be|leaves"):
        Gbdt(**settings)
