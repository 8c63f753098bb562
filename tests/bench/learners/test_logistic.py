import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression

from longtail.bench.learners.logistic import Logistic
from longtail.bench.training.learner import Costs, Task
from longtail.strategies.base import Strategy
from longtail.strategies.table import Table


def table(cardinalities=(0, 4), n=300, seed=0):
    rng = np.random.default_rng(seed)
    columns = [rng.integers(c, size=n) if c else rng.normal(size=n) for c in cardinalities]
    x = np.stack(columns, axis=1).astype(np.float32)
    y = (x[:, 0] + rng.normal(size=n) > 0.5).astype(np.int64)
    return Table(x, y, 2, cardinalities, rng.uniform(0.5, 2, n).astype(np.float32))


def fit(learner, rows):
    costs = Costs()
    return learner.fit(rows, Task(Strategy(), rows, 0, 0, len(rows), torch.device("cpu")), costs), costs


@pytest.mark.parametrize("cardinalities", [(0, 4), (0, 400)])
def test_equals_scikit_learn_on_indicators(cardinalities):
    rows = table(cardinalities)
    model, costs = fit(Logistic(C=0.3), rows)
    alone = LogisticRegression(C=0.3, max_iter=300).fit(rows.one_hot(), rows.y, rows.weight)
    np.testing.assert_allclose(np.exp(model.scores(rows)), alone.predict_proba(rows.one_hot()), atol=2e-3)
    assert costs.unconverged == 0
    assert costs.optimiser_steps > 1


def test_fit_that_stops_at_its_limit_is_counted_not_hidden():
    model, costs = fit(Logistic(iterations=1), table())
    assert costs.unconverged == 1
    assert costs.optimiser_steps == 1
    assert np.isfinite(model.scores(table())).all()


@pytest.mark.parametrize(("settings", "sentence"), [({"C": 0}, "C must be above 0"), ({"iterations": 0}, "iterations")])
def test_settings_are_checked(settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        Logistic(**settings)
