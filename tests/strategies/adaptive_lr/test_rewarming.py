import numpy as np
import pytest
import torch

from longtail.bench.registry import strategy_named
from longtail.strategies.adaptive_lr.rewarming import Rewarming
from longtail.strategies.network import Batch, Moment, Rng

COUNTS = torch.tensor([900.0, 100.0])


def at(fraction: float) -> Moment:
    return Moment(fraction, COUNTS, torch.zeros(0, 2), Rng(torch.zeros(0), torch.zeros(0)))


def test_sizes_by_hand() -> None:
    size = Rewarming(switch=0.8, warm=0.1, floor=0.1).size
    # half a cosine to .8, a ramp to .9, half a cosine to the end
    assert size(0) == pytest.approx(1)
    assert size(0.4) == pytest.approx(0.55)
    assert size(0.8 - 1e-9) == pytest.approx(0.1)
    assert size(0.85) == pytest.approx(0.55)
    assert size(0.9) == pytest.approx(1)
    assert size(0.95) == pytest.approx(0.55)
    assert size(1) == pytest.approx(0.1)


def test_without_a_ramp_it_is_the_papers_warm_restart() -> None:
    size = Rewarming(switch=0.6, warm=0, floor=0.05).size
    for done in np.linspace(0, 0.999, 50):
        part = done / 0.6 if done < 0.6 else (done - 0.6) / 0.4
        assert size(done) == pytest.approx(0.05 + 0.95 * (1 + np.cos(np.pi * part)) / 2)


def test_every_parameter_has_the_same_size() -> None:
    params = {"a": torch.zeros(2), "b": torch.zeros(3)}
    sizes = Rewarming().step_sizes(params, Batch((), torch.tensor([0]), torch.ones(1)), at(0.4))
    assert {name: float(size) for name, size in sizes.items()} == pytest.approx(dict.fromkeys(params, 0.505))


def test_with_deferred_weights_both_change_at_the_switch_and_alone_it_is_blind() -> None:
    both, control = strategy_named("deferred-reweighting+rewarming"), strategy_named("rewarming")
    batch, params = Batch((), torch.tensor([0]), torch.ones(1)), {"a": torch.zeros(1)}
    for fraction in (0.3, 0.79, 0.8, 0.9):
        sizes = [strategy.step_sizes(params, batch, at(fraction))["a"] for strategy in (both, control)]
        assert torch.equal(*sizes)
        assert (both.class_weights(at(fraction)) is None) == (fraction < 0.8)
        assert control.class_weights(at(fraction)) is None
    assert both.settled == control.settled == 0.8


def test_wrong_parameters_are_named() -> None:
    with pytest.raises(ValueError, match=r"warm must be a number below 1 - switch = 0.2, got 0.2"):
        Rewarming(warm=0.2)
    with pytest.raises(ValueError, match="switch must be a number above 0 and below 1, got 1"):
        Rewarming(switch=1)
