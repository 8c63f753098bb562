from dataclasses import replace

import numpy as np
import pytest
import torch

from longtail.bench.learners.logistic import Logistic
from longtail.bench.learners.mlp import Mlp
from longtail.bench.training.fitting import fit_tables
from longtail.bench.training.learner import why_not
from longtail.strategies.chain import Chain
from longtail.strategies.decision.prior_correction import PriorCorrection
from longtail.strategies.logit_adjustment.balanced_softmax import BalancedSoftmax
from longtail.strategies.under_sampling.random_undersampling import RandomUndersampling


def test_for_two_classes_it_is_the_threshold_at_the_prior(make_profile):
    natural = make_profile((95, 5))
    p = np.linspace(0.001, 0.999, 999)
    p = p[np.abs(p - 0.05) > 1e-6]
    scores = np.log(np.stack([1 - p, p], 1)).astype(np.float32)
    decide = PriorCorrection().decide(scores, np.zeros(0, np.int64), natural, natural)
    np.testing.assert_array_equal(decide(scores).argmax(1), p > 0.05)


def test_for_many_classes_the_largest_ratio_to_the_prior_wins(make_scores, make_profile):
    scores, _ = make_scores(300, 4)
    natural = make_profile((70, 20, 7, 3))
    decide = PriorCorrection().decide(scores, np.zeros(0, np.int64), natural, natural)
    expected = (np.exp(scores.astype(np.float64)) / [0.7, 0.2, 0.07, 0.03]).argmax(1)
    np.testing.assert_array_equal(decide(scores).argmax(1), expected)
    assert (expected != scores.argmax(1)).any()


def test_back_to_natural_priors_by_hand(make_profile):
    # trained on as many of each: odds of 1 become odds of 1 to 19
    decide = PriorCorrection(target="natural").decide(
        np.zeros((0, 2), np.float32), np.zeros(0, np.int64), make_profile((95, 5)), make_profile((5, 5))
    )
    given = np.exp(decide(np.log(np.array([[0.5, 0.5]], np.float32))))
    np.testing.assert_allclose(given, [[0.95, 0.05]], rtol=1e-5)


def test_composed_it_starts_from_the_priors_that_scores_refer_to(make_table):
    rows = replace(make_table((95, 5)), weight=np.ones(100, np.float32))
    chain = Chain((BalancedSoftmax(), PriorCorrection(target="natural")))
    fitted = fit_tables(chain, Mlp(epochs=1), rows, rows, 0, torch.device("cpu"))
    given = fitted.decision_values(np.log(np.array([[0.5, 0.5]], np.float32)))
    np.testing.assert_allclose(np.exp(given), [[0.95, 0.05]], rtol=1e-5)


def test_classes_of_one_size_are_skipped_with_a_reason(make_profile):
    assert "no class is rarer" in str(PriorCorrection().why_skip(make_profile((9, 9))))


def test_back_to_natural_priors_needs_a_part_that_left_them(make_table):
    rows = make_table((90, 10))
    moved = PriorCorrection(target="natural")
    assert "already refer to natural priors" in str(why_not(moved, Logistic(), rows.profile))
    assert why_not(Chain((RandomUndersampling(strength=1.0), moved)), Logistic(), rows.profile) is None
    assert why_not(PriorCorrection(), Logistic(), rows.profile) is None


def test_other_targets_are_refused():
    with pytest.raises(ValueError, match="target must be one of even, natural"):
        PriorCorrection(target="odd")
