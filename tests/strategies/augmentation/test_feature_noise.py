import numpy as np
import pytest
import torch

from longtail.strategies.augmentation.feature_noise import FeatureNoise, minority
from longtail.strategies.network import Batch, Moment, Rng
from longtail.strategies.table import Profile


@pytest.mark.parametrize(
    ("counts", "rare", "expected"),
    [
        ([70, 20, 6, 4], 0.2, [False, False, True, True]),
        ([70, 20, 6, 4], 0.3, [False, True, True, True]),
        ([99, 1], 0.2, [False, True]),
        ([60, 40], 0.2, [False, True]),  # at least the rarest
        ([80, 10, 10], 0.15, [False, True, True]),  # alike where of one size
        ([80, 10, 0], 0.01, [False, True, True]),  # the rarest that has rows
        ([5, 5], 0.2, [True, True]),
        ([70, 30], 1.0, [True, True]),
    ],
)
def test_minority_by_hand(counts: list[float], rare: float, expected: list[bool]) -> None:
    assert minority(torch.tensor(counts, dtype=torch.float32), rare).tolist() == expected


def test_only_numbers_of_rare_rows_change_by_scale_times_the_draws() -> None:
    normal = torch.tensor([1.0, -1.0, 2.0, 3.0, 0.5, 0.0])
    at = Moment(0.1, torch.tensor([90.0, 10.0]), torch.zeros(0, 2), Rng(torch.zeros(0), normal))
    codes = torch.tensor([[4], [5], [6]])
    batch = Batch((torch.ones(3, 2), codes), torch.tensor([0, 1, 1]), torch.ones(3))
    noisy = FeatureNoise(scale=0.1).augment(batch, batch, at)
    torch.testing.assert_close(noisy.x[0], torch.tensor([[1.0, 1.0], [1.2, 1.3], [1.05, 1.0]]))
    assert torch.equal(noisy.x[1], codes)
    assert at.rng.used == (0, 6)


def test_skips_tables_without_numbers() -> None:
    counts = np.array([9, 1])
    assert FeatureNoise().why_skip(Profile(counts, counts * 1.0, (3, 4), frozenset())) is not None
    assert FeatureNoise().why_skip(Profile(counts, counts * 1.0, (3, 0), frozenset())) is None


@pytest.mark.parametrize(("name", "value"), [("scale", 0), ("rare", 0), ("rare", 1.1)])
def test_parameters_out_of_range_are_named(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"{name} must be .* got {value}"):
        FeatureNoise(**{name: value})


def test_with_a_rare_share_of_one_every_row_is_noisy() -> None:
    normal = torch.ones(4)
    at = Moment(0.1, torch.tensor([90.0, 10.0]), torch.zeros(0, 2), Rng(torch.zeros(0), normal))
    batch = Batch((torch.ones(4, 1),), torch.tensor([0, 0, 0, 1]), torch.ones(4))
    noisy = FeatureNoise(rare=1.0, scale=0.5).augment(batch, batch, at)
    torch.testing.assert_close(noisy.x[0], torch.full((4, 1), 1.5))
