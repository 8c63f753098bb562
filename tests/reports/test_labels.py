"""Words in charts."""

from longtail.reports.labels import cut, margin, width


def test_chinese_letters_are_wider():
    assert width("连衣裙", 10) == 30
    assert width("abc", 10) < 20


def test_short_words_stay():
    assert cut("smote", 100) == "smote"


def test_long_words_fit_after_the_cut():
    short = cut("连衣裙和鞋子" * 10, 80)
    assert short.endswith("…")
    assert width(short) <= 80


def test_control_characters_are_dropped():
    assert cut("a\x00b\nc", 100) == "abc"
    assert cut("\x00", 100) == "?"


def test_margin_is_capped():
    assert margin(["a" * 500], most=100) == 110
    assert margin([]) == 10
