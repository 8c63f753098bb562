import numpy as np
import pytest
import torch
from sklearn.metrics import average_precision_score, recall_score
from sklearn.metrics import log_loss as sklearn_log_loss
from torch import nn

from longtail.bench.priors import fit_offsets
from longtail.bench.training.checkpoints import (
    MOST_ROWS,
    Best,
    Look,
    at_equal_frequencies,
    at_frequencies,
    class_recall,
    log_loss,
    macro_ap,
    outputs,
)
from longtail.bench.training.device_rows import inputs
from longtail.strategies.network import Net
from longtail.strategies.table import Table

CPU = torch.device("cpu")


def drawn(n=500, classes=5, seed=0):
    rng = np.random.default_rng(seed)
    y = rng.choice(classes, n, p=np.arange(classes, 0, -1) / np.arange(classes + 1).sum())
    logits = rng.normal(size=(n, classes)) + 1.5 * np.eye(classes)[y]
    return torch.from_numpy(logits).log_softmax(-1), torch.from_numpy(y)


class Numbers(nn.Module):
    def forward(self, x):
        return x[0]


def net():
    return Net(Numbers(), nn.Sequential(nn.Linear(2, 4), nn.Dropout(0.5)), nn.Linear(4, 3), 4)


def table(n):
    x = np.stack([np.arange(n), np.zeros(n)], axis=1).astype(np.float32)
    return Table(x, np.arange(n) % 3, 3, (0, 0), np.ones(n, np.float32))


@pytest.mark.parametrize("rarer", [0, 1])
def test_two_classes_are_judged_by_the_rarer_one(rarer):
    scores, y = drawn(classes=2)
    y = y if rarer else 1 - y
    expected = average_precision_score(y == rarer, scores[:, rarer])
    assert float(macro_ap(scores, y)) == pytest.approx(expected)


def test_many_classes_are_judged_after_conversion():
    scores, y = drawn()
    natural = at_frequencies(scores, torch.bincount(y))
    expected = np.mean([average_precision_score(y == k, natural[:, k]) for k in range(5)])
    assert float(macro_ap(scores, y)) == pytest.approx(expected)


def test_class_without_rows_does_not_count():
    scores, y = drawn(classes=4)
    y = y.clamp_max(2)
    natural = at_frequencies(scores, torch.bincount(y, minlength=4))
    expected = np.mean([average_precision_score(y == k, natural[:, k]) for k in range(3)])
    assert float(macro_ap(scores, y)) == pytest.approx(expected)


@pytest.mark.parametrize("tilt", [0.0, 3.0])
def test_prior_trained_on_does_not_matter(tilt):
    scores, y = drawn()
    tilted = (scores + tilt * torch.tensor([0.0, 0.5, 1, 1.5, 2])).log_softmax(-1)
    assert float(macro_ap(tilted, y)) == pytest.approx(float(macro_ap(scores, y)), abs=2e-3)


def test_offsets_are_those_of_least_log_loss():
    scores, y = drawn(4000)
    shifted = at_frequencies(scores, torch.bincount(y))
    share = np.bincount(y) / len(y)
    np.testing.assert_allclose(shifted.exp().mean(0), share, atol=2e-3)
    offsets = fit_offsets(scores.numpy(), y.numpy(), share)
    expected = (scores + torch.from_numpy(offsets)).log_softmax(-1)
    np.testing.assert_allclose(shifted.exp(), expected.exp(), atol=5e-3)


def test_log_loss_is_scikit_learns_after_conversion_whatever_prior_was_trained_on():
    scores, y = drawn(classes=2)
    natural = at_frequencies(scores, torch.bincount(y))
    assert float(log_loss(scores, y)) == pytest.approx(sklearn_log_loss(y, natural.exp()), rel=1e-5)
    tilted = (scores + torch.tensor([0.0, 3.0])).log_softmax(-1)
    assert float(log_loss(tilted, y)) == pytest.approx(float(log_loss(scores, y)), abs=1e-4)


@pytest.mark.parametrize("classes", [2, 3])
def test_a_checkpoint_counts_by_log_loss_for_two_classes_and_by_macro_ap_for_more(classes):
    rows = table(120)
    look = Look(Table(rows.x, rows.y % classes, classes, rows.cardinalities, rows.weight), CPU)
    torch.manual_seed(0)
    judged = Net(Numbers(), nn.Identity(), nn.Linear(2, classes), 2)
    scores = outputs(judged, look.x)
    expected = -log_loss(scores, look.y) if classes == 2 else macro_ap(scores, look.y)
    assert look.at(judged)[0] == pytest.approx(float(expected))


def test_recall_by_class():
    scores, y = drawn()
    expected = recall_score(y, scores.argmax(1), average=None)
    np.testing.assert_allclose(class_recall(scores, y), expected, rtol=1e-6)
    assert class_recall(scores, y.clamp_max(3))[4] == 0


def test_recall_of_looks_is_of_decisions_at_the_prior():
    # clicks at 1 in 10, never the most probable class: those above their mean probability are called clicks
    p = torch.tensor([0.3, 0.02, 0.02, 0.25, 0.02, 0.02, 0.02, 0.02, 0.02, 0.31])
    scores = torch.stack([1 - p, p], 1).log()
    y = torch.tensor([1, 0, 0, 0, 0, 0, 0, 0, 0, 1])
    assert class_recall(scores, y).tolist() == [1, 0]
    np.testing.assert_allclose(class_recall(at_equal_frequencies(scores), y), [7 / 8, 1])


def test_look_is_capped_and_evenly_spaced():
    look = Look(table(3 * MOST_ROWS), CPU)
    assert len(look.y) == MOST_ROWS
    steps = look.x[0][:, 0].diff()
    assert (steps.min(), steps.max()) == (3, 4)
    assert len(Look(table(50), CPU).y) == 50


def test_outputs_are_probabilities_in_evaluation_mode_and_leave_training_mode():
    made = net().train()
    one, again = (outputs(made, inputs(table(20_000), CPU)) for _ in range(2))
    assert torch.equal(one, again)  # dropout would differ
    assert made.training
    torch.testing.assert_close(one.exp().sum(1), torch.ones(20_000))


def kept(values, patience):
    """The number of the look that is put back, and what each look answered."""
    made, best, answers = net(), Best(patience), []
    for number, value in enumerate(values):
        with torch.no_grad():
            made.head.bias.fill_(number)
        answers.append(best.meets(value, made))
    best.restore(made)
    return int(made.head.bias[0]), answers


@pytest.mark.parametrize(
    ("values", "number"),
    [
        ([0.3, 0.9, 0.0, 0.6, 0.6, 0.3], 1),  # means of three: .3, .6, .4, .5, .4, .5
        ([0.2, 0.8, 0.5, 0.5, 0.5, 0.1], 3),  # .2, .5, .5, .6, .5, .37: the peak at the second look is an outlier
        ([0.4, 0.4, 0.4], 0),  # the first of the greatest
    ],
)
def test_best_has_the_greatest_mean_of_three_looks(values, number):
    assert kept(values, 10)[0] == number


def test_patience_counts_looks_without_a_better_one():
    assert kept([0.1, 0.5, 0.0, 0.0], 2) == (1, [True, True, True, False])  # means .1, .3, .2, .17


def test_without_a_checkpoint_the_weights_stay():
    made = net()
    before = made.head.bias.clone()
    Best(2).restore(made)
    assert torch.equal(made.head.bias, before)
