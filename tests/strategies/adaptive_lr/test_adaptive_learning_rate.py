import itertools

import numpy as np
import pytest
import torch

from longtail.strategies.adaptive_lr.adaptive_learning_rate import AdaptiveLearningRate
from longtail.strategies.network import Batch, Moment, Rng
from longtail.strategies.table import Profile

COUNTS = torch.tensor([9.0, 1.0])
PARAMS = {"body.weight": torch.zeros(2, 3), "head.weight": torch.zeros(2, 4), "head.bias": torch.zeros(2)}


def at(uniform: torch.Tensor | None = None, counts: torch.Tensor = COUNTS) -> Moment:
    empty = torch.zeros(0)
    return Moment(0.5, counts, torch.zeros(0, len(counts)), Rng(empty if uniform is None else uniform, empty))


def rows(y: list[int]) -> Batch:
    return Batch((), torch.tensor(y), torch.ones(len(y)))


def test_output_factors_by_hand() -> None:
    # 1/3 and 1 over their mean 2/3
    steps = AdaptiveLearningRate(power=0.5, scope="output").step_sizes(PARAMS, rows([0]), at())
    assert set(steps) == {"head.weight", "head.bias"}
    torch.testing.assert_close(steps["head.weight"], torch.tensor([[0.5], [1.5]]))
    torch.testing.assert_close(steps["head.bias"], torch.tensor([0.5, 1.5]))


def test_batch_factor_by_hand() -> None:
    # 1/3 and 1 times 10 / (9 / 3 + 1): 5/6 and 5/2
    steps = AdaptiveLearningRate(power=0.5).step_sizes(PARAMS, rows([0, 0, 1]), at())
    assert set(steps) == set(PARAMS)
    for step in steps.values():
        assert step.item() == pytest.approx((5 / 6 + 5 / 6 + 5 / 2) / 3, rel=1e-6)


@pytest.mark.parametrize("power", [0.25, 0.5, 1.0])
def test_batch_factors_have_mean_one_over_training_rows(power: float) -> None:
    counts = torch.tensor([70.0, 20.0, 6.0, 4.0])
    y = torch.arange(4).repeat_interleave(counts.long())
    steps = AdaptiveLearningRate(power=power).step_sizes(PARAMS, rows(y.tolist()), at(counts=counts))
    assert steps["head.bias"].item() == pytest.approx(1, rel=1e-6)


def test_blind_outputs_get_the_same_set_of_factors() -> None:
    counts = torch.tensor([100.0, 25.0, 4.0])
    params = {"head.bias": torch.zeros(3)}
    seeing = AdaptiveLearningRate(power=0.5, scope="output").step_sizes(params, rows([0]), at(counts=counts))[
        "head.bias"
    ]
    blind = AdaptiveLearningRate(power=0.5, scope="output", blind=True)
    draws = torch.rand(3000, 3, generator=torch.Generator().manual_seed(0))
    dealt = torch.stack([blind.step_sizes(params, rows([0]), at(d, counts))["head.bias"] for d in draws])
    assert torch.equal(dealt.sort(1).values, seeing.sort().values.expand(3000, 3))
    torch.testing.assert_close(dealt.mean(0), torch.ones(3), atol=0.05, rtol=0)


def test_blind_batch_factor_depends_on_the_draws_and_not_on_the_rows() -> None:
    blind = AdaptiveLearningRate(power=0.5, blind=True)
    draws = torch.tensor([0.1, 0.95, 0.5])  # classes 0, 1, 0 of the counts 9 and 1
    for y in ([0, 0, 0], [1, 1, 1]):
        step = blind.step_sizes(PARAMS, rows(y), at(draws))["head.bias"]
        assert step.item() == pytest.approx((5 / 6 + 5 / 2 + 5 / 6) / 3, rel=1e-6)


def test_batch_factors_move_the_mean_step_by_a_share_of_one_over_batch_size() -> None:
    # all ordered pairs of the rows (0, 0, 0, 1), so B = 2: E[m g] = (1 - 1/B) E[f] E[g] + E[f g] / B
    counts, y, slope = torch.tensor([3.0, 1.0]), [0, 0, 0, 1], np.array([1.0, 2.0, 3.0, -6.0])
    me = AdaptiveLearningRate()
    moves = []
    for i, j in itertools.product(range(4), repeat=2):
        factor = me.step_sizes(PARAMS, rows([y[i], y[j]]), at(counts=counts))["head.bias"].item()
        moves.append(factor * (slope[i] + slope[j]) / 2)
    factors = np.array([2 / 3, 2 / 3, 2 / 3, 2])
    assert np.mean(moves) == pytest.approx(0.5 * slope.mean() + 0.5 * (factors * slope).mean(), rel=1e-5)


def profile(*counts: int) -> Profile:
    return Profile(np.array(counts), np.array(counts, float), (0,), frozenset())


def test_two_outputs_are_skipped_since_nothing_would_change() -> None:
    # their slopes are equal and opposite, so moves by factors f and 2 - f part the logits as moves by 1 and 1 do
    assert "only their difference matters" in str(AdaptiveLearningRate(scope="output").why_skip(profile(9, 1)))
    assert AdaptiveLearningRate(scope="output").why_skip(profile(9, 1, 1)) is None
    assert AdaptiveLearningRate().why_skip(profile(9, 1)) is None


def test_strategy_and_control_declare_the_same_priors() -> None:
    for blind in (False, True):
        assert AdaptiveLearningRate(blind=blind).shift(profile(9, 1)) is None
        factors = AdaptiveLearningRate(scope="output", blind=blind).shift(profile(9, 1))
        assert factors is not None
        assert factors.tolist() == [1, 1]


@pytest.mark.parametrize(("name", "value"), [("power", 0), ("scope", "row"), ("blind", 1)])
def test_wrong_parameters_are_named(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"{name} must be .* got {value!r}"):
        AdaptiveLearningRate(**{name: value})  # type: ignore[arg-type]
