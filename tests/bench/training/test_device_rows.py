import numpy as np
import pytest
import torch

from longtail.bench.errors import TrainingError
from longtail.bench.training.device_rows import DeviceRows, RowOrder
from longtail.strategies.table import Table

CPU = torch.device("cpu")


@pytest.fixture
def table():
    x = np.array([[0.5, 1, 9], [1.5, 0, 8], [2.5, 2, 7], [3.5, 1, 6]], np.float32)
    return Table(x, np.array([1, 0, 1, 2]), 4, (0, 3, 0), np.arange(4, dtype=np.float32), group=np.array([3, 2, 1, 0]))


def order(rows, seed=0):
    return RowOrder(rows, torch.Generator().manual_seed(seed))


def test_numbers_and_codes_are_apart(table):
    rows = DeviceRows.of(table, CPU)
    assert rows.x[0].tolist() == [[0.5, 9], [1.5, 8], [2.5, 7], [3.5, 6]]
    assert rows.x[1].tolist() == [[1], [0], [2], [1]]
    assert rows.counts.tolist() == [1, 2, 1, 0]
    assert len(rows) == 4


def test_batch_has_the_rows_asked_for(table):
    batch = DeviceRows.of(table, CPU).take(torch.tensor([3, 0]))
    assert batch.x[0].tolist() == [[3.5, 6], [0.5, 9]]
    assert batch.x[1].tolist() == [[1], [1]]
    assert batch.y.tolist() == [2, 1]
    assert batch.weight.tolist() == [3, 0]
    assert batch.group.tolist() == [0, 3]


def test_passes_meet_every_row_equally_often(table):
    stream = order(DeviceRows.of(table, CPU))
    met = torch.cat([stream.drawn(3, None) for _ in range(8)])
    assert torch.bincount(met).tolist() == [6, 6, 6, 6]
    for first in range(0, 24, 4):
        assert sorted(met[first : first + 4].tolist()) == [0, 1, 2, 3]


def test_passes_do_not_depend_on_how_many_are_asked_for(table):
    rows = DeviceRows.of(table, CPU)
    parts, whole = order(rows), order(rows)
    assert torch.cat([parts.drawn(5, None), parts.drawn(7, None)]).tolist() == whole.drawn(12, None).tolist()


def test_draw_by_class_has_its_frequencies(table):
    rows = DeviceRows.of(table, CPU)
    drawn = order(rows).drawn(20_000, torch.tensor([0.5, 0.3, 0.2, 0.0]))
    share = torch.bincount(rows.y[drawn], minlength=4) / 20_000
    np.testing.assert_allclose(share, [0.5, 0.3, 0.2, 0], atol=0.02)
    both = torch.bincount(drawn, minlength=4)[[0, 2]]  # the two rows of class 1 share its draws
    assert abs(int(both[0] - both[1])) < 400


def test_class_without_rows_is_never_drawn(table):
    rows = DeviceRows.of(table, CPU)
    assert set(rows.y[order(rows).drawn(500, torch.full((4,), 0.25))].tolist()) == {0, 1, 2}


@pytest.mark.parametrize("classes", [[0.0, 0, 0, 1], [float("nan"), 1, 1, 1]])
def test_impossible_draw_is_refused(table, classes):
    with pytest.raises(TrainingError, match="must be finite and not all 0"):
        order(DeviceRows.of(table, CPU)).drawn(2, torch.tensor(classes))
