"""The whole profile of a table."""

import json

import numpy as np
import pandas as pd
import pytest

from longtail.bench.profile import profile as module
from longtail.bench.profile.advice import advice_for
from longtail.bench.profile.page import page_of, write_page
from longtail.bench.profile.profile import profiled
from longtail.bench.profile.profile_text import lines_of
from longtail.bench.registry import strategy_named
from longtail.reports.profile import html


def test_counts_are_of_all_rows_of_a_file(profile_of, clicks):
    found = profile_of(clicks, "分类", time="时间")
    counts = clicks["分类"].value_counts()
    assert {each.name: each.rows for each in found.classes} == counts.to_dict()
    assert [each.rows for each in found.classes] == sorted(counts, reverse=True)
    assert found.spread.imbalance_ratio == counts.max() / counts.min()
    assert {each.name for each in found.ids} == {"user_id", "item"}
    assert found.known == ("time",) and found.drift is not None
    assert [clue.column for clue in found.clues if clue.suspect] == ["refund"]
    assert found.drawn == "all 2,000 rows that have a class"
    assert found.in_a_run.startswith(found.drawn + "; the suite quick trains on at most ")


def test_the_document_is_json_and_says_what_the_profile_says(profile_of, clicks):
    found = profile_of(clicks, "分类")
    told = json.loads(json.dumps(found.document()))
    assert told["rows"] == 2_000 and told["drift"] is None
    assert told["leakage"][0]["column"] == "refund" and told["leakage"][0]["suspect"]
    assert told["concentration"]["classes"]["zipf"]["exponent"] == pytest.approx(1.5, abs=0.1)
    assert sum(row["rows"] for row in told["counts"]) == 2_000


def test_generated_rows_for_testing_are_not_counted():
    found = profiled("cat10(rows=800,test_rows=400)")
    assert sum(each.rows for each in found.classes) == found.train_rows == 800
    assert found.rows == 1_200 and found.drawn == ""


def test_a_large_file_is_drawn_from_and_both_draws_are_told(profile_of, monkeypatch):
    monkeypatch.setattr(module, "CELLS", 300_000)
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"y": rng.random(160_000) < 0.05, "a": rng.random(160_000).round(3)})
    found = profile_of(frame, "y")
    assert found.rows == 150_000
    assert found.drawn.startswith("150,000 of 160,000 rows, drawn by class")
    assert found.in_a_run.startswith("50,000 of 160,000 rows, drawn by class")


def test_a_page_shows_every_name_as_words(profile_of, clicks, tmp_path):
    found = profile_of(clicks, "分类", time="时间", group="user_id")
    path = write_page(found, tmp_path / "profile.html")
    text = path.read_text(encoding="utf-8")
    assert text == html(page_of(found))
    assert "<b>x</b>" not in text and "<script>alert" not in text and text.count("<script>") == 1
    for word in ("连衣裙", "运动鞋", "时间 weekday", "&lt;b&gt;x&lt;/b&gt;", "\\frac{1}{2}"):
        assert word in text
    assert "<text" in text and ">连衣裙</text>" in text
    assert list(tmp_path.glob(".profile*")) == []


def test_lines_tell_the_same(profile_of, clicks):
    text = "\n".join(lines_of(profile_of(clicks, "分类", time="时间")))
    assert "! " in text and "refund: determines" in text
    assert "连衣裙" in text and "drift over time: 8 windows of 250 rows" in text
    assert "mend first: The column refund alone removes" in text


def test_strategies_that_are_advised_exist_and_facts_are_the_profiles(profile_of, clicks):
    found = advice_for(profile_of(clicks, "分类"))
    assert found[0].kind == "mend first"
    for each in found:
        for name in each.strategies:
            strategy_named(name)
    assert any(each.fact.startswith("The column user_id has ") for each in found)
