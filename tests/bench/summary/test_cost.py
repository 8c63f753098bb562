"""Quality against cost, and the accounting of rows."""

from longtail.bench.summary.cost import front, quality_section, runtime_section


def test_front_worked_by_hand():
    #         cheap  better  dearer and worse  dearer and best  as dear as the best, worse
    points = [(1, 0.2), (2, 0.3), (3, 0.25), (4, 0.5), (4, 0.4)]
    assert front(points) == [True, True, False, True, False]


def test_equal_points_are_both_on_the_front():
    assert front([(1, 0.5), (1, 0.5)]) == [True, True]


def test_table_marks_the_points_that_the_chart_names(view):
    (chart,) = quality_section(view).blocks
    named = {
        (panel.title, spot.label, chart.panels[0].groups[spot.group])
        for panel in chart.panels
        for spot in panel.spots
        if spot.front
    }
    marked = {(row.cells[2].text, row.cells[0].text, row.cells[1].text) for row in chart.twin.rows if row.cells[5].text}
    assert named == marked


def test_rows_of_the_rarest_class_before_and_after(view):
    table = next(group for group in runtime_section(view).blocks if group.title == "Rows trained on").blocks[0]
    row = next(r for r in table.rows if [c.text for c in r.cells[:3]] == ["smote", "mlp", "cat50"])
    # 1000 // 50 = 20 rows, raised to 200: n1' = n1 + 9 n1; 1000 rows of the largest class
    assert [cell.value for cell in row.cells[3:8]] == [20, 200, 9, 1000, 1000]
    assert [cell.value for cell in row.cells[-2:]] == [50, 5]


def test_stacked_parts_add_up_to_the_total(view):
    group = runtime_section(view).blocks[0]
    panel = group.blocks[0].panels[0]
    assert panel.names == ("encode", "resample", "fit", "calibrate", "predict")
    place = panel.labels.index("none")
    assert abs(sum(part[place] for part in panel.values) - 1.8) < 1e-9
