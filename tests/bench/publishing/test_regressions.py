"""What MLflow is to show of a run against the baseline run."""

import json
from collections.abc import Callable

import pytest

from longtail.bench.evaluation.evaluation import evaluate
from longtail.bench.publishing.regressions import against_baseline, baseline_mark
from longtail.bench.runs import Run
from longtail.bench.statistics.baselines import set_baseline


def test_without_a_baseline_there_is_nothing(make_run: Callable[..., Run]) -> None:
    run = make_run({"none": 1.0})
    assert against_baseline(run, evaluate(run)) == ([], {})


def test_worse_run_counts_its_regressions_and_shows_by_how_much(make_run: Callable[..., Run]) -> None:
    base = make_run({"none": 0.5, "same": 0.5}, code="old")
    run = make_run({"none": 3.0, "same": 0.5}, code="new")
    set_baseline(run.path.parent, base)
    points, tags = against_baseline(run, frames := evaluate(run))
    found = {point.key: point.value for point in points}
    assert found["regressions/count"] == 2  # ap and f1 of none
    assert found["improvements/count"] == 0
    assert found["compared/cells"] == 6
    old = evaluate(base).cells
    means = [cells[~cells["reference"].astype(bool)].groupby("strategy")["ap"].mean() for cells in (old, frames.cells)]
    assert found["delta/ap/toy"] == pytest.approx((means[1] - means[0]).mean(), rel=1e-4)
    assert found["delta/ap/toy"] < 0
    assert tags == {"baseline": base.name}


def test_baseline_says_so(make_run: Callable[..., Run]) -> None:
    run = make_run({"none": 0.5})
    set_baseline(run.path.parent, run)
    assert against_baseline(run, evaluate(run)) == ([], {"baseline": "this run"})
    assert run.name in baseline_mark(run.path.parent)


def test_baseline_that_is_gone_is_said_and_stops_nothing(make_run: Callable[..., Run]) -> None:
    run = make_run({"none": 0.5})
    (run.path.parent / "baseline.json").write_text(json.dumps({"run": "gone"}))
    points, tags = against_baseline(run, evaluate(run))
    assert points == []
    assert "'gone' is no longer in" in tags["baseline"]
