import numpy as np
import pytest

from longtail.strategies.ensembles.balance_cascade import BalanceCascade, hardest, remaining


class Sure:
    """A model whose log-odds of class 0 are a row's first number."""

    def scores(self, table):
        z = table.x[:, 0].astype(np.float64)
        return np.stack([-np.logaddexp(0, -z), -np.logaddexp(0, z)], 1).astype(np.float32)


def test_rows_that_are_left_by_hand():
    assert [remaining(1000, 10, done) for done in (0, 0.5, 1)] == [1000, 100, 10]


def test_a_member_lets_the_papers_share_of_false_positives_stay():
    # f = (goal / rows)^(1 / (T - 1)) = (16 / 81)^(1/4) = 2/3 with 5 members
    assert [remaining(81, 16, step / 4) for step in range(5)] == [81, 54, 36, 24, 16]


def test_rows_that_look_least_like_their_class_stay():
    scores = np.log(np.array([[0.9, 0.05, 0.05], [0.4, 0.3, 0.3], [0.4, 0.6, 0.0001], [0.7, 0.2, 0.1]], np.float32))
    kept = hardest(scores, np.arange(4), 0, 2, np.random.default_rng(0))
    assert kept.tolist() == [1, 2]


def test_rows_that_cannot_be_told_apart_leave_at_random():
    scores = np.log(np.full((100, 2), 0.5, np.float32))
    kept = hardest(scores, np.arange(100), 0, 50, np.random.default_rng(0))
    assert len(set(kept)) == 50
    assert set(kept) != set(range(50))


def test_what_a_member_is_sure_of_never_comes_back(make_table):
    table, met = make_table((81, 16), (0, 0)), []
    table.x[:, 0] = np.random.default_rng(1).permutation(len(table))

    def fit(rows, *, member=0):
        met.append(rows)
        return Sure()

    BalanceCascade(members=5, strength=1.0, floor=1).assemble(table, fit, np.random.default_rng(0))
    large = np.sort(table.x[table.y == 0, 0])
    for rows, left in zip(met, (81, 54, 36, 24, 16), strict=True):
        assert rows.counts.tolist() == [16, 16]
        assert set(rows.x[rows.y == 0, 0]) <= set(large[:left])  # of these log-odds the lowest are left
        assert set(rows.group[rows.y == 1]) == set(table.group[table.y == 1])


def test_each_large_class_has_its_own_cascade(make_table):
    table, met = make_table((120, 60, 12), (0, 0)), []

    class Even:
        def scores(self, rows):
            return np.log(np.full((len(rows), 3), 1 / 3)).astype(np.float32)

    def fit(rows, *, member=0):
        met.append(rows.counts.tolist())
        return Even()

    BalanceCascade(members=3, strength=1.0, floor=1).assemble(table, fit, np.random.default_rng(0))
    assert met == [[12, 12, 12]] * 3


def test_it_says_why_it_has_nothing_to_do(make_table):
    assert "nothing would be removed" in str(BalanceCascade().why_skip(make_table((9, 9)).profile))
    assert "two classes" in str(BalanceCascade().why_skip(make_table((90, 0)).profile))


@pytest.mark.parametrize("parameters", [{"members": 1}, {"strength": 0}, {"floor": 0}])
def test_impossible_parameters_are_refused(parameters):
    with pytest.raises(ValueError, match=f"{next(iter(parameters))} must be"):
        BalanceCascade(**parameters)
