import numpy as np
import pytest

from longtail.strategies.ensembles.bagging import Bagging, bootstrap


class Told:
    """A model that says how often class 0 came up in its rows."""

    def __init__(self, table):
        self.share = (table.y == 0).mean()

    def scores(self, table):
        return np.log(np.tile([self.share, 1 - self.share], (len(table), 1))).astype(np.float32)


def test_the_scores_are_the_mean_of_members_fitted_on_bootstraps(make_table):
    table, met = make_table((30, 20)), []

    def fit(rows, *, member=0):
        met.append((member, rows))
        return Told(rows)

    model = Bagging(members=4).assemble(table, fit, np.random.default_rng(0))
    rng = np.random.default_rng(0)
    expected = []
    for member, rows in met:
        drawn = np.sort(rng.integers(50, size=50))
        assert (rows.group == drawn).all()
        assert (rows.x == table.x[drawn]).all()
        assert (rows.weight == table.weight[drawn]).all()
        expected.append((table.y[drawn] == 0).mean())
        assert member == len(expected) - 1
    np.testing.assert_allclose(np.exp(model.scores(table))[0, 0], np.mean(expected), rtol=1e-6)


def test_a_bootstrap_holds_two_thirds_of_the_rows(make_table):
    rows = bootstrap(make_table((4000, 4000)), np.random.default_rng(0))
    assert len(rows) == 8000
    assert len(np.unique(rows)) / 8000 == pytest.approx(1 - np.exp(-1), abs=0.02)


def test_a_bootstrap_never_holds_one_class_only(make_table):
    table, rng = make_table((60, 1)), np.random.default_rng(0)
    plain = [np.ptp(table.y[rng.integers(61, size=61)]) for _ in range(50)]
    assert min(plain) == 0  # a third of plain draws would
    assert all(np.ptp(table.y[bootstrap(table, rng)]) for _ in range(50))


def test_one_class_is_skipped_with_a_reason(make_table):
    assert Bagging().why_skip(make_table((9, 0)).profile) == "a bootstrap needs rows of two classes"


def test_no_members_are_refused():
    with pytest.raises(ValueError, match="members must be a whole number of 1 or more, got 0"):
        Bagging(members=0)
