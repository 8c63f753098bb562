"""Cells of tables as HTML."""

from longtail.reports.content import IntervalCell, NumberCell, TallyCell, TextCell, VerdictCell
from longtail.reports.table_cells import cell_html

DIFFERENCE = IntervalCell(0.02, 0.01, 0.03, 3, "signed")


def test_tally_says_how_many_who_and_by_how_much():
    tally = TallyCell("better", 3, (("smote", DIFFERENCE, "better on 2 of 3 datasets"),), ("mixup", "focal-loss"))
    text = str(cell_html(tally, "td"))
    assert 'data-v="3"' in text
    assert "v-better" in text
    assert "<b>3</b>" in text
    assert "smote" in text
    assert "+0.020 [+0.010, +0.030]" in text
    assert 'title="better on 2 of 3 datasets"' in text
    assert "<span>mixup</span>, <span>focal-loss</span>" in text


def test_a_tally_of_many_names_shows_some_and_folds_the_rest():
    names = tuple(f"s{number}" for number in range(30))
    text = str(cell_html(TallyCell("undecided", 30, rest=names), "td"))
    shown, _, folded = text.partition("<details><summary>and 18 more:</summary>")
    assert [name for name in names if f"<span>{name}</span>" in shown] == list(names[:12])
    assert [name for name in names if f"<span>{name}</span>" in folded] == list(names[12:])
    assert "<details>" not in str(cell_html(TallyCell("undecided", 13, rest=names[:13]), "td"))


def test_nobody_is_a_zero_without_a_colour():
    text = str(cell_html(TallyCell("worse", 0), "td"))
    assert "v-worse" not in text
    assert "<b>0</b>" in text


def test_names_and_remarks_of_a_tally_are_escaped():
    text = str(cell_html(TallyCell("worse", 2, (("<b>", DIFFERENCE, '"><i>'),), ("<u>",)), "td"))
    assert "<i>" not in text
    assert "<u>" not in text
    assert "&lt;u&gt;" in text


def test_verdict_is_a_word_and_a_sign_never_a_colour_alone():
    text = str(cell_html(VerdictCell("practically equal", DIFFERENCE), "td"))
    assert "practically equal" in text
    assert "≈" in text


def test_bar_stays_in_its_box_whatever_the_interval():
    text = str(cell_html(IntervalCell(0.5, -9.0, 9.0, 3, scale=(0.4, 0.6), mark=0.45), "td"))
    assert 'd="M3 6H51"' in text
    assert 'cx="27"' in text
    assert 'd="M15 0V12"' in text


def test_no_number_is_a_dash_that_sorts_as_nothing():
    assert str(cell_html(NumberCell(None), "td")) == '<td class="n" data-v="">–'


def test_head_of_a_row_has_its_scope_and_link():
    assert str(cell_html(TextCell("a&b", href="#x"), "th")) == '<th scope="row"><a href="#x">a&amp;b</a>'
