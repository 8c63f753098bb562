import pytest
import torch

from longtail.strategies.network import Moment, Rng
from longtail.strategies.schedules.class_balanced_sampling import ClassBalancedSampling
from longtail.strategies.table import Profile

COUNTS = (400, 90, 10)
NATURAL = [0.8, 0.18, 0.02]


def at(fraction: float = 0.3) -> Moment:
    return Moment(fraction, torch.tensor([16.0, 4.0, 0.0]), torch.zeros(0, 3), Rng(torch.zeros(0), torch.zeros(0)))


@pytest.mark.parametrize(("strength", "expected"), [(1.0, [1 / 2, 1 / 2, 0]), (0.5, [2 / 3, 1 / 3, 0])])
def test_draw_by_hand(strength: float, expected: list[float]) -> None:
    torch.testing.assert_close(ClassBalancedSampling(strength).draw(at()), torch.tensor(expected))


def test_strength_towards_zero_is_the_natural_draw() -> None:
    torch.testing.assert_close(ClassBalancedSampling(1e-9).draw(at()), torch.tensor([0.8, 0.2, 0.0]))


@pytest.mark.parametrize(("done", "expected"), [(0.0, [0.8, 0.2, 0]), (0.5, [0.65, 0.35, 0]), (1.0, [0.5, 0.5, 0])])
def test_progressive_draw_by_hand(done: float, expected: list[float]) -> None:
    torch.testing.assert_close(ClassBalancedSampling(1.0, progressive=True).draw(at(done)), torch.tensor(expected))
    late = ClassBalancedSampling(1.0, progressive=True, switch=0.5)
    torch.testing.assert_close(late.draw(at(0.5 + done / 2)), torch.tensor(expected))


def test_before_the_switch_every_row_is_met_once_an_epoch() -> None:
    assert ClassBalancedSampling(switch=0.8).draw(at(0.79)) is None
    torch.testing.assert_close(ClassBalancedSampling(1.0, switch=0.8).draw(at(0.8)), torch.tensor([0.5, 0.5, 0.0]))


def test_class_balanced_rows_are_met_as_often_as_stated(course, make_table, as_stated) -> None:
    given = course(ClassBalancedSampling(1.0), make_table(COUNTS), make_table((30, 30, 30), seed=1))
    as_stated(*given.shares(), [1 / 3, 1 / 3, 1 / 3])


def test_square_root_rows_are_met_as_often_as_stated(course, make_table, as_stated) -> None:
    given = course(ClassBalancedSampling(), make_table(COUNTS), make_table((30, 30, 30), seed=1))
    roots = [20, 90**0.5, 10**0.5]
    as_stated(*given.shares(), [root / sum(roots) for root in roots])


def test_progressive_rows_are_met_as_often_as_stated(course, make_table, as_stated) -> None:
    strategy = ClassBalancedSampling(1.0, progressive=True)
    given = course(strategy, make_table(COUNTS), make_table((30, 30, 30), seed=1), patience=20)
    for epoch in range(10):
        done = epoch / 10
        expected = [(1 - done) * share + done / 3 for share in NATURAL]
        as_stated(*given.shares(done - 1e-9, done + 0.1 - 1e-9), expected)


def test_deferred_resampling_changes_the_draw_at_the_switch(course, make_table, as_stated) -> None:
    strategy = ClassBalancedSampling(1.0, switch=0.8)
    given = course(strategy, make_table(COUNTS), make_table((30, 30, 30), seed=1), patience=20)
    before, rows = given.shares(0, 0.8 - 1e-9)
    # whole passes: each row as often as any other, give or take one
    assert abs(before - NATURAL).max() * rows <= 400
    as_stated(*given.shares(0.8 - 1e-9), [1 / 3, 1 / 3, 1 / 3])
    assert strategy.settled == 0.8


def test_declares_the_priors_of_a_lasting_draw_only() -> None:
    counts = at().counts.numpy().astype(int)
    trained = Profile(counts, counts.astype(float), (0,), frozenset())
    factors = ClassBalancedSampling(1.0).shift(trained)
    assert factors is not None
    assert trained.priors * factors == pytest.approx([0.5, 0.5, 0])
    assert ClassBalancedSampling(progressive=True).shift(trained) is None
    assert ClassBalancedSampling(switch=0.5).shift(trained) is None


def test_checkpoints_count_late_in_a_progressive_schedule() -> None:
    assert ClassBalancedSampling(progressive=True).settled == pytest.approx(0.8)
    assert ClassBalancedSampling(progressive=True, switch=0.5).settled == pytest.approx(0.9)
    assert ClassBalancedSampling().settled == 0


def test_natural_draw_is_refused() -> None:
    with pytest.raises(ValueError, match="strength must be a number above 0 and at most 1, got 0"):
        ClassBalancedSampling(strength=0)
