import numpy as np
import pytest
import torch

from longtail.strategies.mechanisms.generator_steps import Noise
from longtail.strategies.mechanisms.training_by_sampling import Choices

# wide rows: a number with one mode (2 places), a choice of 3, a choice without alternatives, a choice of 2
PLACES, CHOICE = [1, 1, 3, 1, 2], [False, True, True, True]


def choices(y, first, second):
    eye = np.eye(3, dtype=np.float32)
    ones = np.ones((len(y), 1), np.float32)
    wide = np.concatenate([ones, ones, eye[first], ones, eye[second][:, :2]], axis=1)
    return Choices.of(torch.from_numpy(wide), torch.from_numpy(np.eye(2, dtype=np.float32)[y]), CHOICE, PLACES)


def noise(seed=0):
    return Noise(torch.Generator().manual_seed(seed), torch.device("cpu"))


def test_choices_are_found_among_the_places():
    found = choices([0, 1], [2, 0], [1, 1])
    assert found.at.tolist() == [2, 3, 4, 6, 7]
    assert found.column.tolist() == [0, 0, 0, 1, 1]
    assert found.values.tolist() == [[0, 0, 1, 0, 1], [1, 0, 0, 0, 1]]


def test_values_are_told_by_the_logarithm_of_their_frequency():
    # one class; the first choice has values of 90, 9 and 1 rows
    y, first, second = [0] * 100, [0] * 90 + [1] * 9 + [2], [0] * 100
    rows, told = zip(*choices(y, first, second).told(200, 50, noise()), strict=True)
    told, rows = torch.cat(told), torch.cat(rows)
    assert (told[:, 2:].sum(1) == 1).all()  # the value of one column
    named = told[:, 2:5].sum(1) == 1
    assert named.float().mean().item() == pytest.approx(0.5, abs=0.02)
    logs = np.log1p([90, 9, 1])
    assert told[named, 2:5].mean(0).numpy() == pytest.approx(logs / logs.sum(), abs=0.02)
    assert (torch.tensor(first)[rows[named]] == told[named, 2:5].argmax(1)).all()  # and the row has it


def test_classes_are_told_by_the_logarithm_of_theirs():
    y = [0] * 1000 + [1] * 10
    told = torch.cat([c for _, c in choices(y, [0, 1] * 505, [1] * 1010).told(200, 50, noise())])
    logs = np.log1p([1000, 10])
    assert told[:, :2].mean(0).numpy() == pytest.approx(logs / logs.sum(), abs=0.02)


def test_wanted_conditions_are_those_of_rows_of_the_class():
    y, first = [0] * 50 + [1] * 40, [0] * 50 + [2] * 30 + [1] * 10
    wanted = choices(y, first, [0] * 50 + [1] * 40).wanted(torch.tensor([1] * 4000 + [0]), noise())
    assert (wanted[:4000, 1] == 1).all()
    named = wanted[:4000, 2:5].sum(1) == 1
    assert wanted[:4000, 2:5][named].mean(0).tolist() == pytest.approx([0, 0.25, 0.75], abs=0.03)
    assert wanted[4000, 0] == 1


def test_the_lack_is_the_cross_entropy_of_the_value_told():
    found = choices([0, 1], [2, 0], [1, 1])
    raw = torch.randn(2, 8, generator=torch.Generator().manual_seed(0))
    told = torch.tensor([[1.0, 0, 0, 0, 1, 0, 0], [0, 1.0, 0, 0, 0, 0, 1]])
    by_hand = -(raw[0, 2:5].log_softmax(0)[2] + raw[1, 6:8].log_softmax(0)[1]) / 2
    torch.testing.assert_close(found.lack(raw, told), by_hand)


def test_without_choices_the_class_is_all_that_is_told():
    wide = torch.ones(4, 2)
    found = Choices.of(wide, torch.eye(2)[[0, 0, 0, 1]], [False], [1, 1])
    for rows, told in found.told(3, 5, noise()):
        assert torch.equal(told, torch.eye(2)[[0, 0, 0, 1]][rows])
    assert found.lack(torch.ones(3, 2), torch.ones(3, 2)).item() == 0
    assert found.wanted(torch.tensor([1, 0]), noise()).tolist() == [[0, 1], [1, 0]]
