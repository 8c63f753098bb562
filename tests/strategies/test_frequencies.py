import numpy as np
import torch

from longtail.strategies.frequencies import powered_draw, why_not_uneven
from longtail.strategies.table import Profile


def test_draw_is_in_proportion_to_the_power_and_leaves_out_empty_classes() -> None:
    torch.testing.assert_close(powered_draw(torch.tensor([9.0, 0.0, 4.0]), 0.5), torch.tensor([0.6, 0.0, 0.4]))
    torch.testing.assert_close(powered_draw(torch.tensor([9.0, 0.0, 4.0]), 0.0), torch.tensor([0.5, 0.0, 0.5]))


def test_classes_of_one_size_are_named() -> None:
    even, uneven = (Profile(np.array(c), np.array(c, float), (0,), frozenset()) for c in ([7, 0, 7], [7, 0, 6]))
    assert why_not_uneven(even) == "every class has 7 training rows, so class frequencies would change nothing"
    assert why_not_uneven(uneven) is None
