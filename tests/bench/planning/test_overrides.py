import pytest

from longtail.bench.errors import ConfigurationError
from longtail.bench.naming import matches
from longtail.bench.planning.overrides import Overrides, listed
from longtail.bench.suite import suite_from

SUITE = suite_from(
    {
        "name": "s",
        "datasets": ["ctr", "ctr-strong", "cat10"],
        "pairs": [
            {"strategies": ["none", "smote(k_neighbors=3)", "threshold"], "learners": ["logistic", "mlp"]},
            {"strategies": ["none", "bagging"], "learners": ["tree"]},
        ],
        "contrasts": ["threshold", "bagging"],
    },
    "",
)


def pairs_of(suite):
    return {(s, learner) for pair in suite.pairs for s in pair.strategies for learner in pair.learners}


def test_nothing_asked_changes_nothing():
    assert Overrides().of(SUITE) == SUITE


def test_lists_split_outside_brackets():
    assert listed("a(x=1,y=[2,3]), b") == ("a(x=1,y=[2,3])", "b")
    assert listed(None) is None


def test_patterns_choose_datasets_and_new_names_are_added():
    assert Overrides(datasets=("ctr*",)).of(SUITE).datasets == ["ctr", "ctr-strong"]
    assert Overrides(datasets=("cat10", "cat50(rows=5)")).of(SUITE).datasets == ["cat10", "cat50(rows=5)"]


def test_a_name_chooses_its_variants_and_the_baseline_stays_where_they_are():
    found = Overrides(strategies=("smote",)).of(SUITE)
    assert pairs_of(found) == {(s, k) for s in ("none", "smote(k_neighbors=3)") for k in ("logistic", "mlp")}


def test_a_strategy_that_the_suite_lacks_runs_on_all_its_learners():
    found = pairs_of(Overrides(strategies=("mine",)).of(SUITE))
    assert {learner for s, learner in found if s == "mine"} == {"logistic", "mlp", "tree"}
    assert {learner for s, learner in found if s == "none"} == {"logistic", "mlp", "tree"}


def test_learners_are_filtered_and_a_new_one_meets_every_strategy():
    assert pairs_of(Overrides(learners=("tree",)).of(SUITE)) == {("none", "tree"), ("bagging", "tree")}
    found = pairs_of(Overrides(learners=("gbdt",)).of(SUITE))
    assert found == {(s, "gbdt") for s in ("none", "smote(k_neighbors=3)", "threshold", "bagging")}


def test_contrasts_that_are_not_run_are_dropped():
    assert Overrides(strategies=("threshold",)).of(SUITE).contrasts == ["threshold"]


def test_keys_are_checked_like_the_files():
    assert Overrides(keys=(("budget", "30m"), ("seeds", 5))).of(SUITE).budget == 1800
    with pytest.raises(ConfigurationError, match="the command line: seeds: a seed is an integer, not 'many'"):
        Overrides(keys=(("seeds", "many"),)).of(SUITE)


def test_a_pattern_matches_a_text_or_its_name():
    assert matches("file", 'file(path=a.csv,target="y")')
    assert matches("cat*", "cat10(rows=5)")
    assert not matches("smote", "smote+threshold")
    assert matches("smote+*", "smote+threshold")
