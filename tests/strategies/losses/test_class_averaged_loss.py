import math
from typing import Any, cast

import pytest
import torch
from torch import Tensor

from longtail.strategies.base import row_losses
from longtail.strategies.losses.class_averaged_loss import ClassAveragedLoss
from longtail.strategies.network import Batch, Moment, Net, Rng

ME = ClassAveragedLoss()


def moment(classes: int) -> Moment:
    empty = torch.zeros(0)
    return Moment(0.5, torch.ones(classes), torch.zeros(0, classes), Rng(empty, empty))


def objective(logits: Tensor, batch: Batch, classes: int) -> Tensor:
    at = moment(classes)
    net = cast(Net, lambda rows: logits)
    return ME.objective(net, batch, row_losses(ME, at), at).mean()


def rows(y: list[int], **more: Any) -> Batch:
    return Batch((), torch.tensor(y), torch.ones(len(y), dtype=torch.float64), **more)


def plain(logits: Tensor, y: list[int]) -> Tensor:
    return -logits.log_softmax(-1)[torch.arange(len(y)), torch.tensor(y)]


def test_two_classes_give_the_mean_of_two_parts() -> None:
    logits = torch.randn(5, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    y = [0, 0, 0, 0, 1]
    loss = plain(logits, y)
    torch.testing.assert_close(objective(logits, rows(y), 2), (loss[:4].mean() + loss[4]) / 2)


def test_classes_absent_from_the_batch_are_left_out() -> None:
    logits = torch.randn(4, 7, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    y = [5, 5, 5, 2]
    loss = plain(logits, y)
    torch.testing.assert_close(objective(logits, rows(y), 7), (loss[:3].mean() + loss[3]) / 2)


def test_gradient_is_that_of_the_class_means() -> None:
    logits = torch.zeros(3, 2, dtype=torch.float64, requires_grad=True)
    objective(logits, rows([0, 0, 1]), 2).backward()  # type: ignore[no-untyped-call]
    # softmax - one-hot is -+1/2; rows of class 0 count 1/4 each, that of class 1 counts 1/2
    expected = torch.tensor([[-0.125, 0.125], [-0.125, 0.125], [0.25, -0.25]], dtype=torch.float64)
    torch.testing.assert_close(logits.grad, expected)


def test_weights_of_rows_stay() -> None:
    logits = torch.zeros(3, 2, dtype=torch.float64)
    batch = Batch((), torch.tensor([0, 0, 1]), torch.tensor([1.0, 3.0, 1.0], dtype=torch.float64))
    # class 0: (1 + 3) / 2 log 2, class 1: log 2
    assert objective(logits, batch, 2).item() == pytest.approx(1.5 * math.log(2))


def test_shared_labels_count_for_both_classes() -> None:
    logits = torch.tensor([[0.0, 0.0], [2.0, 0.0]], dtype=torch.float64)
    share = torch.tensor([0.75, 1.0], dtype=torch.float64)
    batch = rows([0, 0], other=rows([1, 1]), share=share)
    loss0, loss1 = plain(logits, [0, 0]), plain(logits, [1, 1])
    # class 0 holds 1.75 rows and class 1 a quarter of row 0
    expected = ((0.75 * loss0[0] + loss0[1]) / 1.75 + loss1[0]) / 2
    torch.testing.assert_close(objective(logits, batch, 2), expected)
