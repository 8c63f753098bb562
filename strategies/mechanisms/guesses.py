"""Network of guesses, trained first and used beside the main network, as doubly robust losses need it."""

from __future__ import annotations

import copy

from longtail.strategies.base import Strategy, Train
from longtail.strategies.network import Net
from longtail.strategies.table import Table


def with_guesses(net: Net) -> Net:
    """Give a network a copy of itself, `guesses`, that is not trained with it."""
    net.add_module("guesses", copy.deepcopy(net).requires_grad_(False))
    return net


def learn_guesses(net: Net, train: Train, using: Strategy, share: float, table: Table | None = None) -> None:
    """Train the guesses alone for a share of the budget, and freeze them."""
    guesses = net.get_submodule("guesses")
    assert isinstance(guesses, Net)
    first = train(copy.deepcopy(guesses).requires_grad_(), table=table, using=using, share=share)
    guesses.load_state_dict(first.state_dict())
