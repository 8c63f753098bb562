import numpy as np
import pytest

from longtail.strategies.causal.inverse_propensity import InversePropensity
from longtail.strategies.table import Table


def table_of(y: list[int], propensity: list[float] | None) -> Table:
    n = len(y)
    shown = None if propensity is None else np.array(propensity, np.float32)
    return Table(np.zeros((n, 1), np.float32), np.array(y), 2, (0,), np.ones(n, np.float32), propensity=shown)


def test_weights_by_hand() -> None:
    # 1/.5, 1/.25, 1/.25 over their mean 10/3
    weights = InversePropensity().row_weights(table_of([0, 1, 0], [0.5, 0.25, 0.25]))
    np.testing.assert_allclose(weights, [0.6, 1.2, 1.2], rtol=1e-6)


def test_propensities_below_the_floor_are_clipped() -> None:
    weights = InversePropensity(floor=0.1).row_weights(table_of([0, 0, 0], [0.2, 0.0, 0.05]))
    np.testing.assert_allclose(weights, [0.6, 1.2, 1.2], rtol=1e-6)


def test_weighted_click_rate_is_that_of_showing_all_items_alike() -> None:
    # item a: shown 80 times of 100, clicked 8; item b: 20 times, clicked 10. Shown alike: (.1 + .5) / 2
    y = [1] * 8 + [0] * 72 + [1] * 10 + [0] * 10
    table = table_of(y, [0.8] * 80 + [0.2] * 20)
    assert np.average(table.y, weights=InversePropensity().row_weights(table)) == pytest.approx(0.3, rel=1e-6)


def test_rows_without_propensity_are_named() -> None:
    with pytest.raises(ValueError, match="needs the propensity of every row"):
        InversePropensity().row_weights(table_of([0], None))


def test_reads_only_the_propensity() -> None:
    assert InversePropensity.reads == {"propensity"}
