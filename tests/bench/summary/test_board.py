"""The leaderboard."""

import numpy as np
import pytest
from scipy import stats

from longtail.bench.summary.board import mean_by_seed, section
from longtail.reports.content import VerdictCell


def rows_of(view, title):
    group = next(group for group in section(view).blocks if group.title == title)
    return {row.cells[0].text: row for row in group.blocks[0].rows}


def test_generated_and_real_data_and_learners_stand_apart(view):
    assert [group.title for group in section(view).blocks] == [
        "mlp, generated data",
        "gbdt, generated data",
        "mlp, real data",
        "gbdt, real data",
    ]


def test_mean_over_datasets_has_an_interval_over_seeds():
    found = mean_by_seed([{0: 0.1, 1: 0.3}, {0: 0.5, 1: 0.5}])
    low, high = stats.t.interval(0.95, 1, np.mean([0.3, 0.4]), stats.sem([0.3, 0.4]))
    assert (found.mean, found.low, found.high) == pytest.approx((0.35, low, high))
    assert found.remark == ""


def test_a_mean_over_fewer_datasets_says_so():
    assert mean_by_seed([{0: 0.1, 1: 0.3}, {}]).remark == "1 of 2 datasets"
    assert mean_by_seed([{}, {}]).mean is None


def test_the_baseline_comes_first_and_references_last(view):
    names = list(rows_of(view, "mlp, generated data"))
    assert names[0] == "none"
    assert names[1] == "balanced-softmax"
    assert names[-2:] == ["prior", "bayes-limit"]
    assert list(rows_of(view, "mlp, real data"))[-1] == "prior"


def test_verdict_cost_and_value(view, made):
    row = rows_of(view, "mlp, generated data")["balanced-softmax"]
    assert isinstance(row.cells[1], VerdictCell)
    assert row.cells[1].word == "better"
    cells = made.frames.cells
    own = cells[
        (cells["strategy"] == "balanced-softmax") & (cells["learner"] == "mlp") & cells["generated"].astype(bool)
    ]
    assert row.cells[2].mean == pytest.approx(own.groupby("dataset")["ap"].mean().mean())
    assert set(row.sources) == set(own["cell"])
    # made costs: 1 s and a fifth for each letter of the name
    assert row.cells[5].value == pytest.approx(1 + 16 / 5)
    assert row.cells[6].value == pytest.approx((1 + 16 / 5) / (1 + 4 / 5))


def test_over_several_datasets_the_difference_is_a_share_and_the_caption_says_so(view):
    row = rows_of(view, "mlp, generated data")["balanced-softmax"]
    assert row.cells[1].difference.form == "gain"
    captions = {group.title: group.blocks[0].caption for group in section(view).blocks}
    assert captions["mlp, generated data"].endswith("against none, differences in AP in % of what there is to gain")
    assert captions["mlp, real data"].endswith("against none")


def test_what_changes_nothing_neither_wins_nor_ties(scaled):
    rows = rows_of(scaled, "mlp, generated data")
    assert [rows[name].cells[8].text for name in ("mixup", "threshold")] == ["2, 0, 0", "unchanged"]
