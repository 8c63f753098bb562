import numpy as np
import pandas as pd
import pytest
import yaml
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score

from longtail.bench.learners.gbdt import Gbdt
from longtail.bench.learners.mlp import Mlp
from longtail.bench.learners.tree import Tree
from longtail.bench.registry import learner_named
from longtail.bench.suite import suite_from
from longtail.bench.training.splits import evaluation_split
from longtail.bench.tuning import tuning
from longtail.bench.tuning.tuning import (
    Tuned,
    TuningTask,
    descent,
    doubled,
    settings_yaml,
    smoothed,
    tasks_of,
    tuned_for,
    untested,
)
from longtail.datasets.base import Card, Dataset

SUITE = {
    "name": "s",
    "datasets": ["ctr", "cat50"],
    "pairs": [{"strategies": ["none", "smote"], "learners": ["tree", "gbdt", "forest(trees=5)"]}],
}
FOUND = Tuned("ctr", "mlp", {"rate": 0.001, "epochs": 20}, 0.2, 0.1, 0.5, 0.02345, 5)


def rows(time, groups=None, n=2000):
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"a": rng.normal(size=n)})
    y = (X.a.to_numpy() + rng.normal(size=n) > 1).astype(np.int64)
    return Dataset("d", X, y, ("no", "yes"), Card("t", "r", "l", "s", "x"), groups, time)


def test_descent_by_hand():
    values = {(1, 10): 0.50, (1, 20): 0.60, (2, 20): 0.70, (2, 10): 0.65, (3, 20): 0.4}
    tried = []

    def judge(settings):
        tried.append((settings["a"], settings["b"]))
        return values[tried[-1]]

    assert descent({"a": (1, 2, 3), "b": (10, 20)}, {"a": 1, "b": 20}, judge) == {"a": 2, "b": 20}
    # a along b = 20, then b along a = 2, then again; (1, 10) and (3, 10) are never needed
    assert set(tried) == {(1, 20), (2, 20), (3, 20), (2, 10)}


@pytest.mark.parametrize(("quick", "chosen"), [(0.6971, 1), (0.6960, 2)])  # .7 x .995 = .6965
def test_of_settings_within_half_a_percent_the_first_is_taken(quick, chosen):
    values = {1: quick, 2: 0.7, 3: 0.6999}
    assert descent({"a": (1, 2, 3)}, {"a": 3}, lambda settings: values[settings["a"]]) == {"a": chosen}


def test_settings_that_are_not_in_the_grid_stay():
    assert descent({"a": (1,)}, {"a": 1, "kept": "x"}, lambda settings: 1.0) == {"a": 1, "kept": "x"}


def test_doubling_takes_what_says_how_long_training_is():
    assert doubled(Mlp(epochs=10, patience=4)) == {"epochs": 20, "patience": 8}
    assert doubled(Gbdt(iterations=50)) == {"iterations": 100}
    assert doubled(Gbdt(iterations=50), ["iterations"]) == {}
    assert doubled(Tree()) == {}


def test_tasks_are_the_pairs_that_can_stand_by_dataset():
    suite = suite_from(SUITE, "")
    pairs = [(task.dataset, task.learner) for task in tasks_of(suite, 2)]
    assert pairs == [
        ("ctr", "tree"),
        ("ctr", "gbdt"),
        ("ctr", "forest(trees=5)"),
        ("cat50", "tree"),
        ("cat50", "forest(trees=5)"),  # gbdt stands up to 10 classes
    ]


@pytest.mark.parametrize("seeds", [3, [5, 1001], [4000]])
def test_seeds_are_kept_apart(seeds):
    suite = suite_from(SUITE | {"seeds": seeds}, "")
    for task in tasks_of(suite, 3):
        assert len(set(task.seeds)) == 3
        assert min(task.seeds) >= 1000
        assert not set(task.seeds) & set(suite.seed_list)


def test_rows_split_by_time_are_those_before_all_test_rows():
    time = np.random.default_rng(1).random(2000)
    given = rows(time)
    kept = untested(given, (0, 1, 2))
    tested = min(time[evaluation_split(given, seed).held].min() for seed in (0, 1, 2))
    assert kept.time.max() < tested
    assert len(kept) == 1000  # the earliest origin's training window: half of the rows
    assert len(kept.X) == len(kept.y) == len(kept.time)


def test_rows_split_at_random_are_without_the_test_rows_of_a_seed():
    given = rows(None)
    kept = untested(given, (4,))
    assert kept.X.a.tolist() == given.X.a.iloc[evaluation_split(given, 4).learn].tolist()


def test_average_precision_is_that_of_held_back_rows(monkeypatch):
    monkeypatch.setattr(tuning, "source_named", lambda text: Given())
    tuning._prepared.cache_clear()
    task = TuningTask("given", "logistic", "none", {"C": 1.0}, None, (1000,), (0,))
    prepared = tuning._prepared("given", None, 1000, (0,))
    classifier = LogisticRegression(max_iter=300).fit(prepared.train.x, prepared.train.y)
    expected = average_precision_score(prepared.truth.y_test, classifier.predict_proba(prepared.test.x)[:, 1])
    assert tuning._ap(task, {"C": 1.0}, 1000) == pytest.approx(expected, abs=1e-6)
    tuning._prepared.cache_clear()


class Given:
    generated = False

    def load(self, seed):
        return rows(None)


def test_a_learner_is_tuned_on_generated_rows():
    task = TuningTask("ctr(rows=600,test_rows=2000)", "tree", "none", {"depth": 0, "leaf": 1}, None, (1000, 1001), (0,))
    found = tuned_for(task)
    assert found is not None
    assert found.parameters["leaf"] > 1  # leaves of one row rank nothing where one row in a hundred is clicked
    assert found.untuned < found.ap < found.limit
    assert found.gain_at_double is None


@pytest.fixture
def judged(monkeypatch):
    """What (strategy, settings) were judged: the AP is worked out below, and nothing is fitted."""
    met = []

    def ap(task, settings, seed):
        met.append((task.baseline, dict(settings)))
        gain = {"label-smoothing(epsilon=0.05)": 1.02, "label-smoothing": 1.03}.get(task.baseline, 1.0)
        return gain * (0.1 + 0.05 * (settings["batch"] == 64) + 0.02 * (settings["decay"] == 3.0))

    monkeypatch.setattr(tuning, "_ap", ap)
    monkeypatch.setattr(tuning, "_limit", lambda prepared: None)
    monkeypatch.setattr(tuning, "_prepared", lambda *key: None)
    return met


@pytest.mark.parametrize("learner", ["mlp", "dcn"])
def test_batch_sizes_and_weight_decays_are_tried_and_the_best_is_chosen(judged, learner):
    found = tuned_for(TuningTask("ctr", learner, "none", {}, None, (1000,), (0,)))
    plain = [settings for name, settings in judged if name == "none"]
    assert {settings["batch"] for settings in plain} == {1024, 256, 64}
    assert {settings["decay"] for settings in plain} == {0.0, 3.0, 10.0}
    assert (found.parameters["batch"], found.parameters["decay"]) == (64, 3.0)
    assert found.ap == pytest.approx(0.17)
    assert found.untuned == pytest.approx(0.1)  # 256 rows, no decay


def test_label_smoothing_is_tried_at_the_settings_of_the_baseline(judged):
    found = tuned_for(TuningTask("ctr", "mlp", "none", {}, None, (1000,), (0,)))
    smoothed = [(name, settings) for name, settings in judged if name != "none"]
    names = ["label-smoothing(epsilon=0.05)", "label-smoothing", "label-smoothing(epsilon=0.2)"]
    assert smoothed == [(name, found.parameters) for name in names]
    assert (found.smoothing, found.gain_of_smoothing) == ("label-smoothing", pytest.approx(0.03))
    # 12 values in the grid, two sweeps; the start, twice the steps, three of smoothing
    assert found.tried == len(judged) <= 2 * 12 + 2 + 3


def test_each_label_smoothing_is_fitted():
    task = TuningTask("ctr(rows=600,test_rows=2000)", "mlp", "none", {}, None, (1000,), (0,))
    found = smoothed(task, learner_named("mlp"), {"epochs": 3})
    assert list(found) == ["label-smoothing(epsilon=0.05)", "label-smoothing", "label-smoothing(epsilon=0.2)"]
    assert len({*found.values(), tuning._mean_ap(task, {"epochs": 3})}) == 4


@pytest.mark.parametrize(("learner", "baseline"), [("tree", "none"), ("mlp", "class-weights")])
def test_label_smoothing_is_a_control_of_plain_training_by_a_loss(monkeypatch, learner, baseline):
    monkeypatch.setattr(tuning, "_mean_ap", lambda task, settings: pytest.fail("nothing is to be fitted"))
    assert smoothed(TuningTask("ctr", learner, baseline, {}, None, (1000,), (0,)), learner_named(learner), {}) == {}


def test_parameters_in_the_learners_name_are_left_alone():
    task = TuningTask("ctr(rows=600,test_rows=2000)", "tree(depth=3)", "none", {}, None, (1000,), (0,))
    found = tuned_for(task)
    assert found is not None
    assert set(found.parameters) == {"leaf"}


def test_a_dataset_that_a_learner_can_not_learn_from_is_left_out():
    assert tuned_for(TuningTask("cat50(rows=600,test_rows=500)", "gbdt", "none", {}, None, (1000,), (0,))) is None


def test_settings_are_those_of_a_suite():
    read = yaml.safe_load(settings_yaml([FOUND]))
    setting = suite_from(SUITE | read, "").settings[0]
    assert (setting.learner, setting.dataset) == ("mlp", "ctr")
    assert setting.parameters == {"rate": 0.001, "epochs": 20}
    assert setting.gain_at_double == 0.0234


@pytest.mark.parametrize(("gain", "warned"), [(0.0101, True), (0.01, False), (-0.2, False), (None, False)])
def test_an_undertrained_baseline_is_warned_of(gain, warned):
    found = Tuned("ctr", "mlp", {}, 0.2, 0.1, None, gain, 1)
    assert len(found.warnings) == warned
    if warned:
        assert "mlp on ctr is undertrained: twice the steps gain 1.0%" in found.warnings[0]


@pytest.mark.parametrize(("gain", "warned"), [(0.0101, True), (0.01, False), (-0.2, False), (None, False)])
def test_a_baseline_that_smoothed_labels_beat_is_warned_of(gain, warned):
    found = Tuned("ctr", "mlp", {}, 0.2, 0.1, None, None, 1, "label-smoothing(epsilon=0.05)", gain)
    assert len(found.warnings) == warned
    if warned:
        assert "mlp on ctr gains 1.0% from label-smoothing(epsilon=0.05)" in found.warnings[0]
