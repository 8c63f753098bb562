from dataclasses import replace

import numpy as np
import pytest
import torch

from longtail.strategies.base import Resources
from longtail.strategies.generative import conditional_gan
from longtail.strategies.generative.conditional_gan import ConditionalGan
from longtail.strategies.table import Table

QUICK = {"steps": 3, "width": 16, "batch": 16}


def resampled(table, seed=0, **parameters):
    return ConditionalGan(**parameters).resample(table, np.random.default_rng(seed), Resources())


def mixture(common, rare, seed):
    """The class shifts a number; in the rare one two numbers run against each other; a code follows the number."""
    rng = np.random.default_rng(seed)
    y = np.repeat([0, 1], (common, rare))
    first = rng.normal(size=len(y))
    second = np.where(y == 1, -0.8, 0.8) * first + 0.6 * rng.normal(size=len(y))
    likely = np.where(first > 0, 0, 3)
    code = np.where(rng.random(len(y)) < 0.6, likely, rng.integers(4, size=len(y)))
    income = rng.lognormal(size=len(y)) * (1 + y)
    x = np.stack([first + 2 * y, second, code, income, np.full(len(y), 7)], 1).astype(np.float32)
    return Table(x, y, 2, (0, 0, 4, 0, 0), np.ones(len(y), np.float32))


@pytest.fixture(scope="module")
def drawn():
    table = mixture(3000, 300, 0)
    return resampled(table, 1, strength=1.0).x[len(table) :]


def test_margins_of_the_class_are_learnt(drawn):
    truth = mixture(1, 20_000, 5).x[1:]
    assert drawn[:, 0].mean() == pytest.approx(truth[:, 0].mean(), abs=0.35)
    assert drawn[:, 0].std() == pytest.approx(truth[:, 0].std(), abs=0.35)
    for quantile in (0.25, 0.5, 0.75):
        ratio = np.quantile(drawn[:, 3], quantile) / np.quantile(truth[:, 3], quantile)
        assert 0.6 < ratio < 1.6
    shares, expected = (np.bincount(x[:, 2].astype(int), minlength=4) / len(x) for x in (drawn, truth))
    assert np.abs(shares - expected).max() < 0.12


def test_columns_hang_together_as_in_the_class(drawn):
    # in the frequent class the two numbers run together: +.8; margins alone would give 0
    assert np.corrcoef(drawn[:, 0], drawn[:, 1])[0, 1] < -0.4
    above = drawn[:, 0] > 2
    assert (drawn[above, 2] == 0).mean() > (drawn[~above, 2] == 0).mean() + 0.2


def test_a_constant_column_stays_constant(drawn):
    assert (drawn[:, 4] == 7).all()


def test_each_class_reaches_its_goal_and_old_rows_stay(make_table):
    table = make_table((200, 6, 5, 4, 0))
    rows = resampled(table, **QUICK)
    assert rows.counts.tolist() == [200, 35, 32, 4, 0]  # 4 rows are too few to learn from
    assert (rows.x[:215] == table.x).all()
    assert (rows.weight[:215] == table.weight).all()


@pytest.mark.parametrize("cardinalities", [(0, 0), (3, 90), (0, 4, 90, 0)])
def test_values_and_codes_are_ones_that_were_observed(make_table, cardinalities):
    table = make_table((300, 12, 9), cardinalities)
    rows = resampled(table, codes=5, **QUICK)
    assert rows.counts.tolist() == [300, 60, 52]
    for column in range(len(cardinalities)):
        assert set(rows.x[321:, column]) <= set(table.x[:, column])


def test_the_same_seed_gives_the_same_rows_and_another_gives_others(make_table):
    table = make_table((200, 9))
    first, second, third = (resampled(table, seed, **QUICK) for seed in (1, 1, 2))
    assert (first.x == second.x).all()
    assert not (first.x == third.x).all()


def test_global_random_numbers_are_neither_used_nor_changed(make_table):
    torch.manual_seed(0)
    before = torch.get_rng_state()
    first = resampled(make_table((200, 9)), **QUICK)
    assert (torch.get_rng_state() == before).all()
    torch.manual_seed(1)
    assert (resampled(make_table((200, 9)), **QUICK).x == first.x).all()


def test_it_learns_from_no_more_rows_than_the_cap(make_table, monkeypatch):
    seen = []
    columns_of = conditional_gan.columns_of

    def spy(table, most):
        seen.append(table.counts.tolist())
        return columns_of(table, most)

    monkeypatch.setattr(conditional_gan, "columns_of", spy)
    resampled(make_table((500, 60, 20, 3)), rows=100, **QUICK)
    assert seen == [[40, 40, 20, 0]]


def test_codes_far_apart_and_numbers_without_bound_give_no_nan(make_table):
    table = make_table((200, 9), (0, 4))
    wild = replace(table, x=np.where(table.categorical, table.x, table.x * np.float32(1e30)))
    assert np.isfinite(resampled(wild, **QUICK).x).all()


def test_it_says_why_it_has_nothing_to_do(make_table):
    assert "5 rows or more" in str(ConditionalGan().why_skip(make_table((200, 4)).profile))
    assert ConditionalGan().why_skip(make_table((200, 5)).profile) is None


@pytest.mark.parametrize(
    "parameters", [{"strength": 0}, {"rows": 0}, {"steps": 0.5}, {"least": 1}, {"penalty": -1}, {"temperature": 0}]
)
def test_impossible_parameters_are_refused(parameters):
    with pytest.raises(ValueError, match=f"{next(iter(parameters))} must be"):
        ConditionalGan(**parameters)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_a_gpu_draws_rows_of_the_same_kind(make_table):
    table = make_table((200, 9))
    rows = ConditionalGan(**QUICK).resample(table, np.random.default_rng(0), Resources(torch.device("cuda")))
    assert rows.counts.tolist() == resampled(table, **QUICK).counts.tolist()
