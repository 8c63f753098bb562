import numpy as np
import pytest

from longtail.strategies.mechanisms.interpolated_rows import by_neighbours, grown


class Sampler:
    """Repeats the first row of each class, unless told to fail for it."""

    def __init__(self, goals, k, failing=""):
        self.goals, self.k, self.failing = goals, k, failing

    def fit_resample(self, x, y):
        if self.failing:
            raise ValueError(self.failing)
        new = [np.full(goal - (y == c).sum(), c) for c, goal in self.goals.items()]
        labels = np.concatenate(new)
        first = [np.flatnonzero(y == c)[0] for c in labels]
        return np.concatenate([x, x[first]]), np.concatenate([y, labels])


def test_a_class_looks_at_as_many_neighbours_as_it_has_and_never_at_more_than_asked():
    counts = np.array([100, 3, 20, 2, 6])
    assert by_neighbours({1: 10, 2: 30, 3: 10, 4: 10}, counts, 5) == [
        (1, {3: 10}),
        (2, {1: 10}),
        (5, {2: 30, 4: 10}),
    ]


def test_a_new_rows_category_is_the_one_with_the_largest_value(make_table):
    table = make_table((3,), (0, 3, 2))
    wide = np.array([[0.7, 0.2, 0.5, 0.3, 0.9, 0.1], [-2, 0.5, 0.5, 0, 0.4, 0.6]])
    assert table.from_one_hot(wide).tolist() == [[np.float32(0.7), 1, 0], [-2, 0, 1]]


def test_the_encoding_and_back_changes_nothing(make_table):
    table = make_table((40, 8), (0, 3, 0, 5))
    assert (table.from_one_hot(table.one_hot()) == table.x).all()


def test_new_rows_come_after_the_old_ones(make_table):
    table = make_table((50, 4, 3), (0, 3))
    rows = grown(table, {1: 6, 2: 5}, 5, Sampler)
    assert (rows.x[:57] == table.x).all()
    assert rows.counts.tolist() == [50, 6, 5]
    for c in (1, 2):
        assert (rows.x[57:][rows.y[57:] == c] == table.x[table.y == c][0]).all()


def test_a_hopeless_class_stays_as_it_is_and_the_others_grow(make_table):
    table = make_table((50, 4, 3))

    def sampler(goals, k):
        return Sampler(goals, k, "there is no hope for it" if 1 in goals else "")

    assert grown(table, {1: 6, 2: 5}, 5, sampler, ("no hope",)).counts.tolist() == [50, 4, 5]
    assert grown(table, {1: 6, 2: 5}, 1, sampler, ("no hope",)).counts.tolist() == [50, 4, 5]
    with pytest.raises(ValueError, match="no hope"):
        grown(table, {1: 6, 2: 5}, 5, sampler, ("another text",))


@pytest.mark.parametrize(
    ("failing", "single", "calls"),
    [
        (None, False, [[3], [1, 2]]),
        (2, False, [[3], [1, 2], [1], [2]]),  # together they give nothing
        (None, True, [[3], [1], [2]]),
    ],
)
def test_classes_of_as_many_neighbours_are_given_together_until_one_is_hopeless(make_table, failing, single, calls):
    table, met = make_table((50, 5, 40, 4)), []

    def sampler(goals, k):
        met.append(list(goals))
        return Sampler(goals, k, "no hope" if failing in goals else "")

    rows = grown(table, {1: 9, 2: 45, 3: 7}, 4, sampler, ("no hope",), single=single)
    assert met == calls
    assert rows.counts.tolist() == [50, 9, 40 if failing else 45, 7]
