"""Means, curves and verdicts of a run that has ended."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from longtail.bench.evaluation.frames import Frames
from longtail.bench.publishing.summary import NOTE, headlines, note, overall, summaries, verdict_table
from longtail.bench.publishing.tracking import EXPERIMENT_NOTE
from longtail.bench.runs import Run
from longtail.bench.statistics.contrasts import across, contrasts

NOTHING = pd.DataFrame(columns=["dataset", "strategy", "learner", "device"])
NO_VERDICTS = pd.DataFrame(columns=["dataset", "mean"])


@pytest.fixture
def run(make_run: Callable[..., Run]) -> Run:
    return make_run({"none": 1.0})


def values(points: Any) -> dict[str, float]:
    return {point.key: point.value for point in points if point.step == 0}


def test_summary_has_mean_interval_and_number_of_seeds(run: Run, seeded: Callable[..., Frames]) -> None:
    frames = seeded({("ctr", "none"): [0.1, 0.2, 0.3]}, metric="ap")
    (entry,) = summaries(run, frames, NOTHING)
    found = values(entry.points)
    # t(0.975, 2) = 4.30265, the standard error 0.1 / sqrt(3)
    assert found["ap/mean"] == pytest.approx(0.2)
    assert found["ap/ci_low"] == pytest.approx(0.2 - 4.30265 * 0.1 / 3**0.5, abs=1e-5)
    assert found["ap/ci_high"] == pytest.approx(0.2 + 4.30265 * 0.1 / 3**0.5, abs=1e-5)
    assert found["ap/n"] == 3
    assert entry.name == "ctr · none · logistic"
    assert (entry.tags["kind"], entry.tags["data"], entry.tags["seeds"]) == ("summary", "generated", "3")


def test_one_seed_has_no_interval(run: Run, seeded: Callable[..., Frames]) -> None:
    (entry,) = summaries(run, seeded({("ctr", "none"): [0.1]}, metric="ap"), NOTHING)
    assert {key for key in values(entry.points) if key.startswith("ap/")} == {"ap/mean", "ap/n"}


def test_verdict_and_difference_stand_beside_the_mean(run: Run, seeded: Callable[..., Frames]) -> None:
    pairs = {("ctr", "none"): [0.1, 0.2, 0.3], ("ctr", "smote"): [0.31, 0.4, 0.49]}
    frames = seeded(pairs, metric="ap", references={"prior": 0.01, "bayes-limit": 0.9})
    verdicts = contrasts(frames, "ap")
    entries = {entry.tags["strategy"]: entry for entry in summaries(run, frames, verdicts)}
    # differences .21, .20, .19
    found = values(entries["smote"].points)
    assert found["ap_difference/mean"] == pytest.approx(0.2)
    assert found["ap_difference/ci_low"] == pytest.approx(0.2 - 4.30265 * 0.01 / 3**0.5, abs=1e-5)
    assert entries["bayes-limit"].tags["learner"] == "reference"
    assert (entries["none"].tags["verdict"], entries["smote"].tags["verdict"]) == ("baseline", "better")


def test_failed_cells_are_not_averaged(run: Run, seeded: Callable[..., Frames]) -> None:
    frames = seeded({("ctr", "none"): [0.1, 0.2, 0.9]}, metric="ap")
    frames.cells.loc[frames.cells["seed"] == 2, "status"] = "timeout"
    (entry,) = summaries(run, frames, NOTHING)
    assert values(entry.points)["ap/mean"] == pytest.approx(0.15)
    assert values(entry.points)["ap/n"] == 2


def test_curve_goes_from_the_most_frequent_class_to_the_rarest(run: Run, seeded: Callable[..., Frames]) -> None:
    frames = seeded({("cat3", "none"): [0.1, 0.2]}, metric="ap")
    frames.cells["cell"] = ["a", "b"]
    rows = [
        {"cell": cell, "class_index": index, "rank": rank, "ap": ap, "recall": float("nan"), "train_count": 10}
        for cell, seed in (("a", 0), ("b", 0.2))
        for index, rank, ap in ((0, 2, 0.5 + seed), (1, 3, 0.1 + seed), (2, 1, 0.9 - seed))
    ]
    (entry,) = summaries(run, Frames(frames.cells, pd.DataFrame(rows)), NOTHING)
    curve = [(point.step, point.value) for point in entry.points if point.key == "ap/by_class"]
    assert curve == [(1, pytest.approx(0.8)), (2, pytest.approx(0.6)), (3, pytest.approx(0.2))]
    assert not [point for point in entry.points if point.key == "recall/by_class"]


def test_generated_and_real_data_are_never_pooled(run: Run, table: Callable[[list[dict[str, Any]]], Frames]) -> None:
    frames = table(
        [
            {"dataset": dataset, "strategy": "none", "seed": 0, "ap": ap, "generated": generated}
            for dataset, ap, generated in (("a", 0.1, True), ("b", 0.3, True), ("c", 0.7, False), ("d", 0.9, False))
        ]
    )
    entries = {entry.tags["data"]: entry for entry in overall(run, frames, across(frames, "ap"))}
    assert values(entries["generated"].points)["ap/mean"] == pytest.approx(0.2)
    assert values(entries["real"].points)["ap/mean"] == pytest.approx(0.8)
    assert entries["real"].tags["datasets"] == "c, d"
    assert entries["real"].name == "none · logistic · 2 real datasets"


def test_difference_over_datasets_is_a_share_of_what_there_is_to_gain(
    run: Run, table: Callable[[list[dict[str, Any]]], Frames]
) -> None:
    rows: list[dict[str, Any]] = []
    for dataset, unit in (("ctr", 0.052), ("cat10", 0.56)):
        # a fifth of what there is to gain, and .01 of it more with each seed
        for name, share in (("none", 0.4), ("smote", 0.6)):
            scores = [0.05 + (share + 0.01 * seed * (name == "smote")) * unit for seed in (0, 1)]
            rows += [{"dataset": dataset, "strategy": name, "seed": s, "ap": ap} for s, ap in enumerate(scores)]
        for name, ap in (("prior", 0.05), ("bayes-limit", 0.05 + unit)):
            about = {"dataset": dataset, "strategy": name, "learner": "reference", "reference": True, "seed": 0}
            rows.append(about | {"ap": ap})
    frames = table(rows)
    entries = {entry.tags["strategy"]: entry for entry in overall(run, frames, across(frames, "ap"))}
    found = values(entries["smote"].points)
    assert found["ap_difference/mean"] == pytest.approx(0.205)
    assert (found["wins"], entries["smote"].tags["verdict"]) == (2, "better")


def test_notes_document_the_unit_over_datasets(run: Run) -> None:
    assert "share of what there is to gain" in " ".join(note(run, NO_VERDICTS).split())
    assert "share of what there is to gain" in " ".join(EXPERIMENT_NOTE.split())


def test_one_dataset_has_no_mean_over_datasets(run: Run, seeded: Callable[..., Frames]) -> None:
    frames = seeded({("ctr", "none"): [0.1, 0.2]}, metric="ap")
    assert overall(run, frames, across(frames, "ap")) == []


def test_mean_that_changes_is_marked_as_another(run: Run, seeded: Callable[..., Frames]) -> None:
    marks = [
        summaries(run, seeded({("ctr", "none"): [0.1, value]}, metric="ap"), NOTHING)[0].tags["longtail.records"]
        for value in (0.2, 0.2, 0.3)
    ]
    assert marks[0] == marks[1] != marks[2]


def test_headlines_name_dataset_strategy_and_learner(seeded: Callable[..., Frames]) -> None:
    frames = seeded({("ctr", "smote(k=3)"): [0.1, 0.3]}, metric="ap", references={"prior": 0.01})
    assert values(headlines(frames)) == {"ap/ctr/smote_k_3_/logistic": pytest.approx(0.2)}


def test_table_puts_the_largest_difference_first_and_says_what_is_left_out(seeded: Callable[..., Frames]) -> None:
    frames = seeded({("ctr", "none"): [0.1, 0.2], ("ctr", "x"): [0.3, 0.4], ("ctr", "y|z"): [0.2, 0.3]}, metric="ap")
    verdicts = contrasts(frames, "ap")
    rows = [line for line in verdict_table(verdicts).splitlines() if line.startswith("| ") and "strategy" not in line]
    assert [row.split(" | ")[0] for row in rows] == ["| x", "| y\\|z", "| none"]
    assert "+0.2000 [+0.2000, +0.2000]" in rows[0]
    assert "2 more in verdicts.md" in verdict_table(verdicts, 1)


@pytest.mark.parametrize("strategies", [5, 60, 400])
def test_note_fits_a_tag(run: Run, seeded: Callable[..., Frames], strategies: int) -> None:
    numbers = {(f"data-{d}", name): [0.1, 0.2] for d in range(3) for name in ["none", *map(str, range(strategies))]}
    verdicts = contrasts(seeded(numbers, metric="ap"), "ap")
    remarks = [f"- [run {n}](#/x): 3 cells" for n in range(100)]
    text = note(run, verdicts, remarks)
    assert len(text) <= NOTE
    assert "- [run 0](#/x): 3 cells" in text
    assert all(f"### data-{d}" in text for d in range(3))


def test_note_leaves_out_pairs_without_a_result(run: Run, seeded: Callable[..., Frames]) -> None:
    frames = seeded({("ctr", "none"): [0.1, 0.2], ("ctr", "gone"): [0.1, 0.2]}, metric="ap")
    gone = frames.cells["strategy"] == "gone"
    cells = frames.cells.assign(status=frames.cells["status"].mask(gone, "failed"))
    verdicts = contrasts(replace(frames, cells=cells), "ap")
    assert "gone" in verdict_table(verdicts)
    assert "gone" not in note(run, verdicts)
