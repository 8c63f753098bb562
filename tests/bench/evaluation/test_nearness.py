from dataclasses import replace

import numpy as np
import pytest

from longtail.bench.evaluation import nearness as module
from longtail.bench.evaluation.nearness import Nearness, added, nearness, nearness_of_added
from longtail.strategies.table import Table


def table(x, y, cardinalities=(0, 3)):
    rows = np.array(x, np.float32)
    return Table(rows, np.array(y), 2, cardinalities, np.ones(len(rows), np.float32))


def test_distances_by_hand():
    # numbers -1, 1, 3: a standard deviation of sqrt(8/3)
    real = table([[-1, 0], [1, 0], [3, 1]], [0, 0, 0])
    made = table([[-1, 0], [2, 0], [3, 2]], [0, 0, 0])
    scale = np.sqrt(8 / 3)
    found = nearness(real, made)
    # drawn: 0; half of 1/scale; half of a code. Real: 2/scale to each other within a code; the third differs in both
    assert found.drawn == pytest.approx(np.median([0, 0.5 / scale, 0.5]))
    assert found.real == pytest.approx(np.median([1 / scale, 1 / scale, 0.5 * (2 / scale + 1)]))
    assert found.copies == pytest.approx(1 / 3)


def test_copies_have_a_ratio_of_zero_and_fresh_rows_one_of_about_one():
    rng = np.random.default_rng(0)
    real, fresh = (table(np.stack([rng.normal(size=400), rng.integers(3, size=400)], 1), [1] * 400) for _ in range(2))
    copied = nearness(real, real.take(rng.integers(400, size=900)))
    assert copied.copies == 1
    assert copied.ratio == 0
    own = nearness(real, fresh)
    assert own.copies == 0
    assert own.ratio == pytest.approx(1, abs=0.25)


def test_rows_are_held_against_those_of_their_class():
    real = table([[0, 0], [1, 0], [50, 1], [51, 1]], [0, 0, 1, 1])
    assert nearness(real, table([[50, 1]], [0])).copies == 0
    assert nearness(real, table([[50, 1]], [1])).copies == 1


def test_real_rows_that_repeat_each_other():
    assert Nearness(0.0, 0.0, 1.0).ratio == 1
    assert Nearness(0.2, 0.0, 0.0).ratio == float("inf")


def test_there_must_be_something_to_compare():
    real = table([[0, 0], [1, 0]], [0, 0])
    with pytest.raises(ValueError, match="two real rows or more"):
        nearness(real, table([[0, 0]], [1]))


def test_classes_weigh_among_real_rows_as_among_drawn_ones():
    # class 0: four rows 1 apart; class 1: two rows 8 apart. Three drawn rows of four are of class 1
    real = table([[0, 0], [1, 0], [2, 0], [3, 0], [100, 0], [108, 0]], [0, 0, 0, 0, 1, 1])
    made = table([[0.5, 0], [101, 0], [101, 0], [101, 0]], [0, 1, 1, 1])
    scale = real.x[:, 0].std(dtype=np.float64)
    found = nearness(real, made)
    assert found.real == pytest.approx(8 / scale / 2)  # over both columns; the median of the six rows is 1
    assert found.drawn == pytest.approx(1 / scale / 2)
    # half of the weight on either side: half way between them
    halved = nearness(real, table([[0.5, 0], [101, 0]], [0, 1]))
    assert halved.real == pytest.approx((1 + 8) / 2 / scale / 2)


def test_distances_are_those_of_plain_loops():
    rng = np.random.default_rng(3)
    cardinalities = (0, 4, 0, 3)

    def drawn(n):
        x = [rng.integers(c, size=n) if c else rng.normal(size=n) for c in cardinalities]
        return table(np.stack(x, 1), np.zeros(n, np.int64), cardinalities)

    real, made = drawn(60), drawn(90)

    def apart(a, b):
        parts = [float(a[i] != b[i]) if c else abs(float(a[i]) - float(b[i])) / scale[i] for i, c in columns]
        return sum(parts) / len(parts)

    columns, scale = list(enumerate(cardinalities)), real.x.std(axis=0, dtype=np.float64)
    found = nearness(real, made)
    assert found.drawn == pytest.approx(np.median([min(apart(a, b) for b in real.x) for a in made.x]))
    own = [min(apart(a, b) for j, b in enumerate(real.x) if j != i) for i, a in enumerate(real.x)]
    assert found.real == pytest.approx(np.median(own))


def test_where_there_are_many_rows_fewer_are_looked_at_and_copies_still_show(monkeypatch):
    rng = np.random.default_rng(0)
    real, fresh = (table(np.stack([rng.normal(size=3000), np.zeros(3000)], 1), [0] * 3000) for _ in range(2))
    whole = nearness(real, fresh)
    monkeypatch.setattr(module, "CELLS", 1)
    monkeypatch.setattr(module, "LEAST", 200)
    few = nearness(real, fresh)
    assert few == nearness(real, fresh)
    assert few.real != whole.real
    assert few.ratio == pytest.approx(whole.ratio, abs=0.4)
    assert nearness(real, real.take(rng.integers(3000, size=5000))).copies == 1


def test_added_rows_are_those_that_were_not_there_or_not_as_often():
    before = table([[0, 0], [1, 0], [1, 0], [2, 1]], [0, 0, 0, 1])
    #               moved   repeated          new      of another class   as before
    after = table([[2, 1], [0, 0], [0, 0], [5, 0], [2, 1], [1, 0], [1, 0]], [1, 0, 0, 0, 0, 0, 0])
    assert added(before, after).tolist() == [2, 3, 4]
    assert added(before, before.take(np.array([3, 1, 0]))).tolist() == []
    assert added(before, before).tolist() == []


def test_real_rows_from_elsewhere_are_not_drawn_ones():
    rows = table([[0, 0], [1, 0]], [0, 0])
    pool = table([[7, 1], [8, 1]], [0, 0])
    after = rows.plus(rows.drawn(np.array([[8, 1], [9, 2]]), np.array([1, 0])))
    for field in ("unlabelled", "source"):
        assert added(replace(rows, **{field: pool}), after).tolist() == [3]


def test_rows_that_can_not_be_compared_have_no_nearness():
    real = table([[0, 0], [1, 0], [2, 0]], [0, 0, 1])
    assert nearness_of_added(real, real, real.take(np.array([0, 1]))) is None
    # the only real row of class 1 has no other
    assert nearness_of_added(real, real, real.plus(real.take(np.array([2])))) is None
    assert nearness_of_added(real, real, real.plus(real.take(np.array([0, 2])))) == Nearness(
        0.0, pytest.approx(0.5 / real.x[:, 0].std(dtype=np.float64)), 1.0
    )
