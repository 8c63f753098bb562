import numpy as np
import pytest
import torch
from torch import nn

from longtail.bench.registry import strategy_named
from longtail.strategies.chain import Chain
from longtail.strategies.losses.ldam import Ldam
from longtail.strategies.schedules.decoupled_training import DecoupledTraining, ScaledHead
from longtail.strategies.table import Profile

COUNTS, EVEN = (400, 90, 10), (30, 30, 30)


def test_crt_leaves_features_bit_identical_and_trains_a_new_head(course, make_table, as_stated) -> None:
    given = course(DecoupledTraining(share=0.8), make_table(COUNTS), make_table(EVEN, seed=1), patience=20)
    first, second = given.stages
    assert [(s.only, s.draws, pytest.approx(s.share)) for s in given.stages] == [("", False, 0.8), ("head.", True, 0.2)]
    features = [name for name in first.after if not name.startswith("head.")]
    assert len(features) > 3
    for name in features:
        assert torch.equal(second.after[name], first.after[name])
        assert not torch.equal(first.after[name], first.before[name]) or "first" in name  # where codes start: a buffer
    # the head starts from nothing, and learns
    for name in ("head.weight", "head.bias"):
        assert not second.before[name].any()
        assert second.after[name].all()
    as_stated(*given.shares(0.8 - 1e-9), [1 / 3, 1 / 3, 1 / 3])


def test_lws_learns_scales_and_nothing_else(course, make_table, as_stated) -> None:
    strategy = DecoupledTraining("lws", share=0.8)
    given = course(strategy, make_table(COUNTS), make_table(EVEN, seed=1), patience=20)
    first, second = given.stages
    assert (second.only, second.draws) == ("head.scales", True)
    assert second.before["head.scales"].tolist() == [1, 1, 1]
    assert not torch.equal(second.after["head.scales"], torch.ones(3))
    for name, value in first.after.items():
        assert torch.equal(second.after[name.replace("head.", "head.plain.")], value)
    as_stated(*given.shares(0.8 - 1e-9), [1 / 3, 1 / 3, 1 / 3])


def test_a_head_of_cosines_starts_from_new_directions(course, make_table) -> None:
    # directions of length zero would be none
    strategy = Chain((Ldam(), DecoupledTraining()))
    first, second = course(strategy, make_table(COUNTS), make_table(EVEN, seed=1)).stages
    start = second.before["head.weight"]
    assert start.abs().max() <= 8**-0.5
    assert (start != first.after["head.weight"]).all()


def test_scaled_logits_by_hand() -> None:
    head = ScaledHead(nn.Linear(2, 3), 3)
    with torch.no_grad():
        head.scales.copy_(torch.tensor([1.0, 2.0, 0.5]))
    h = torch.randn(4, 2, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(head(h), head.plain(h) * torch.tensor([1.0, 2.0, 0.5]))


def test_declares_the_balanced_draw_of_a_new_head_only() -> None:
    trained = Profile(np.array([16, 4, 0]), np.array([16.0, 4.0, 0.0]), (0,), frozenset())
    factors = DecoupledTraining().shift(trained)
    assert factors is not None
    np.testing.assert_allclose(trained.priors * factors, [0.5, 0.5, 0])
    assert DecoupledTraining("lws").shift(trained) is None


def test_mixup_and_smoothed_labels_make_it_mislas(course, make_table) -> None:
    strategy = strategy_named("mixup+label-aware-smoothing+decoupled-training(classifier=lws)")
    given = course(strategy, make_table(COUNTS), make_table(EVEN, seed=1))
    assert [(s.only, s.draws) for s in given.stages] == [("", False), ("head.scales", True)]
    # each part acts: without it the scores are others
    valid = make_table(EVEN, seed=1)
    for less in (
        "mixup+decoupled-training(classifier=lws)",
        "label-aware-smoothing+decoupled-training(classifier=lws)",
        "mixup+label-aware-smoothing",
    ):
        other = course(strategy_named(less), make_table(COUNTS), make_table(EVEN, seed=1))
        assert not np.allclose(other.fitted.scores(valid), given.fitted.scores(valid), atol=1e-3)


def test_wrong_parameters_are_named() -> None:
    with pytest.raises(ValueError, match="classifier must be one of crt, lws, got 'ncm'"):
        DecoupledTraining("ncm")
    with pytest.raises(ValueError, match="share must be a number above 0 and below 1, got 1"):
        DecoupledTraining(share=1)
