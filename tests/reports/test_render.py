"""The page as a file."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from longtail.reports.content import IntervalCell, NumberCell, Scope, TableRow, TextCell
from longtail.reports.render import html
from longtail.reports.table_cells import row_html


class Outline(HTMLParser):
    """Tags with attributes, and the words between them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)


@pytest.fixture
def page(report):
    return html(report)


def test_only_inline_style_and_script_whose_hashes_the_policy_names(page):
    outline = Outline(page)
    policy = next(a["content"] for tag, a in outline.tags if a.get("http-equiv") == "Content-Security-Policy")
    for kind in ("style", "script"):
        (text,) = re.findall(rf"<{kind}>(.*?)</{kind}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_nothing_is_asked_of_anybody(page):
    for tag, attributes in Outline(page).tags:
        assert tag not in {"img", "iframe", "object", "embed", "base", "form"}
        for name, value in attributes.items():
            assert not name.startswith("on"), (tag, name)
            assert name != "style", tag
            if name in {"src", "href", "action"}:
                assert value == "data:," or value.startswith(("#", "../"))
    assert "@import" not in page
    assert "url(http" not in page


def test_names_from_data_are_words_only(page, report):
    tags = [tag for tag, _ in Outline(page).tags]
    assert tags.count("script") == 1
    assert "alert('x')" in "".join(Outline(page).words)
    assert report.title in "".join(Outline(page).words)


def test_numbers_stand_in_the_page_without_a_script(page):
    bare = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    words = " ".join("".join(Outline(bare).words).split())
    for expected in ("0.400", "[0.390, 0.420]", "1.0 s", "+0.020 [+0.010, +0.030]", "连衣裙和鞋子", "Use smote."):
        assert expected in words


def test_ids_are_unique(page):
    ids = [attributes["id"] for _, attributes in Outline(page).tags if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_each_link_within_the_page_has_a_target(page):
    outline = Outline(page)
    ids = {attributes.get("id") for _, attributes in outline.tags}
    targets = {a["href"][1:] for tag, a in outline.tags if tag == "a" and a["href"].startswith("#")}
    assert targets <= ids


def test_each_chart_has_a_table_twin(page, charts):
    figures = re.findall(r"<figure.*?</figure>", page, re.DOTALL)
    assert len(figures) == len(charts)
    for figure in figures:
        assert "<details" in figure
        assert "<table>" in figure
        assert "<figcaption>" in figure


def test_tables_have_a_caption_and_heads_with_scope(page):
    assert page.count("<table>") == page.count("<caption>")
    for tag, attributes in Outline(page).tags:
        if tag == "th":
            assert attributes.get("scope") in {"row", "col"}


def test_same_content_gives_same_bytes(report, changed):
    assert html(report) == html(report)
    assert html(report) != html(changed)


def test_rows_say_where_their_numbers_come_from():
    row = TableRow((TextCell("smote"), NumberCell(0.5)), ("0123456789abcdef", "fedcba9876543210"), Scope("mlp", "real"))
    assert row_html(row) == (
        '<tr data-learner="mlp" data-kind="real" data-cells="01234567 fedcba98">'
        '<th scope="row">smote<td class="n" data-v="0.5">0.500</tr>'
    )


def test_what_is_not_comparable_says_so_and_sorts_last():
    cell = IntervalCell(0.5, 0.4, 0.6, 3, scale=(0, 1), remark="1 of 2 datasets")
    text = row_html(TableRow((TextCell("a"), cell)))
    assert 'data-v=""' in text
    assert "1 of 2 datasets" in text
    assert "<svg" not in text
    assert "0.400" not in text


def test_hostile_attributes_stay_attributes():
    text = row_html(TableRow((TextCell("a", hint='" onmouseover="x', href='#"><script>'),)))
    ((_, _), (_, head), (_, link)) = Outline(text).tags
    assert head["title"] == '" onmouseover="x'
    assert link["href"] == '#"><script>'
