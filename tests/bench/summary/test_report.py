"""The whole report: what it says of a made run, and that it becomes a file."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from longtail.bench.errors import StoreError
from longtail.bench.evaluation.evaluation import evaluate
from longtail.bench.summary.report import content_of, write_report
from longtail.reports.content import BlockGroup, Chart, Report, ReportTable
from longtail.reports.render import html


@pytest.fixture(scope="module")
def report(made) -> Report:
    return content_of(made.run, made.frames)


def leaves(report: Report) -> Iterator[object]:
    for section in report.sections:
        for block in section.blocks:
            yield from block.blocks if isinstance(block, BlockGroup) else (block,)


def tables(report: Report) -> list[ReportTable]:
    found = [leaf.twin if isinstance(leaf, Chart) else leaf for leaf in leaves(report)]
    return [leaf for leaf in found if isinstance(leaf, ReportTable)]


def test_every_section_is_there_in_order(report):
    assert [section.id for section in report.sections] == [
        "verdict",
        "leaderboard",
        "bands",
        "classes",
        "quality",
        "curves",
        "runtime",
        "cells",
        "limit",
        "data",
        "environment",
        "reproduce",
    ]


def test_facts_count_what_is_done(report, made):
    # 5 strategies x 2 learners x 4 datasets x 3 seeds, less near-miss on gbdt (12) and smote on cat10, seed 0 (2)
    assert {("106 of 108", "cells done"), ("12", "not applicable")} <= set(report.facts)
    untuned, lost = report.notices
    assert untuned.startswith("Learners ran with settings that were not tuned there (mlp and gbdt on ctr; ")
    assert lost == "Not done: 2 cells timeout. Means are over what is done; see Cells for the reasons."


def test_every_row_is_as_long_as_its_head(report):
    for table in tables(report):
        assert {len(row.cells) for row in table.rows} <= {len(table.columns)}, table.id


def test_no_two_columns_of_a_table_share_a_name(report):
    for table in tables(report):
        labels = [column.label for column in table.columns]
        assert len(set(labels)) == len(labels), table.id


def test_ids_are_unique(report):
    found = [*report.sections, *tables(report), *(leaf for leaf in leaves(report) if not isinstance(leaf, ReportTable))]
    ids = [part.id for part in found if hasattr(part, "id")]
    assert [key for key in set(ids) if ids.count(key) > 1] == []


def test_every_planned_cell_has_a_row_with_its_id(report, made):
    ledger = next(table for table in tables(report) if table.id == "cells-all")
    assert {row.cells[0].text for row in ledger.rows} == {planned.cell.id for planned in made.run.planned}


def test_numbers_of_tables_say_which_cells_they_come_from(report, made):
    known = {planned.cell.id for planned in made.run.planned}
    for prefix in ("matrix", "board", "bands", "quality", "time", "rows", "nearness", "reach", "classes", "unfinished"):
        found = [table for table in tables(report) if table.id.startswith(prefix)]
        assert found
        for row in found[0].rows:
            if row.cells[0].text not in {"prior", "bayes-limit"}:
                assert row.sources
                assert set(row.sources) <= known


def test_names_from_data_reach_the_page_as_words(report):
    page = html(report)
    assert page.count("<script>") == 1
    words: list[str] = []
    parser = HTMLParser()
    parser.handle_data = words.append
    parser.feed(re.sub(r"<script>.*</script>", "", page, flags=re.DOTALL))
    said = "".join(words)
    for name in ("alert(1)", "连衣裙", "$\\frac{1}{2}$", '"quoted" & plain', "beware of <b>bold</b>"):
        assert name in said


def test_a_real_run_becomes_a_file_twice_the_same(make_run):
    run = make_run({"none": 1.0, "other": 0.2, "third": 2.0})
    path = write_report(run)
    first = path.read_bytes()
    assert write_report(run).read_bytes() == first
    assert [found.name for found in run.path.iterdir() if "report" in found.name] == ["report.html"]
    assert b"no dataset is called &#39;toy&#39;" in first


def test_references_and_curves_of_a_real_run_are_in_it(make_run):
    run = make_run({"none": 1.0, "other": 0.2})
    report = content_of(run, evaluate(run))
    ids = {leaf.id for leaf in leaves(report) if isinstance(leaf, Chart)}
    assert {"pr", "calibration", "reach", "quality-chart", "forest-ap-logistic", "classes-logistic"} <= ids


def test_a_run_without_any_done_cell_has_a_report(make_run):
    statuses = {("none", seed): "failed" for seed in range(3)} | {("other", seed): "timeout" for seed in range(3)}
    run = make_run({"none": 1.0, "other": 0.2}, statuses=statuses)
    report = content_of(run, evaluate(run))
    assert report.headlines[0].word == "no verdict"
    assert "it broke" in html(report)


def test_one_seed_and_one_strategy_have_a_report(make_run):
    run = make_run({"none": 1.0}, seeds=(7,))
    assert "toy" in html(content_of(run, evaluate(run)))


def test_real_data_have_a_report_without_a_limit(make_run):
    run = make_run({"none": 1.0, "other": 0.2}, classes=2, generated=False)
    report = content_of(run, evaluate(run))
    assert report.kinds == ("real",)
    assert "No dataset of this run has a known limit." in html(report)


def test_a_folder_that_can_not_be_written_is_named(make_run, monkeypatch):
    run = make_run({"none": 1.0})
    (run.path / "report.html").mkdir()
    with pytest.raises(StoreError, match=r"can't write .*report\.html"):
        write_report(run)


@pytest.mark.slow
def test_fifteen_strategies_on_twelve_datasets_with_five_seeds_stay_under_two_megabytes(make, tmp_path):
    datasets = {f"data-{n}": (2, 10, 50)[n % 3] for n in range(11)} | {"zozo-click": 2}
    effects = {"none": 0.0} | {f"strategy-{n}": (n - 7) / 100 for n in range(14)}
    made = make(tmp_path, datasets, effects, ("mlp",), 5)
    assert len(html(content_of(made.run, made.frames)).encode()) < 2_000_000
