import numpy as np
import pytest
from imblearn.over_sampling import SVMSMOTE
from sklearn.svm import SVC

from longtail.strategies.base import Resources
from longtail.strategies.over_sampling.svm_smote import SvmSmote
from longtail.strategies.table import Table


def resampled(table, seed=0, **parameters):
    return SvmSmote(**parameters).resample(table, np.random.default_rng(seed), Resources())


@pytest.mark.parametrize("cardinalities", [(0, 0, 0), (0, 4, 0)])
@pytest.mark.parametrize(
    ("counts", "goals"), [((200, 200, 12), {2: 49}), ((200, 50, 12), {1: 100, 2: 49}), ((18, 200, 60), {0: 60, 2: 110})]
)
def test_rows_are_those_of_imblearn_with_the_same_seed(make_table, cardinalities, counts, goals):
    table = make_table(counts, cardinalities)
    seed = int(np.random.default_rng(7).integers(2**31))
    sampler = SVMSMOTE(sampling_strategy=goals, random_state=seed, svm_estimator=SVC(C=3.0), out_step=0.3)
    x, y = sampler.fit_resample(table.one_hot(), table.y)
    rows = resampled(table, 7, penalty=3.0, step=0.3)
    assert len(rows) > len(table)
    assert (rows.x == table.from_one_hot(x)).all()
    assert (rows.y == y).all()


def test_a_class_that_is_all_noise_stays_as_it_is():
    # each of two rare rows lies amid frequent ones; the third class is apart and grows
    grid = np.stack(np.meshgrid(np.arange(12.0), np.arange(12.0)), -1).reshape(-1, 2)
    x = np.concatenate([grid, [[2.5, 2.5], [8.5, 8.5]], np.random.default_rng(0).normal(30, 1, (6, 2))])
    y = np.array([0] * 144 + [1] * 2 + [2] * 6)
    table = Table(x.astype(np.float32), y, 3, (0, 0), np.ones(len(y), np.float32))
    counts = resampled(table, m_neighbors=5).counts
    assert counts[:2].tolist() == [144, 2]
    assert 6 < counts[2] <= 29


def test_rare_classes_take_the_neighbours_that_they_have(make_table):
    counts = resampled(make_table((300, 3, 2, 1, 0)), m_neighbors=1000).counts
    assert counts[[0, 3, 4]].tolist() == [300, 1, 0]


def test_it_says_why_it_has_nothing_to_do(make_table):
    assert "nothing would be added" in str(SvmSmote().why_skip(make_table((200, 200)).profile))


@pytest.mark.parametrize("parameters", [{"penalty": 0}, {"step": 1.0}, {"k_neighbors": 0}, {"m_neighbors": 0.5}])
def test_impossible_parameters_are_refused(parameters):
    with pytest.raises(ValueError, match=f"{next(iter(parameters))} must be"):
        SvmSmote(**parameters)
