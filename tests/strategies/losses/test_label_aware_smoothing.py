import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from scipy.special import log_softmax

from longtail.strategies.losses.label_aware_smoothing import LabelAwareSmoothing
from longtail.strategies.network import Moment, Rng

COUNTS = torch.tensor([9.0, 5.0, 1.0], dtype=torch.float64)
AT = Moment(0.5, COUNTS, torch.zeros(0, 3), Rng(torch.zeros(0), torch.zeros(0)))
Z = np.random.default_rng(0).normal(size=(6, 3))
Y = np.array([0, 1, 2, 0, 1, 2])


@pytest.mark.parametrize(
    ("form", "middle"),
    [
        ("concave", 0.1 + 0.3 * math.sin(math.pi / 4)),
        ("linear", 0.25),
        ("convex", 0.4 + 0.3 * math.sin(7 * math.pi / 4)),
    ],
)
def test_smoothing_by_hand(form: str, middle: float) -> None:
    me = LabelAwareSmoothing(form=form)  # type: ignore[arg-type]
    np.testing.assert_allclose(me.smoothing(COUNTS), [0.4, middle, 0.1], rtol=1e-12)


def test_loss_and_gradient_are_the_papers() -> None:
    e = np.array([0.4, 0.1 + 0.3 * math.sin(math.pi / 4), 0.1])[Y][:, None]
    own = np.eye(3)[Y]
    q = (1 - e) * own + e / 2 * (1 - own)
    logits = torch.tensor(Z, requires_grad=True)
    loss = LabelAwareSmoothing().loss(logits, torch.tensor(Y), AT)
    loss.sum().backward()  # type: ignore[no-untyped-call]
    np.testing.assert_allclose(loss.detach().numpy(), -(q * log_softmax(Z, axis=1)).sum(1), rtol=1e-12)
    assert logits.grad is not None
    np.testing.assert_allclose(logits.grad.numpy(), np.exp(log_softmax(Z, axis=1)) - q, rtol=1e-9, atol=1e-14)


def test_one_smoothing_for_all_is_label_smoothing() -> None:
    # e to the other two classes is 3/2 e to all three
    loss = LabelAwareSmoothing(head=0.2, tail=0.2).loss(torch.tensor(Z), torch.tensor(Y), AT)
    expected = F.cross_entropy(torch.tensor(Z), torch.tensor(Y), reduction="none", label_smoothing=0.3)
    torch.testing.assert_close(loss, expected)


def test_a_class_without_rows_leaves_the_others_as_they_are() -> None:
    found = LabelAwareSmoothing().smoothing(torch.tensor([9.0, 0.0, 5.0, 1.0]))
    np.testing.assert_allclose(found[[0, 2, 3]], LabelAwareSmoothing().smoothing(COUNTS.float()), rtol=1e-6)
    assert found.isfinite().all()


def test_parameters_out_of_range_are_named() -> None:
    with pytest.raises(ValueError, match=r"tail must be a number of at most head = 0.2, got 0.3"):
        LabelAwareSmoothing(head=0.2, tail=0.3)
    with pytest.raises(ValueError, match="form must be one of concave, linear, convex, got 'flat'"):
        LabelAwareSmoothing(form="flat")  # type: ignore[arg-type]
