"""The answer in a sentence."""

import re

from longtail.bench.evaluation.evaluation import evaluate
from longtail.bench.summary.headline import headlines
from longtail.bench.summary.view import View


def test_winner_over_datasets_is_named_with_its_learners_and_intervals(view):
    generated, real = headlines(view)
    assert generated.word == "better"
    assert generated.text.startswith("To rank better than “none”, use balanced-softmax with ")
    # .06 of .45
    assert re.search(r"mlp \(\+1[34]\.\d % of what there is to gain \[\+1\d\.\d %, \+1\d\.\d %\]\)", generated.text)
    assert re.search(r"gbdt \(\+1[34]\.\d % of what there is to gain ", generated.text)
    assert "To decide better (Macro F1): balanced-softmax with mlp (+0.0" in generated.text
    assert generated.label == "Generated data, 3 datasets: ctr, cat10 and cat50"
    assert real.label == "Real data, zozo-click"


def test_noise_is_called_undecided(view):
    real = headlines(view)[1]
    assert real.word == "undecided"
    assert real.text.startswith("Undecided: no strategy is shown to rank better than “none”")
    assert "Keep “none”" in real.text


def test_help_for_a_weak_learner_makes_no_headline(make, tmp_path):
    made = make(tmp_path, {"ctr": 2, "cat10": 10}, {"none": 0.0, "mixup": 0.06}, ("mlp", "gbdt"), 3)
    cells = made.frames.cells
    cells.loc[cells["learner"] == "gbdt", "ap"] -= 0.2
    cells.loc[(cells["learner"] == "mlp") & (cells["strategy"] == "mixup"), "ap"] -= 0.06
    (generated,) = headlines(View(made.run, made.frames))
    assert generated.word != "better"
    assert "mixup with gbdt" in generated.text.partition("Better only than")[2]
    assert "Strongest learner under “none”: mlp, AP 0.30" in generated.text


def test_one_seed_is_called_too_few(make, tmp_path):
    made = make(tmp_path, {"cat10": 10}, {"none": 0.0, "mixup": 0.1}, ("mlp",), 1)
    (generated,) = headlines(View(made.run, made.frames))
    assert generated.word == "undecided"
    assert generated.text.endswith("run three or more.")


def test_on_one_dataset_the_difference_is_raw(make, tmp_path):
    made = make(tmp_path, {"cat10": 10}, {"none": 0.0, "mixup": 0.1}, ("mlp",), 3)
    (generated,) = headlines(View(made.run, made.frames))
    assert "use mixup with mlp (+0.1" in generated.text
    assert "of what there is to gain" not in generated.text


def test_pairs_that_change_nothing_are_not_counted(scaled):
    cells = scaled.frames.cells
    cells.loc[cells["strategy"] == "mixup", "ap"] = cells.loc[cells["strategy"] == "none", "ap"].to_numpy() + 1e-6
    (generated,) = headlines(scaled)
    assert "(of 2 pairs of strategy and learner, 2 practically equal)" in generated.text
    assert generated.word == "practically equal"


def test_where_nothing_changes_the_ranking_that_is_the_answer(make, tmp_path):
    made = make(tmp_path, {"ctr": 2, "cat10": 10}, {"none": 0.0, "threshold": 0.0}, ("mlp",), 3)
    made.frames.cells.loc[~made.frames.cells["reference"].astype(bool), "ap"] = 0.3
    (generated,) = headlines(View(made.run, made.frames))
    assert generated.word == "practically equal"
    assert generated.text.startswith(
        "No strategy changes how rows are ranked: with threshold every AP is that of “none”."
    )


def test_nothing_done_is_no_verdict(make_run):
    statuses = {(name, seed): "failed" for name in ("none", "other") for seed in range(3)}
    run = make_run({"none": 1.0, "other": 0.2}, statuses=statuses)
    (headline,) = headlines(View(run, evaluate(run)))
    assert headline.word == "no verdict"


def test_the_baseline_alone_has_nothing_to_be_compared_with(make, tmp_path):
    made = make(tmp_path, {"cat10": 10, "ctr": 2}, {"none": 0.0}, ("mlp", "gbdt"), 3)
    (generated,) = headlines(View(made.run, made.frames))
    assert generated.word == "no verdict"
    assert "no strategy but “none” was run" in generated.text
    assert "Strongest learner" in generated.text
