from dataclasses import replace

import pytest

from longtail.bench import cli
from longtail.bench.cells import Cell
from longtail.bench.classifier import RebalancedClassifier
from longtail.bench.runs import Planned, Run


@pytest.fixture
def exported(make_run, capsys):
    run = make_run({"none": 0.0, "smote": 0.5}, seeds=(4, 5))

    def call(*words, of=run):
        code = cli.call(["export", of.name, "--runs", str(of.path.parent), *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    call.run = run
    return call


def test_the_printed_python_rebuilds_the_classifier(exported):
    code, out, _ = exported("--strategy", "smote", "--learner", "logistic")
    assert code == 0
    assert "# measured on toy; seeds 4, 5" in out
    names = {}
    exec(out, names)
    built = names["classifier"]
    assert isinstance(built, RebalancedClassifier)
    assert (built.strategy, built.learner, built.random_state) == ("smote", "logistic", 4)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--strategy", "smoat", "--learner", "logistic"), "has no strategy 'smoat', did you mean 'smote'"),
        (("--strategy", "smote", "--learner", "mlp"), "has no learner 'mlp'"),
        (
            ("--strategy", "smote", "--learner", "logistic", "--dataset", "tay"),
            "has no dataset 'tay', did you mean 'toy'",
        ),
    ],
)
def test_what_the_run_lacks_is_one_sentence(exported, words, said):
    code, out, err = exported(*words)
    assert (code, out) == (1, "")
    assert said in err


def test_settings_that_differ_by_dataset_need_a_dataset(exported):
    rows = tuple(
        Planned(Cell(dataset, "none", "mlp", 0, settings={"width": width}), "f", None, 1.0, "controls", True)
        for dataset, width in (("ctr", 8), ("cat10", 16))
    )
    run = Run.create(exported.run.path.parent, exported.run.suite, rows, {})
    code, _, err = exported("--strategy", "none", "--learner", "mlp", of=run)
    assert code == 1
    assert "name one with --dataset: ctr, cat10" in err
    _, out, _ = exported("--strategy", "none", "--learner", "mlp", "--dataset", "cat10", of=run)
    assert "settings={'width': 16}" in out


def test_a_pair_that_was_not_applicable_cannot_be_rebuilt(exported):
    row = replace(exported.run.planned[0], applicable="it can't")
    run = Run.create(exported.run.path.parent, exported.run.suite, (row,), {})
    code, _, err = exported("--strategy", "none", "--learner", "logistic", of=run)
    assert code == 1
    assert "it can't" in err
