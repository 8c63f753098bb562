"""Fine-tuning of a pre-trained network: all of it, the head alone, or part by part; and heads for pre-training."""

from __future__ import annotations

from typing import Literal

import torch
from torch import nn

from longtail.strategies.base import Strategy, Train
from longtail.strategies.network import Net, linear
from longtail.strategies.table import Table

Tuning = Literal["full", "frozen", "gradual"]
TUNINGS = ("full", "frozen", "gradual")


def finetuned(net: Net, train: Train, tuning: Tuning, share: float) -> Net:
    """Train on for a share of the budget.

    `frozen` trains the head alone; `gradual` trains the head for a third, then also the body, then everything (Howard
    and Ruder 2018, ACL, section 3.3).
    """
    if tuning == "full":
        return train(net, share=share)
    if tuning == "frozen":
        return train(net, only="head.", share=share)
    net = train(net, only="head.", share=share / 3)
    net.embed.requires_grad_(False)
    net = train(net, share=share / 3)
    net.embed.requires_grad_(True)
    return train(net, share=share - 2 * (share / 3))


def pretrained(net: Net, train: Train, table: Table, using: Strategy, head: nn.Module, share: float) -> Net:
    """Train for a share of the budget with another head on another task, then restore the network's own head.

    The table is passed as a table of other rows, as validation would judge the other head by classes.
    """
    own, net.head = net.head, head
    net = train(net, table=table, using=using, share=share)
    net.head = own
    return net


def projector(width: int, outputs: int, source: torch.Generator) -> nn.Module:
    """Return a hidden layer and an output layer for a task that is discarded afterwards."""
    return nn.Sequential(linear(width, width, source), nn.ReLU(), linear(width, outputs, source))
