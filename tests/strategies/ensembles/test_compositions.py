"""UnderBagging, OverBagging and SMOTEBagging are a resampler and bagging: each member resamples its bootstrap."""

import numpy as np
import pytest
from imblearn.over_sampling import SMOTE, RandomOverSampler
from imblearn.under_sampling import RandomUnderSampler

from longtail.bench.registry import strategy_named
from longtail.strategies.base import Resources


def members(text, table):
    """What each of three members is fitted on, and its bootstrap, with the seed that its resampling draws first."""
    strategy, met = strategy_named(text), []

    class Even:
        def scores(self, rows):
            return np.log(np.full((len(rows), rows.classes), 1 / rows.classes)).astype(np.float32)

    def fit(rows, *, member=0):
        seed = int(np.random.default_rng(member).integers(2**31))
        met.append((strategy.resample(rows, np.random.default_rng(member), Resources()), rows, seed))
        return Even()

    strategy.assemble(table, fit, np.random.default_rng(0))
    bootstraps = [set(rows.group) for _, rows, _ in met]
    assert len(met) == 3
    assert bootstraps[0] != bootstraps[1] != bootstraps[2]
    return met


def test_under_bagging_cuts_every_bootstrap_to_its_smallest_class(make_table):
    for rows, bootstrap, seed in members("random-undersampling(strength=1)+bagging(members=3)", make_table((200, 40))):
        sampler = RandomUnderSampler(random_state=seed)
        x, y = sampler.fit_resample(bootstrap.x, bootstrap.y)
        np.testing.assert_array_equal(rows.x, x)
        np.testing.assert_array_equal(rows.y, y)
        assert rows.counts.tolist() == [bootstrap.counts[1]] * 2


def test_over_bagging_repeats_rows_of_every_bootstrap_up_to_its_largest_class(make_table):
    for rows, bootstrap, seed in members("random-oversampling(strength=1)+bagging(members=3)", make_table((200, 40))):
        x, y = RandomOverSampler(random_state=seed).fit_resample(bootstrap.x, bootstrap.y)
        np.testing.assert_array_equal(rows.x, x)
        np.testing.assert_array_equal(rows.y, y)
        assert rows.counts.tolist() == [bootstrap.counts[0]] * 2


def test_smote_bagging_adds_synthetic_rows_to_every_bootstrap(make_table):
    table = make_table((200, 40), (0, 0))
    for rows, bootstrap, seed in members("smote(strength=1)+bagging(members=3)", table):
        x, y = SMOTE(random_state=seed).fit_resample(bootstrap.x, bootstrap.y)
        np.testing.assert_allclose(rows.x, x, rtol=1e-6)
        np.testing.assert_array_equal(rows.y, y)
        assert rows.counts.tolist() == [bootstrap.counts[0]] * 2


@pytest.mark.parametrize("first", ["random-undersampling", "random-oversampling", "smote"])
def test_they_act_through_both_parts(first):
    assert strategy_named(f"{first}+bagging").acts >= {"assemble", "resample"}
