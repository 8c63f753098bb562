import torch

from longtail.strategies.mechanisms.exchanged_cells import ORDERS, exchanged, picked, rolled, shuffled, width
from longtail.strategies.network import Batch, Rng


def rows(first: int) -> Batch:
    """Three rows of two numbers and two codes; every cell is a number of its own."""
    cells = torch.arange(first, first + 12).reshape(3, 4)
    return Batch((cells[:, :2].float(), cells[:, 2:]), torch.tensor([0, 1, 1]), torch.ones(3))


def test_cells_are_taken_where_it_says_so() -> None:
    taken = torch.tensor([[True, False, False, True], [False] * 4, [True] * 4])
    numbers, codes = exchanged(rows(0), rows(100), taken)
    assert numbers.tolist() == [[100, 1], [4, 5], [108, 109]]
    assert codes.tolist() == [[2, 103], [6, 7], [110, 111]]
    assert codes.dtype == torch.int64
    assert width(rows(0)) == 4


def test_every_row_is_paired_with_the_one_before_it() -> None:
    mates = rolled(rows(0)._replace(group=torch.tensor([7, 8, 9])))
    assert mates.x[0].tolist() == [[8, 9], [0, 1], [4, 5]]
    assert mates.x[1].tolist() == [[10, 11], [2, 3], [6, 7]]
    assert mates.y.tolist() == [1, 0, 1]
    assert mates.group is not None
    assert mates.group.tolist() == [9, 7, 8]


def test_shuffled_columns_are_moved_on_by_rows_of_their_own() -> None:
    # three rows, so .4 moves by 1 row and .9 by 2; after the last row comes the first
    numbers, codes = shuffled(rows(0), Rng(torch.tensor([0.0, 0.4, 0.9, 0.4]), torch.zeros(0))).x
    assert numbers.tolist() == [[0, 5], [4, 9], [8, 1]]
    assert codes.tolist() == [[10, 7], [2, 11], [6, 3]]


def test_cells_of_a_shuffled_row_come_from_independent_rows() -> None:
    # over many steps each of the 5^2 pairs of rows that the first row's two cells come from is met alike
    dice = Rng(torch.rand(2 * 10_000, generator=torch.Generator().manual_seed(0)), torch.zeros(0))
    batch = Batch((torch.arange(5)[:, None].repeat(1, 2),), torch.zeros(5).long(), torch.ones(5))
    first = torch.stack([shuffled(batch, dice).x[0][0] for _ in range(10_000)])
    met = torch.bincount(first[:, 0] * 5 + first[:, 1], minlength=25) / 10_000
    torch.testing.assert_close(met, torch.full((25,), 1 / 25), atol=0.008, rtol=0)


def blank(n: int, columns: int) -> Batch:
    return Batch((torch.zeros(n, columns),), torch.zeros(n).long(), torch.ones(n))


def test_columns_are_picked_in_the_order_of_the_numbers_drawn() -> None:
    # the numbers put both rows' columns in the order 2, 0, 1: places 0, 1, 2 are held by columns 1, 2, 0
    dice = Rng(torch.tensor([0.3, 0.9, 0.1, 0.5, 0.6, 0.2]), torch.zeros(0))
    assert picked(blank(2, 3), torch.tensor([2, 1]), dice).tolist() == [[False, True, True], [False, True, False]]


def test_every_set_of_columns_is_picked_alike() -> None:
    dice = Rng(torch.rand(1500 * ORDERS * 4, generator=torch.Generator().manual_seed(0)), torch.zeros(0))
    masks = torch.stack([picked(blank(ORDERS, 4), torch.full((ORDERS,), 2), dice) for _ in range(1500)]).reshape(-1, 4)
    assert (masks.sum(1) == 2).all()
    met = torch.bincount((masks.long() * torch.tensor([1, 2, 4, 8])).sum(1), minlength=16)
    pairs = torch.tensor([3, 5, 6, 9, 10, 12])
    assert met[pairs].sum() == len(masks)
    torch.testing.assert_close(met[pairs] / len(masks), torch.full((6,), 1 / 6), atol=0.008, rtol=0)


def test_rows_take_the_orders_in_turn_and_each_as_many_columns_as_it_says() -> None:
    n = 2 * ORDERS + 5
    many = torch.arange(n) % 8
    dice = Rng(torch.rand(ORDERS * 7, generator=torch.Generator().manual_seed(0)), torch.zeros(0))
    masks = picked(blank(n, 7), many, dice)
    assert masks.shape == (n, 7)
    assert masks.sum(1).tolist() == many.tolist()
    assert dice.used == (ORDERS * 7, 0)
    # the same order: the fewer columns lie within the more
    first, second = masks[:ORDERS], masks[ORDERS : 2 * ORDERS]
    assert (first & second).sum(1).tolist() == torch.minimum(first.sum(1), second.sum(1)).tolist()
