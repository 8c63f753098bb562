import numpy as np
import pytest
from imblearn.under_sampling import InstanceHardnessThreshold
from sklearn.ensemble import RandomForestClassifier

from longtail.strategies.base import Resources
from longtail.strategies.table import Table
from longtail.strategies.under_sampling.instance_hardness import InstanceHardness


def resampled(table, seed=0, **parameters):
    return InstanceHardness(trees=5, **parameters).resample(table, np.random.default_rng(seed), Resources())


def test_rows_are_those_of_imblearn_with_the_same_seed(make_table):
    table = make_table((300, 130, 12), (0, 0, 4))
    seed = int(np.random.default_rng(3).integers(2**31))
    sampler = InstanceHardnessThreshold(
        estimator=RandomForestClassifier(5, random_state=seed),
        sampling_strategy={0: 60, 1: 39},
        random_state=seed,
        cv=4,
    )
    sampler.fit_resample(table.one_hot(), table.y)
    rows = resampled(table, 3, folds=4)
    assert rows.group.tolist() == sampler.sample_indices_.tolist()
    assert rows.counts[2] == 12
    assert 60 <= rows.counts[0] < 300


def test_rows_that_look_like_another_class_go_first():
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.normal(0, 1, 180), rng.normal(9, 1, 20), rng.normal(9, 1, 18)]).astype(np.float32)
    y = np.array([0] * 200 + [1] * 18)
    table = Table(x[:, None], y, 2, (0,), np.ones(218, np.float32))
    rows = resampled(table, strength=0.044)  # 200^.956 18^.044 is 180
    assert rows.counts[1] == 18
    assert 180 <= rows.counts[0] <= 183  # equally likely ones stay together
    assert (rows.x[rows.y == 0] > 5).sum() <= 3  # of 20


def test_gaps_and_single_rows_among_classes_are_no_hindrance(make_table):
    table = make_table((300, 0, 40, 1, 3))
    rows = resampled(table)
    assert rows.counts[[1, 2, 3, 4]].tolist() == [0, rows.counts[2], 1, 3]
    assert 55 <= rows.counts[0] < 300
    assert len(np.unique(rows.group)) == len(rows)


def test_it_says_why_it_does_not_work(make_table):
    assert "two classes of 2 rows" in str(InstanceHardness().why_skip(make_table((300, 1)).profile))
    assert "nothing would be removed" in str(InstanceHardness().why_skip(make_table((90, 90)).profile))


@pytest.mark.parametrize("parameters", [{"folds": 1}, {"trees": 0}, {"floor": 0}, {"strength": 0}])
def test_impossible_parameters_are_refused(parameters):
    with pytest.raises(ValueError, match=f"{next(iter(parameters))} must be"):
        InstanceHardness(**parameters)
