import pytest
import torch

from longtail.strategies.network import Moment, Rng
from longtail.strategies.schedules.class_balanced_sampling import ClassBalancedSampling
from longtail.strategies.table import Profile

AT = Moment(0.3, torch.tensor([16.0, 4.0, 0.0]), torch.zeros(0, 3), Rng(torch.zeros(0), torch.zeros(0)))


@pytest.mark.parametrize(("power", "expected"), [(0.0, [1 / 2, 1 / 2, 0]), (0.5, [2 / 3, 1 / 3, 0])])
def test_draw_by_hand(power: float, expected: list[float]) -> None:
    torch.testing.assert_close(ClassBalancedSampling(power).draw(AT), torch.tensor(expected))


def test_power_towards_one_is_the_natural_draw() -> None:
    torch.testing.assert_close(ClassBalancedSampling(1 - 1e-9).draw(AT), torch.tensor([0.8, 0.2, 0.0]))


def test_declares_the_priors_of_its_draw() -> None:
    counts = AT.counts.numpy().astype(int)
    trained = Profile(counts, counts.astype(float), (0,), frozenset())
    factors = ClassBalancedSampling().shift(trained)
    assert factors is not None
    assert trained.priors * factors == pytest.approx([0.5, 0.5, 0])


def test_natural_draw_is_refused() -> None:
    with pytest.raises(ValueError, match="power must be a number of 0 or more and below 1, got 1"):
        ClassBalancedSampling(power=1)
