import numpy as np
import pytest

from longtail.strategies.mechanisms.mode_normalisation import ColumnModes, Modes
from longtail.strategies.table import Table

NONE = np.zeros(0, np.int64)


def rng(seed=0):
    return np.random.default_rng(seed)


def test_two_hills_are_two_modes():
    column = np.concatenate([rng().normal(-5, 0.5, 800), rng(1).normal(3, 1, 1200)]).astype(np.float32)
    modes = Modes.of(column, 10, rng())
    order = np.argsort(modes.means)
    assert modes.means[order] == pytest.approx([-5, 3], abs=0.1)
    assert modes.spreads[order] == pytest.approx([0.5, 1], abs=0.06)
    assert modes.weights[order] == pytest.approx([0.4, 0.6], abs=0.01)


def test_a_normal_column_is_one_mode():
    assert len(Modes.of(rng().normal(size=3000).astype(np.float32), 10, rng()).means) == 1


def test_places_and_modes_by_hand():
    modes = Modes(np.array([0.0, 10.0]), np.array([1.0, 2.0]), np.array([0.5, 0.5]), -2.0, 13.0)
    wide = modes.wide(np.array([1.5, 13.0, -9.0], np.float32))
    np.testing.assert_allclose(wide, [[1.5, 1, 0], [1.5, 0, 1], [-4, 1, 0]])
    np.testing.assert_allclose(modes.back(wide, NONE, rng()), [1.5, 13, -2])  # -4 lies below all that was observed


def test_values_come_back():
    column = rng(3).lognormal(size=500).astype(np.float32)
    modes = Modes.of(column, 10, rng())
    back = modes.back(modes.wide(column), NONE, rng())
    assert np.abs(back - column).max() < 0.3  # but for values over four spreads from their mode
    assert np.median(np.abs(back - column)) < 1e-6


def test_a_number_of_few_values_is_a_choice_among_them():
    x = np.stack(
        [rng().integers(3, size=400) * 1.5, np.full(400, 7), rng().normal(size=400), rng().integers(4, size=400)]
    )
    table = Table(x.T.astype(np.float32), np.zeros(400, np.int64), 1, (0, 0, 0, 4), np.ones(400, np.float32))
    mixture = ColumnModes.of(table, 5, 50, rng())
    assert [type(column).__name__ for column in mixture.columns] == ["Choice", "Choice", "Modes", "Choice"]
    assert mixture.places == [3, 1, 1, 1, 4]
    wide = mixture.wide(table)
    assert wide.shape == (400, 10)
    np.testing.assert_allclose(mixture.back(wide, table.y, rng()), table.x, atol=1e-5)


def test_repeated_values_leave_no_mode_without_a_spread():
    column = np.concatenate([np.zeros(500), rng().normal(size=500)]).astype(np.float32)
    modes = Modes.of(column, 10, rng())
    assert (modes.spreads > 0).all()
    assert np.isfinite(modes.wide(column)).all()
