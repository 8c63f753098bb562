"""What the numbers were measured with."""

from longtail.bench.evaluation.evaluation import evaluate
from longtail.bench.summary.setup import section
from longtail.bench.summary.view import View


def test_run_and_machine_are_said(view):
    (terms,) = section(view).blocks
    items = dict(terms.items)
    assert items["run"] == view.run.name
    assert items["command"] == "longtail run made"
    assert items["cores"] == "2"
    assert items["limits of a cell"] == "10.0 min, 4GiB"


def test_a_machine_that_is_no_dictionary_is_left_out(make_run):
    run = make_run({"none": 1.0}, seeds=(0,))
    (terms,) = section(View(run, evaluate(run))).blocks
    assert "machine" not in dict(terms.items)
