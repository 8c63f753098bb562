"""Words in charts."""

from longtail.reports.chart_labels import cut, margin, width


def test_chinese_letters_are_wider():
    assert width("连衣裙", 10) == 30
    assert width("abc", 10) < 20


def test_short_words_stay():
    assert cut("smote", 100) == "smote"


def test_long_words_fit_after_the_cut():
    short = cut("连衣裙和鞋子" * 10, 80)
    assert short.endswith("…")
    assert width(short) <= 80


def test_parameters_at_the_end_stay_as_long_as_there_is_room():
    room = width("edited-nearest…(rounds=100)")
    assert cut("edited-nearest-neighbours(rounds=100)", room) == "edited-nearest…(rounds=100)"
    assert cut("smote(k_neighbors=3,strength=0.25)", width("smote(k_neighb…")) == "smote(k_neighb…"
    assert cut("sneakers (red) and others", width("sneakers (…")) == "sneakers (…"


def test_control_characters_are_dropped():
    assert cut("a\x00b\nc", 100) == "abc"
    assert cut("\x00", 100) == "?"


def test_margin_is_capped():
    assert margin(["a" * 500], most=100) == 110
    assert margin([]) == 10
