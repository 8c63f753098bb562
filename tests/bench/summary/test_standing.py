"""Where strategies stand: the made effects come out as verdicts."""

import pytest

from longtail.bench.summary.standing import standings, word_of


def words(view, kind, learner, metric="ap"):
    return {row.strategy: row.word for row in standings(view, kind, learner, metric)}


@pytest.mark.parametrize("metric", ["ap", "f1"])
def test_made_effects_are_found_over_datasets(view, metric):
    found = words(view, "generated", "mlp", metric)
    assert found["balanced-softmax"] == "better"
    assert found["near-miss"] == "worse"
    assert found["focal-loss"] == "practically equal"
    assert "none" not in found


def test_not_applicable_has_no_verdict(view):
    assert words(view, "generated", "gbdt")["near-miss"] == "no verdict"


def test_noise_alone_is_undecided_on_one_dataset(view):
    found = words(view, "real", "gbdt")
    assert "undecided" in found.values()
    assert "better" not in found.values()


def test_counts_of_datasets(view):
    row = next(row for row in standings(view, "generated", "mlp", "ap") if row.strategy == "balanced-softmax")
    assert (row.better, row.worse, row.datasets) == (3, 0, 3)
    assert row.difference.mean == pytest.approx(0.06, abs=0.005)


def test_no_row_and_the_baseline_have_no_verdict():
    assert word_of(None) == "no verdict"
    assert word_of({"verdict": "baseline"}) == "no verdict"
    assert word_of({"verdict": "worse"}) == "worse"
