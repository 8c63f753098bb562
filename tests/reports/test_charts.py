"""Charts as SVG that belongs to the page."""

import re
import xml.etree.ElementTree as ET

import pytest

from longtail.reports.charts.dot_plot import DotsPanel
from longtail.reports.charts.drawing import keys, panels
from longtail.reports.charts.scatter_plot import ScatterPanel, Spot
from longtail.reports.content import Chart
from longtail.reports.svg import ROLES


def elements(text):
    return list(ET.fromstring(text).iter())


def words(text):
    return ["".join(element.itertext()) for element in elements(text) if element.tag == "text"]


def test_every_kind_of_chart_is_well_formed(charts):
    for chart in charts:
        for svg in panels(chart):
            root = ET.fromstring(svg)
            assert root.tag == "svg"
            assert root.get("role") == "img"
            assert root.get("aria-label")


def test_colours_come_from_the_page(charts):
    for chart in charts:
        for svg in panels(chart):
            assert "style=" not in svg
            assert "<style" not in svg
            assert not re.search(r"#[0-9a-f]{6}\b", svg)
            used = {name for element in elements(svg) for name in element.get("class", "").split()}
            assert used - {"chart"} <= {f"{letter}-{role}" for letter in "fk" for role in ROLES.values()}


def test_ids_are_unique_over_panels_and_each_reference_has_its_target(charts):
    everything = "".join(svg for chart in charts for svg in panels(chart))
    ids = re.findall(r' id="([^"]+)"', everything)
    assert len(ids) == len(set(ids))
    referred = re.findall(r'href="#([^"]+)"', everything) + re.findall(r"url\(#([^)]+)\)", everything)
    assert set(referred) <= set(ids)


def test_dollars_are_no_formulas_and_markup_is_escaped(forest):
    (svg,) = panels(forest)
    assert "<script" not in svg
    assert any(word.startswith("<script>alert") for word in words(svg))
    assert "连衣裙和鞋子" in words(svg)


def test_markers_say_their_numbers(forest):
    (svg,) = panels(forest)
    titles = [element.text for element in elements(svg) if element.tag == "title"]
    assert "smote: +0.020 [+0.010, +0.030], better" in titles
    assert "one seed: +0.010, no verdict" in titles
    assert len(titles) == 5


def test_verdicts_differ_by_shape_too(forest):
    shapes = [re.sub(r'class="[^"]*"', "", str(symbol)) for symbol, _ in keys(forest)]
    assert len(set(shapes)) == len(shapes) == 6


def test_series_differ_by_shape_too(charts):
    lines = next(chart for chart in charts if chart.id == "lines")
    shapes = [re.sub(r'class="[^"]*"', "", str(symbol)) for symbol, _ in keys(lines)]
    assert len(set(shapes)) == len(shapes) == 2


def test_more_learners_than_colours_differ_by_colour_or_shape(charts):
    learners = tuple(f"learner {n}" for n in range(11))
    dots = DotsPanel("cat10", ("none",), learners, tuple((n / 11,) for n in range(11)), "recall")
    spots = tuple(Spot("none", 1.0 + n, 0.3, n) for n in range(11))
    for panel in (dots, ScatterPanel("cat10", spots, learners, "seconds", "AP")):
        chart = Chart("many", "Many", (panel,), charts[0].twin)
        (svg,) = panels(chart)
        assert all(name in svg for name in learners)
        assert len({str(symbol) for symbol, _ in keys(chart)}) == len(keys(chart)) == 11


def test_front_is_named_and_other_points_are_not(charts):
    scatter = next(chart for chart in charts if chart.id == "scatter")
    (svg,) = panels(scatter)
    assert "none" in words(svg)
    assert "smote" not in words(svg)


def test_bars_say_their_sum(charts):
    stacks = next(chart for chart in charts if chart.id == "stacks")
    (svg,) = panels(stacks)
    assert {"1.1 s", "5.1 s"} <= set(words(svg))


@pytest.mark.parametrize("place", range(6))
def test_same_content_gives_same_bytes(charts, place):
    assert panels(charts[place]) == panels(charts[place])
