import pytest

from longtail.bench.errors import ConfigurationError
from longtail.bench.planning.estimates import bytes_of, seconds_of
from longtail.bench.planning.listing import of
from longtail.bench.planning.plan import cost_of, expand, known_beforehand, settings_for, training_size
from longtail.bench.records import Record
from longtail.bench.registry import learner_named, source_named, strategy_named
from longtail.bench.store import Store
from longtail.bench.suite import suite_from


def suite(**changes):
    least = {
        "name": "s",
        "datasets": ["ctr(rows=600,test_rows=400)"],
        "pairs": [{"strategies": ["none"], "learners": ["logistic"]}],
        "seeds": 2,
    }
    return suite_from(least | changes, "")


def cells(planned):
    return [(row.cell.dataset.partition("(")[0], row.cell.strategy, row.cell.learner, row.cell.seed) for row in planned]


def test_pairs_meet_datasets_and_seeds_and_no_cell_comes_twice():
    pairs = [
        {"strategies": ["none"], "learners": ["logistic"]},
        {"strategies": ["none", "threshold"], "learners": ["logistic"]},
    ]
    planned = expand(suite(pairs=pairs))
    assert sorted(cells(planned)) == [
        ("ctr", name, "logistic", seed) for name in ("none", "threshold") for seed in (0, 1)
    ]
    assert len({row.cell.id for row in planned}) == 4


def test_a_pair_may_be_for_some_datasets_only():
    pairs = [{"strategies": ["none"], "learners": ["logistic"], "datasets": ["cat*"]}]
    planned = expand(suite(datasets=["ctr", "cat10"], pairs=pairs, seeds=1))
    assert cells(planned) == [("cat10", "none", "logistic", 0)]


def test_texts_are_canonical_so_that_equal_parts_are_equal_cells():
    one = expand(suite(pairs=[{"strategies": ["threshold()"], "learners": ["logistic()"]}]))
    assert cells(one)[0] == ("ctr", "threshold", "logistic", 0)


def test_what_hooks_tell_is_known_before_anything_runs():
    planned = expand(suite(pairs=[{"strategies": ["focal-loss"], "learners": ["logistic"]}]))
    assert {row.applicable for row in planned} == {
        "logistic does not honour the hook loss that focal-loss acts through"
    }
    assert cost_of(planned).cells == 0


def test_boosting_of_many_classes_is_excluded_by_the_learner():
    learner = learner_named("gbdt")
    assert known_beforehand(strategy_named("none"), learner, 2) is None
    assert known_beforehand(strategy_named("none"), learner, 50) is not None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"datasets": ["crt"]}, "no dataset is called 'crt', did you mean 'ctr'"),
        (
            {"pairs": [{"strategies": ["smoat"], "learners": ["logistic"]}]},
            "no strategy is called 'smoat', did you mean",
        ),
        (
            {"pairs": [{"strategies": ["none"], "learners": ["logistics"]}]},
            "no learner is called 'logistics', did you mean",
        ),
        ({"baseline": "nothing"}, "no strategy is called 'nothing'"),
        (
            {"pairs": [{"strategies": ["focal-loss+balanced-softmax"], "learners": ["mlp"]}]},
            "only one part of a composed",
        ),
        (
            {"pairs": [{"strategies": ["none"], "learners": ["logistic"], "datasets": ["cta"]}]},
            "a pair is for the dataset 'cta'",
        ),
    ],
)
def test_what_there_is_not_is_one_sentence(changes, said):
    with pytest.raises(ConfigurationError, match=said):
        expand(suite(**changes))


def test_settings_of_a_dataset_go_over_those_for_all():
    settings = [
        {"learner": "mlp", "dataset": "ctr", "parameters": {"rate": 2}},
        {"learner": "mlp", "parameters": {"rate": 1, "width": 8}},
        {"learner": "gbdt", "parameters": {"rate": 9}},
    ]
    tuned = suite(settings=settings)
    assert settings_for(tuned, "mlp", "ctr(rows=600)") == {"rate": 2, "width": 8}
    assert settings_for(tuned, "mlp", "cat10") == {"rate": 1, "width": 8}
    assert settings_for(tuned, "logistic", "ctr") == {}


def test_a_default_that_is_written_out_goes_over_the_settings(tmp_path):
    settings = [{"learner": "logistic", "parameters": {"C": 0.1}}]
    pairs = [{"strategies": ["none"], "learners": ["logistic(C=1.0)", "logistic"]}]
    cells = [row.cell for row in expand(suite(seeds=1, settings=settings, pairs=pairs), Store(tmp_path))]
    assert {cell.learner: learner_named(cell.learner, cell.settings).C for cell in cells} == {
        "logistic(C=1)": 1.0,
        "logistic": 0.1,
    }


def test_an_estimate_is_what_earlier_seeds_took(tmp_path):
    store = Store(tmp_path)
    rough = expand(suite(), store)
    for row, seconds in zip(rough, (3.0, 5.0), strict=True):
        store.write(Record(row.cell.id, row.cell.identity, "older", "done", costs={"seconds_total": seconds}))
    assert [row.seconds for row in expand(suite(), store)] == [4.0, 4.0]
    assert [row.seconds for row in expand(suite(), Store(tmp_path / "empty"))] == [row.seconds for row in rough]


def test_the_rough_model_gives_what_was_measured():
    none, gbdt = strategy_named("none"), learner_named("gbdt")
    assert seconds_of(none, gbdt, 40_000, 2, "controls") == pytest.approx(1, rel=0.3)
    assert seconds_of(none, gbdt, 20_000, 50, "controls") == pytest.approx(25, rel=0.3)
    assert seconds_of(none, learner_named("forest(trees=100)"), 40_000, 2, "controls") == pytest.approx(24, rel=0.3)
    smote = seconds_of(strategy_named("smote"), learner_named("logistic"), 40_000, 2, "over_sampling")
    assert smote == pytest.approx(13, rel=0.3)


def test_disk_counts_at_most_51_classes_twice():
    assert bytes_of(0, 2) == 20_000 * 16
    assert bytes_of(0, 500) == bytes_of(0, 102)


def test_a_set_that_the_user_has_to_bring_is_not_applicable_with_the_command(tmp_path, monkeypatch):
    monkeypatch.setenv("LONGTAIL_CACHE", str(tmp_path))
    planned = expand(suite(datasets=["online-shoppers", "wine"], seeds=1))
    assert "`longtail data fetch online-shoppers`" in planned[0].applicable
    assert planned[1].applicable is None and cost_of(planned).cells == 1


def test_absent_sets_of_one_collection_are_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("LONGTAIL_CACHE", str(tmp_path))
    sets = [f"zenodo(set={name})" for name in ("abalone", "ecoli", "mammography")]
    asked = suite(
        datasets=[*sets, "online-shoppers", "wine"], pairs=[{"strategies": ["none", "smote"], "learners": ["logistic"]}]
    )
    lines = list(of(asked, tmp_path / "runs").lines())
    away = [line for line in lines if "not on this machine" in line]
    assert [line.partition(": ")[0] for line in away] == [
        "3 sets of zenodo are left out",
        "online-shoppers is left out",
    ]
    assert away[0].count("`longtail data fetch zenodo`") == 1
    assert not any(line.startswith(("zenodo", "online-shoppers /", "not applicable")) for line in lines)
    assert lines[0].startswith("wine / logistic: 4 cells")
    assert lines[-2] == "20 cells, 16 not applicable, 0 cached"


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("ctr(rows=600,test_rows=400)", 600),  # a generated source says how many rows are for training
        ("online-shoppers", 8631),  # seven tenths of 12,330
        ("zozo-click", 30_000),  # half of 60,000: rows are split by time
    ],
)
def test_the_plan_counts_training_rows(text, rows):
    assert training_size(source_named(text))[0] == rows
