from itertools import pairwise

import numpy as np
import pytest

from longtail.strategies.ensembles.self_paced_ensemble import SelfPacedEnsemble, bin_of, bin_sizes


class Sure:
    """A model that is as sure of a row's class 0 as the row's first number says."""

    def scores(self, table):
        p = np.clip(table.x[:, 0], 1e-6, 1 - 1e-6)
        return np.log(np.stack([p, 1 - p], 1)).astype(np.float32)


def clear_table(make_table, counts):
    """First numbers even between 0 and 1 among rows of class 0."""
    table = make_table(counts, (0, 0))
    table.x[:, 0] = np.random.default_rng(1).random(len(table))
    return table


@pytest.mark.parametrize(("pace", "sizes"), [(0.0, [9, 1]), (0.5, [6, 4]), (1.0, [5, 5])])
def test_shares_of_bins_by_hand(pace, sizes):
    # mean hardness .1 and .9. pace 0: 10 to 1.11 is .9 to .1; pace .5: 1/1.1 to 1/1.9 is .633 to .367; pace 1: alike
    assert bin_sizes(np.array([0.0, 0.2, 0.8, 1.0]), 2, 10, pace).tolist() == sizes


def test_empty_bins_get_nothing_and_all_is_drawn():
    sizes = bin_sizes(np.array([0.0, 0.05, 0.95, 1.0]), 10, 37, 0.3)
    assert sizes.sum() == 37
    assert (sizes[1:-1] == 0).all()


def test_bins_are_of_one_width():
    assert bin_of(np.array([0.2, 0.39, 0.41, 0.61, 1.2]), 5).tolist() == [0, 0, 1, 2, 4]
    assert bin_of(np.full(3, 0.7), 5).tolist() == [0, 0, 0]


def test_members_meet_all_rare_rows_and_as_many_of_the_others(make_table):
    table, met = clear_table(make_table, (400, 30)), []

    def fit(rows, *, member=0):
        met.append((member, rows))
        return Sure()

    SelfPacedEnsemble(members=6, strength=1.0, floor=1).assemble(table, fit, np.random.default_rng(0))
    assert [member for member, _ in met] == list(range(6))
    for _, rows in met:
        assert rows.counts.tolist() == [30, 30]
        assert set(rows.group[rows.y == 1]) == set(table.group[table.y == 1])
        np.testing.assert_array_equal(rows.x, table.x[rows.group])


def test_bins_are_met_in_the_shares_of_their_hardness(make_table):
    table, met = clear_table(make_table, (4000, 200)), []

    def fit(rows, *, member=0):
        met.append(rows.x[rows.y == 0, 0].astype(np.float64))
        return Sure()

    SelfPacedEnsemble(members=5, bins=4, strength=1.0, floor=1).assemble(table, fit, np.random.default_rng(0))
    hardness = 1 - table.x[table.y == 0, 0].astype(np.float64)
    for member, easy in enumerate(met[1:], 1):
        edges = np.linspace(hardness.min(), hardness.max(), 5)
        held = np.histogram(1 - easy, edges)[0]
        mean = np.array([hardness[(hardness >= a) & (hardness <= b)].mean() for a, b in pairwise(edges)])
        expected = 1 / (mean + np.tan(np.pi / 2 * member / 4))
        np.testing.assert_allclose(held, 200 * expected / expected.sum(), atol=2)


def test_the_first_member_draws_at_random_and_harder_rows_come_later(make_table):
    table, met = clear_table(make_table, (4000, 200)), []

    def fit(rows, *, member=0):
        met.append(1 - rows.x[rows.y == 0, 0].mean())
        return Sure()

    SelfPacedEnsemble(members=5, strength=1.0, floor=1).assemble(table, fit, np.random.default_rng(0))
    assert met[0] == pytest.approx(0.5, abs=0.06)
    assert met[1] < met[2] < met[3] < met[4]


def test_it_says_why_it_has_nothing_to_do(make_table):
    assert "nothing would be removed" in str(SelfPacedEnsemble().why_skip(make_table((9, 9)).profile))
    assert "two classes" in str(SelfPacedEnsemble().why_skip(make_table((90, 0)).profile))


@pytest.mark.parametrize("parameters", [{"members": 0}, {"bins": 0}, {"strength": 0}, {"floor": 0}])
def test_impossible_parameters_are_refused(parameters):
    with pytest.raises(ValueError, match=f"{next(iter(parameters))} must be"):
        SelfPacedEnsemble(**parameters)
