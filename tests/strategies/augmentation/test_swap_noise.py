import pytest
import torch

from longtail.strategies.augmentation.swap_noise import SwapNoise
from longtail.strategies.network import Batch, Moment, Rng

ROWS = 20_000


def at(source: torch.Generator) -> Moment:
    dice = Rng(torch.rand(8 * ROWS, generator=source), torch.zeros(0))
    return Moment(0.5, torch.tensor([9.0, 1.0]), torch.zeros(0, 2), dice)


def rows(source: torch.Generator) -> Batch:
    number = torch.randn(ROWS, 1, generator=source)
    codes = torch.cat([(number > 0).long(), torch.randint(7, (ROWS, 1), generator=source)], 1)
    return Batch((number, codes), torch.zeros(ROWS, dtype=torch.int64), torch.ones(ROWS))


def test_the_share_of_cells_changes_and_margins_stay() -> None:
    source = torch.Generator().manual_seed(0)
    batch = rows(source)
    numbers, codes = SwapNoise(share=0.15).augment(batch, batch, at(source)).x
    assert (numbers != batch.x[0]).float().mean().item() == pytest.approx(0.15, abs=0.01)
    # a swapped code is another one six times out of seven
    assert (codes[:, 1] != batch.x[1][:, 1]).float().mean().item() == pytest.approx(0.15 * 6 / 7, abs=0.01)
    assert numbers.mean().item() == pytest.approx(0, abs=0.03)
    assert numbers.std().item() == pytest.approx(1, abs=0.03)
    assert set(codes[:, 1].tolist()) == set(range(7))


def test_the_number_below_the_share_says_which_row_by_hand() -> None:
    # of 4 rows: .3 is three fifths of the share, so row 2; .5 is no longer below it; .1 is row 0, .49 row 3
    batch = Batch((torch.tensor([[0.0], [1.0], [2.0], [3.0]]),), torch.zeros(4).long(), torch.ones(4))
    uniform = torch.tensor([0.3, 0.5, 0.1, 0.49])
    noisy = SwapNoise(share=0.5).augment(batch, batch, at(torch.Generator())._replace(rng=Rng(uniform, uniform)))
    assert noisy.x[0][:, 0].tolist() == [2, 1, 0, 3]


def test_every_row_is_as_likely_a_donor() -> None:
    n = 5
    batch = Batch((torch.arange(n)[:, None].repeat(1, 20_000),), torch.zeros(n).long(), torch.ones(n))
    dice = Rng(torch.rand(n * 20_000, generator=torch.Generator().manual_seed(3)), torch.zeros(0))
    noisy = SwapNoise(share=0.6).augment(batch, batch, at(torch.Generator())._replace(rng=dice)).x[0]
    for row in range(n):
        met = torch.bincount(noisy[row], minlength=n) / 20_000
        expected = torch.full((n,), 0.6 / n)
        expected[row] += 0.4
        torch.testing.assert_close(met, expected, atol=0.015, rtol=0)


def test_columns_come_apart_by_the_cells_that_are_swapped() -> None:
    # the first code is the number's sign: they agree but where one of them is swapped for a random one
    source = torch.Generator().manual_seed(1)
    batch = rows(source)
    numbers, codes = SwapNoise(share=0.5).augment(batch, batch, at(source)).x
    # both kept a quarter; otherwise by chance, also where both are swapped, since each has a donor of its own
    agree = ((numbers[:, 0] > 0).long() == codes[:, 0]).float().mean().item()
    assert agree == pytest.approx(0.25 + 0.75 / 2, abs=0.015)


def test_labels_and_inputs_stay() -> None:
    source = torch.Generator().manual_seed(2)
    batch = rows(source)
    before = [part.clone() for part in batch.x]
    noisy = SwapNoise().augment(batch, batch, at(source))
    assert noisy.y is batch.y
    assert noisy.share is None
    assert all(torch.equal(a, b) for a, b in zip(before, batch.x, strict=True))


@pytest.mark.parametrize("share", [0, 1])
def test_a_share_out_of_range_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match=f"share must be .* got {share}"):
        SwapNoise(share=share)
