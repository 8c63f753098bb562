"""On a world small enough to be counted out: three kinds of rows, shown with different chances."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from longtail.strategies.base import Resources, row_losses
from longtail.strategies.causal.doubly_robust import SHOWN, DoublyRobust
from longtail.strategies.network import Batch, Moment, Net, Rng
from longtail.strategies.table import Table

CLICKS = np.array([0.1, 0.5, 0.25])
CHANCE = np.array([0.8, 0.1, 0.4])
MANY = 1000
"""of each kind in the world; all are wanted alike"""


class Kinds(nn.Module):
    """A logit a kind and class."""

    def __init__(self, logits: Tensor) -> None:
        super().__init__()
        self.logits = nn.Parameter(logits.double())

    def forward(self, x: tuple[Tensor, ...]) -> Tensor:
        return self.logits[x[1][:, 0]]


def net_of(probability: np.ndarray) -> Net:
    logits = torch.from_numpy(np.log(np.stack([1 - probability, probability], axis=1)))
    return Net(Kinds(logits), nn.Identity(), nn.Identity(), 2)


def log_and_unshown(propensity: np.ndarray) -> Table:
    """Shown rows in exactly the expected numbers, with the propensities that the strategy is told."""
    kinds, labels = [], []
    for kind in range(3):
        shown = round(MANY * CHANCE[kind])
        clicked = round(shown * CLICKS[kind])
        kinds += [kind] * shown
        labels += [1] * clicked + [0] * (shown - clicked)
    kind = np.array(kinds)
    ones = np.ones(len(kind), np.float32)
    table = Table(
        kind[:, None].astype(np.float32), np.array(labels), 2, (3,), ones, propensity[kind].astype(np.float32)
    )
    rest = np.repeat(np.arange(3), MANY)
    return Table(**{**vars(table), "unlabelled": table.drawn(rest[:, None], np.zeros(len(rest), np.int64))})


def slope(guesses: np.ndarray, propensity: np.ndarray) -> np.ndarray:
    """The gradient by the logits of clicks, at even odds."""
    me = DoublyRobust(floor=1e-6)
    rows = me.resample(log_and_unshown(propensity), np.random.default_rng(0), Resources())
    net = net_of(np.full(3, 0.5))
    net.add_module("guesses", net_of(guesses).requires_grad_(False))
    shown = torch.from_numpy(rows.weight > 0).double().mean()
    net.register_buffer(SHOWN, shown)
    codes = torch.from_numpy(rows.x.astype(np.int64))
    batch = Batch((torch.zeros(len(codes), 0), codes), torch.from_numpy(rows.y), torch.from_numpy(rows.weight).double())
    at = Moment(0.5, torch.from_numpy(rows.counts).float(), torch.zeros(0, 2), Rng(torch.zeros(0), torch.zeros(0)))
    me.objective(net, batch, row_losses(me, at), at).mean().backward()
    return net.embed.logits.grad[:, 1].numpy()


# the world's own loss at even odds: a third of the rows of each kind, each with gradient .5 - P(click)
WANTED = (0.5 - CLICKS) / 3


def test_right_guesses_make_up_for_wrong_propensities() -> None:
    for wrong in (np.array([0.5, 0.5, 0.5]), np.array([0.1, 0.9, 0.2])):
        np.testing.assert_allclose(slope(CLICKS, wrong), WANTED, atol=1e-6)


def test_right_propensities_make_up_for_wrong_guesses() -> None:
    for wrong in (np.array([0.5, 0.2, 0.9]), np.array([0.01, 0.01, 0.01])):
        np.testing.assert_allclose(slope(wrong, CHANCE), WANTED, atol=1e-6)


def test_both_wrong_is_wrong() -> None:
    found = slope(np.array([0.5, 0.2, 0.9]), np.array([0.5, 0.5, 0.5]))
    assert np.abs(found - WANTED).max() > 0.02


def test_rows_that_were_not_shown_leave_the_class_frequencies_alone() -> None:
    table = log_and_unshown(CHANCE)
    rows = DoublyRobust().resample(table, np.random.default_rng(0), Resources())
    assert len(rows) == len(table) + 3 * MANY
    weight = (1 / table.propensity) / (1 / table.propensity).mean()
    expected = np.bincount(table.y, weight, 2)
    np.testing.assert_allclose(rows.profile.priors, expected / expected.sum(), rtol=1e-5)


@pytest.mark.parametrize("settings", [{"floor": 0.0}, {"first": 1.0}])
def test_settings_are_checked(settings: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be"):
        DoublyRobust(**settings)
