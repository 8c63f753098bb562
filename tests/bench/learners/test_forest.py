import numpy as np
import pytest
import torch
from sklearn.ensemble import RandomForestClassifier

from longtail.bench.learners.forest import Forest
from longtail.bench.seeds import seed_for
from longtail.bench.training.learner import Costs, Task
from longtail.strategies.base import Strategy
from longtail.strategies.table import Table


def test_equals_scikit_learn_on_codes():
    rng = np.random.default_rng(0)
    x = np.stack([rng.normal(size=200), rng.integers(9, size=200)], axis=1).astype(np.float32)
    rows = Table(x, (x[:, 0] > 0.5).astype(np.int64), 2, (0, 9), rng.uniform(0.5, 2, 200).astype(np.float32))
    task = Task(Strategy(), rows, 1, 4, 200, torch.device("cpu"))
    model = Forest(trees=7, leaf=3).fit(rows, task, Costs())
    seed = int(seed_for(1, "weights", 4).generate_state(1)[0])
    alone = RandomForestClassifier(7, min_samples_leaf=3, random_state=seed).fit(x, rows.y, rows.weight)
    expected = alone.predict_proba(x)
    np.testing.assert_allclose(np.exp(model.scores(rows)), expected, atol=1e-5)


@pytest.mark.parametrize("settings", [{"trees": 0}, {"leaf": 0}])
def test_settings_are_checked(settings):
    with pytest.raises(ValueError, match="must be 1 or more"):
        Forest(**settings)
