import numpy as np
import torch

from longtail.strategies.frequencies import effective_weights, powered_draw, rarest, why_not_uneven
from longtail.strategies.table import Profile


def test_draw_is_in_proportion_to_the_power_and_leaves_out_empty_classes() -> None:
    torch.testing.assert_close(powered_draw(torch.tensor([9.0, 0.0, 4.0]), 0.5), torch.tensor([0.6, 0.0, 0.4]))
    torch.testing.assert_close(powered_draw(torch.tensor([9.0, 0.0, 4.0]), 0.0), torch.tensor([0.5, 0.0, 0.5]))


def test_classes_of_one_size_are_named() -> None:
    even, uneven = (Profile(np.array(c), np.array(c, float), (0,), frozenset()) for c in ([7, 0, 7], [7, 0, 6]))
    assert why_not_uneven(even) == "every class has 7 training rows, so no class is rarer than another"
    assert why_not_uneven(uneven) is None


def test_effective_weights_by_hand() -> None:
    # beta .9: 1, .1 / (1 - .81), .1 / (1 - .729)
    weights = effective_weights(torch.tensor([1.0, 2.0, 3.0]), 0.9)
    torch.testing.assert_close(weights, torch.tensor([1.0, 0.1 / 0.19, 0.1 / 0.271]))


def test_beta_zero_is_no_weight_and_towards_one_inverse_frequency() -> None:
    counts = torch.tensor([1000.0, 50.0, 2.0])
    torch.testing.assert_close(effective_weights(counts, 0.0), torch.ones(3))
    torch.testing.assert_close(effective_weights(counts, 1 - 1e-12), 1 / counts, rtol=1e-4, atol=0)


def test_float32_weights_keep_their_digits() -> None:
    counts = np.array([1, 2, 5, 100, 10_000, 1_000_000], np.float64)
    exact = (1 - 0.9999) / (1 - np.float64(0.9999) ** counts)
    found = effective_weights(torch.tensor(counts, dtype=torch.float32), 0.9999).numpy()
    np.testing.assert_allclose(found, exact, rtol=1e-6)


def test_beta_one_is_inverse_frequency() -> None:
    assert effective_weights(torch.tensor([4.0, 2.0, 0.0]), 1.0).tolist() == [0.25, 0.5, 1.0]


def test_rarest_classes_hold_at_most_their_share() -> None:
    counts = torch.tensor([5.0, 70.0, 10.0, 0.0, 15.0])
    # from the rarest on: 0, 5, 15, 30 and 100 of 100 rows
    assert rarest(counts, 0.2).tolist() == [True, False, True, True, False]
    assert rarest(counts, 0.3).tolist() == [True, False, True, True, True]
    assert rarest(counts, 0.05).tolist() == [True, False, False, True, False]


def test_one_class_with_rows_is_rarest_however_many_it_holds() -> None:
    assert rarest(torch.tensor([60.0, 0.0, 40.0]), 0.1).tolist() == [False, True, True]
