import numpy as np
import pytest
import torch
from torch import Tensor

from longtail.strategies.augmentation.cutmix import Cutmix
from longtail.strategies.base import Strategy, row_losses
from longtail.strategies.network import Batch, Moment, Rng
from longtail.strategies.table import Profile


def at(uniform: Tensor) -> Moment:
    return Moment(0.5, torch.tensor([3.0, 1.0]), torch.zeros(0, 2), Rng(uniform, torch.zeros(0)))


def test_cells_and_labels_by_hand() -> None:
    # alpha 1: lambda .6 of 4 cells keeps round(2.4) = 2. The first row's numbers order its columns as 1, 3, 0, 2:
    # places 0 and 1, which are taken from the other row, are held by the third and the first; the second row is left
    uniform = torch.tensor([0.6, 0.6, 0.2, 0.7, 0.5, 0.1, 0.9, 0.3, 0.1, 0.2, 0.3, 0.4])
    batch = Batch((torch.tensor([[1.0] * 3, [2.0] * 3]), torch.tensor([[1], [2]])), torch.tensor([0, 1]), torch.ones(2))
    mixed = Cutmix().augment(batch, batch, at(uniform))
    assert mixed.x[0].tolist() == [[2, 1, 2], [2, 2, 2]]
    assert mixed.x[1].tolist() == [[1], [2]]
    assert mixed.share is not None
    assert mixed.share.tolist() == [0.5, 1]
    logits = torch.tensor([[1.0, 0.0], [1.0, 0.0]])
    log_p = logits[0].log_softmax(0)
    losses = row_losses(Strategy(), at(torch.zeros(0)))(logits, mixed)
    torch.testing.assert_close(losses, torch.stack([-(log_p[0] + log_p[1]) / 2, -log_p[1]]))


def test_the_label_is_shared_exactly_by_the_cells_kept() -> None:
    source = torch.Generator().manual_seed(0)
    n = 10_000
    batch = Batch((torch.arange(n)[:, None].repeat(1, 7),), torch.arange(n) % 2, torch.ones(n))
    mixed = Cutmix().augment(batch, batch, at(torch.rand(9 * n, generator=source)))
    own = (mixed.x[0] == batch.x[0]).float().mean(1)
    assert mixed.other is not None
    assert torch.equal(mixed.other.y, (torch.arange(n) - 1) % 2)
    assert mixed.share is not None
    torch.testing.assert_close(mixed.share, own)
    # half of the rows are left; of the others lambda is uniform, and .5 / 7 of them round to all seven cells
    assert (own == 1).float().mean().item() == pytest.approx(0.5 + 0.5 * 0.5 / 7, abs=0.015)
    assert own.mean().item() == pytest.approx(0.75, abs=0.01)


def test_a_row_of_one_column_is_skipped() -> None:
    counts = np.array([9, 1])
    assert "one column" in str(Cutmix().why_skip(Profile(counts, counts * 1.0, (0,), frozenset())))
    assert Cutmix().why_skip(Profile(counts, counts * 1.0, (0, 2), frozenset())) is None


@pytest.mark.parametrize(("name", "value"), [("alpha", 0), ("probability", 0)])
def test_parameters_out_of_range_are_named(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"{name} must be .* got {value}"):
        Cutmix(**{name: value})
