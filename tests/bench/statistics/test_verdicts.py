import numpy as np
import pytest

from longtail.bench.statistics.verdicts import SHARE, half_width, in_shares, rope, unit_of, verdict_on

AGAINST = {"learner": "logistic", "device": "cpu", "strategy": "none"}


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [
        (0.02, 0.05, "better"),
        (-0.05, -0.02, "worse"),
        (-0.01, 0.01, "practically equal"),
        (0.005, 0.05, "undecided"),
        (-0.05, 0.05, "undecided"),
        (np.nan, np.nan, "undecided"),
    ],
)
def test_words(low, high, word):
    assert verdict_on(low, high, 0.01, higher_is_better=True) == word


def test_lower_is_better_turns_the_words():
    assert verdict_on(0.02, 0.05, 0.01, higher_is_better=False) == "worse"
    assert verdict_on(-0.05, -0.02, 0.01, higher_is_better=False) == "better"


def test_rope_is_a_twentieth_of_what_there_is_to_gain(seeded):
    frames = seeded({("d", "none"): [0.2, 0.3]}, "ap", {"prior": 0.01, "bayes-limit": 0.51})
    assert rope(frames.cells, "ap", "d", AGAINST) == (pytest.approx(0.05 * 0.5), "")


def test_rope_follows_the_baselines_lift_where_the_limit_is_unknown(seeded):
    frames = seeded({("d", "none"): [0.3, 0.5], ("d", "smote"): [0.9, 0.9]}, "ap", {"prior": 0.1})
    assert rope(frames.cells, "ap", "d", AGAINST) == (pytest.approx(0.05 * 0.3), "")


@pytest.mark.parametrize("value", [0.05, 0.15])
def test_next_to_no_lift_leaves_a_twentieth_of_class_frequencies_and_says_so(seeded, value):
    frames = seeded({("d", "none"): [value, value]}, "ap", {"prior": 0.1})
    half, note = rope(frames.cells, "ap", "d", AGAINST)
    assert half == pytest.approx(0.05 * 0.1)
    assert "hardly beats class frequencies" in note


def test_no_lift_of_another_metric_leaves_no_room_and_says_so(seeded):
    frames = seeded({("d", "none"): [0.45, 0.45]}, "roc_auc", {"prior": 0.5})
    half, note = rope(frames.cells, "roc_auc", "d", AGAINST)
    assert half == 0
    assert "does not beat class frequencies" in note


def test_losses_gain_downward_and_decisions_have_a_hundredth(seeded):
    frames = seeded({("d", "none"): [0.5]}, "log_loss", {"prior": 0.9, "bayes-limit": 0.3})
    assert rope(frames.cells, "log_loss", "d", AGAINST)[0] == pytest.approx(0.03)
    assert rope(frames.cells, "f1", "d", AGAINST) == (0.01, "")


@pytest.mark.parametrize(
    ("metric", "base", "references", "unit"),
    [
        ("ap", 0.3, {"prior": 0.01, "bayes-limit": 0.51}, 0.5),
        ("ap", 0.4, {"prior": 0.1}, 0.3),
        ("ap", 0.15, {"prior": 0.1}, 0.1),
        ("ap", 0.15, {"prior": 0.1, "bayes-limit": 0.16}, 0.1),
        ("log_loss", 0.5, {"prior": 0.9, "bayes-limit": 0.3}, 0.6),
        ("roc_auc", 0.45, {"prior": 0.5}, 0.0),
        ("f1", 0.3, {"prior": 0.1, "bayes-limit": 0.9}, 1.0),
        ("calibration_error", 0.03, {"prior": 0.01}, 1.0),
    ],
)
def test_the_unit_is_what_there_is_to_gain_and_one_where_scales_are_alike(seeded, metric, base, references, unit):
    frames = seeded({("d", "none"): [base, base]}, metric, references)
    found, note = unit_of(frames.cells, metric, "d", AGAINST)
    assert found == pytest.approx(unit)
    assert rope(frames.cells, metric, "d", AGAINST) == (pytest.approx(half_width(metric) * unit), note)


def test_without_class_frequencies_the_unit_is_unknown(seeded):
    found, note = unit_of(seeded({("d", "none"): [0.3]}, "ap").cells, "ap", "d", AGAINST)
    assert np.isnan(found)
    assert "unknown" in note


def test_only_metrics_of_probabilities_without_a_fixed_band_are_shares():
    assert [half_width(name) for name in ("ap", "f1", "calibration_error")] == [SHARE, 0.01, 0.005]
    assert [in_shares(name) for name in ("ap", "log_loss", "f1", "mcc", "calibration_error")] == [
        True,
        True,
        False,
        False,
        False,
    ]
