"""How to reproduce, and how to use the winner."""

import ast

import pytest

from longtail.bench.suite import Setting as Tuned
from longtail.bench.summary.use import gain, section, undertrained, untuned, winner
from longtail.bench.summary.view import View
from longtail.reports.content import BlockGroup, Code


def codes(view):
    groups = [block for block in section(view).blocks if isinstance(block, BlockGroup)]
    return [leaf for group in groups for leaf in group.blocks if isinstance(leaf, Code)]


def test_winner_is_exported_and_its_python_parses(view):
    strategy, learner = winner(view)
    assert strategy == "balanced-softmax"
    shell = [code.text for code in codes(view) if code.language == "shell"]
    assert f"longtail export {view.run.name} --strategy balanced-softmax --learner {learner}" in shell
    (python,) = [code.text for code in codes(view) if code.language == "python"]
    ast.parse(python)
    assert "strategy='balanced-softmax'" in python


def test_names_with_brackets_are_quoted_for_the_shell(make, tmp_path):
    made = make(tmp_path, {"cat10": 10, "ctr": 2}, {"none": 0.0, "smote(k_neighbors=3)": 0.1}, ("mlp",), 3)
    shell = [code.text for code in codes(View(made.run, made.frames)) if code.language == "shell"]
    assert any("--strategy 'smote(k_neighbors=3)'" in text for text in shell)


def test_without_a_winner_it_is_the_baseline(make, tmp_path):
    made = make(tmp_path, {"cat10": 10, "ctr": 2}, {"none": 0.0, "mixup": -0.1}, ("mlp",), 3)
    assert winner(View(made.run, made.frames)) == ("none", "mlp")


class Setting:
    def __init__(self, gained: float | None) -> None:
        self.gain_at_double = gained


@pytest.mark.parametrize(("value", "expected"), [(0.02, 0.02), (None, None)])
def test_gain_is_read_where_it_was_measured(value, expected):
    assert gain(Setting(value)) == expected


def test_no_warning_where_nothing_was_measured(view):
    assert undertrained(view) == ()


def test_an_undertrained_baseline_is_warned_of_where_it_ran(make, tmp_path):
    made = make(tmp_path, {"cat10": 10, "ctr": 2}, {"none": 0.0, "mixup": 0.1}, ("mlp",), 3)
    for learner, dataset, gained in (
        ("mlp", "ctr", 0.03),
        ("mlp", "cat10", 0.005),
        ("mlp", "cat50", 0.03),
        ("gbdt", "ctr", 0.03),
    ):
        made.run.suite.settings.append(Tuned(learner=learner, dataset=dataset, parameters={}, gain_at_double=gained))
    (said,) = undertrained(View(made.run, made.frames))
    assert "1 setting of the baseline" in said
    assert "(mlp on ctr)" in said


def test_learners_that_nobody_tuned_on_a_dataset_are_named(make, tmp_path):
    made = make(tmp_path, {"cat10": 10, "ctr": 2}, {"none": 0.0, "mixup": 0.1}, ("mlp",), 3)
    made.run.suite.settings.append(Tuned(learner="mlp", dataset="ctr", parameters={"epochs": 5}))
    (said,) = untuned(View(made.run, made.frames))
    assert "(mlp on cat10)" in said
    made.run.suite.settings.append(Tuned(learner="mlp", dataset="cat10", parameters={"epochs": 5}))
    assert untuned(View(made.run, made.frames)) == ()


def test_who_helps_only_a_weak_learner_is_not_taken_home(make, tmp_path):
    made = make(tmp_path, {"ctr": 2, "cat10": 10}, {"none": 0.0, "mixup": 0.06}, ("gbdt", "mlp"), 3)
    cells = made.frames.cells
    cells.loc[cells["learner"] == "gbdt", "ap"] -= 0.2
    cells.loc[(cells["learner"] == "mlp") & (cells["strategy"] == "mixup"), "ap"] -= 0.06
    assert winner(View(made.run, made.frames)) == ("none", "mlp")
