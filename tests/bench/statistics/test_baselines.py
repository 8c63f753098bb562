import json

import pandas as pd
import pytest

from longtail.bench.errors import ConfigurationError, StoreError
from longtail.bench.statistics.baselines import (
    baseline_run,
    export,
    read_exported,
    set_baseline,
    snapshot_named,
    snapshot_of,
)
from longtail.bench.statistics.comparison import compare


def test_the_baseline_is_the_run_that_was_set(make_run, tmp_path):
    first, second = make_run({"none": 0.2}, name="a"), make_run({"none": 0.2}, name="b")
    set_baseline(tmp_path, first)
    assert baseline_run(tmp_path).name == first.name
    set_baseline(tmp_path, second)
    assert snapshot_named(tmp_path, "baseline").name == second.name


def test_without_a_baseline_the_error_says_how_to_set_one(tmp_path):
    with pytest.raises(ConfigurationError, match=r"no baseline is set in .*longtail baseline set RUN"):
        baseline_run(tmp_path)


def test_a_baseline_that_is_gone_is_named(make_run, tmp_path):
    run = make_run({"none": 0.2})
    set_baseline(tmp_path, run)
    (run.path / "run.json").unlink()
    with pytest.raises(ConfigurationError, match=f"the baseline {run.name!r} is no longer in"):
        baseline_run(tmp_path)


def test_a_corrupt_pointer_is_an_error_of_the_store(tmp_path):
    (tmp_path / "baseline.json").write_text("[]")
    with pytest.raises(StoreError, match=r"baseline\.json is corrupt"):
        baseline_run(tmp_path)


def test_an_exported_baseline_reads_back_and_compares_as_its_run(make_run, tmp_path):
    run = make_run({"none": 0.2, "smote": 0.9}, statuses={("smote", 2): "failed"})
    snapshot, path = snapshot_of(run), tmp_path / "committed.json"
    export(snapshot, path)
    read = read_exported(path)
    pd.testing.assert_frame_equal(read.cells, snapshot.cells, check_dtype=False)
    assert (read.name, read.baseline, read.commit) == (run.name, "none", "code")
    assert compare(read, snapshot).counts == {"identical": 4}
    assert len(path.read_text().splitlines()) > len(snapshot.cells)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "Invalid JSON"),
        ('{"longtail_baseline": 2}', "longtail_baseline: Input should be 1"),
        ('{"cells": []}', "longtail_baseline: Field required"),
    ],
)
def test_a_file_that_is_no_baseline_is_refused(tmp_path, text, said):
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(StoreError, match=f"is not an exported baseline: .*{said}"):
        read_exported(path)


def test_unknown_keys_of_a_cell_are_refused(make_run, tmp_path):
    path = tmp_path / "x.json"
    export(snapshot_of(make_run({"none": 0.2}, seeds=(0,))), path)
    held = json.loads(path.read_text())
    held["cells"][0]["command"] = "rm"
    path.write_text(json.dumps(held))
    with pytest.raises(StoreError, match=r"cells\.0\.command: Extra inputs are not permitted"):
        read_exported(path)


def test_a_file_that_is_absent_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match=r"there is no exported baseline gone\.json"):
        snapshot_named(tmp_path, "gone.json")


def test_a_run_of_another_folder_is_no_baseline(make_run, tmp_path):
    with pytest.raises(ConfigurationError, match="a baseline is a run of the same folder"):
        set_baseline(tmp_path / "other", make_run({"none": 0.2}, seeds=(0,)))
