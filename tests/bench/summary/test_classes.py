"""Head and tail, class by class."""

import math

import pytest

from longtail.bench.summary.classes import bands_section, classes_section, selected


def test_cuts_stand_beside_chart_and_table(view):
    chart = bands_section(view).blocks[0].blocks[0]
    assert "at least 50%" in chart.caption
    assert "at most 20%" in chart.caption
    assert "50%" in chart.twin.note


def test_two_classes_have_no_medium(view):
    chart = bands_section(view).blocks[0].blocks[0]
    binary = next(panel for panel in chart.panels if panel.title == "ctr")
    assert all(math.isnan(value) for value in binary.values[binary.names.index("medium")])


def test_only_datasets_of_more_than_two_classes_have_lines(view):
    chart = classes_section(view).blocks[0].blocks[0]
    assert [panel.title for panel in chart.panels] == [
        "cat10, average precision",
        "cat10, recall",
        "cat50, average precision",
        "cat50, recall",
    ]
    assert {"none", "balanced-softmax", "bayes-limit"} <= {series.name for series in chart.panels[0].series}


def test_table_has_every_class_with_its_rank_and_counts(view):
    chart = classes_section(view).blocks[0].blocks[0]
    assert len(chart.twin.rows) == 60
    first = chart.twin.rows[0]
    assert first.cells[0].text == "<script>alert(1)</script>"
    assert [cell.value for cell in first.cells[2:5]] == [1, 1000, 500]
    value = next(panel for panel in chart.panels if panel.title == "cat10, average precision").series[0].y[0]
    assert first.cells[6].value == pytest.approx(value)


def test_selected_begin_with_the_baseline_and_are_few(view):
    found = selected(view, "mlp", ["cat10", "cat50"])
    assert found[:2] == ["none", "balanced-softmax"]
    assert len(found) == len(set(found)) <= 5


def test_known_and_new_users_have_a_table(view):
    group = next(group for group in bands_section(view).blocks if group.title == "Known and new users")
    assert {row.cells[1].text for row in group.blocks[0].rows} == {"mlp", "gbdt"}
