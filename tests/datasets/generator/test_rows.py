"""Rows: sessions, examination, margins."""

from dataclasses import replace

import numpy as np
import pytest

from longtail.datasets.generator.log import Chunk, blocks, frame, joined
from longtail.datasets.generator.numeric_columns import NUMBERS
from longtail.datasets.generator.rows import OF_SESSION, Window
from longtail.datasets.generator.separability import calibrated
from longtail.datasets.generator.spec import Spec

SHOP = Spec("click", bayes_ap=0.3, rate=0.05, items=60, categories=4)
WINDOW = Window(10_000, 10_000)


def log(**knobs) -> Chunk:
    return joined(list(blocks(replace(SHOP, **knobs), np.random.SeedSequence(0), WINDOW)))


def test_impressions_of_a_session_share_user_and_context_and_not_the_item():
    drawn = log(session_rows=5.0, missing=0.1).drawn
    same = np.diff(drawn.sessions) == 0
    assert same.mean() == pytest.approx(0.8, abs=0.01)
    for values in (drawn.users, *(drawn.codes[name] for name in ("device", "channel", "region", "segment", "query"))):
        assert (np.diff(values)[same] == 0).all() and np.diff(values)[~same].any()
    for name in OF_SESSION:
        steps = np.diff(np.nan_to_num(drawn.numbers[name], nan=-1))
        assert (steps[same] == 0).all() and (steps[~same] != 0).mean() > 0.5
    assert (np.diff(drawn.codes["item"])[same] != 0).mean() > 0.5
    assert not same[9_999], "no session has training and test rows"
    assert (drawn.sessions <= np.arange(20_000)).all() and drawn.sessions[0] == 0


def test_the_session_is_a_column_where_it_has_rows():
    chunk = log(session_rows=5.0)
    spec = replace(SHOP, session_rows=5.0)
    session = frame(spec, chunk.drawn)["session"]
    assert session.nunique() == len(np.unique(chunk.drawn.sessions)) > 3_000
    assert session[0] == "s000000000"
    assert "session" not in frame(SHOP, log().drawn)


@pytest.mark.parametrize("device", range(4))
def test_examination_falls_with_the_position_by_device_and_interest_does_not(device):
    chunk = log(position_bias=0.7, device_bias=2.0)
    law = calibrated(replace(SHOP, position_bias=0.7, device_bias=2.0)).law
    drawn = chunk.drawn
    of_device = drawn.codes["device"] == device
    slot = drawn.numbers["position"]
    steep = 0.7 * (1 + 2 * ([1.2, 0.9, 1.0, 1.2][device] - 1))
    assert drawn.examined[of_device] == pytest.approx(slot[of_device] ** -steep, rel=1e-5)
    moved = replace(drawn, examined=np.ones_like(drawn.examined))
    interest = law.interest(law.scores(drawn), drawn)
    assert np.array_equal(interest, law.interest(law.scores(moved), moved))
    assert chunk.visible[:, 0] == pytest.approx(drawn.examined * (interest * drawn.chances).sum(1), rel=1e-5)


def test_clicks_fall_with_the_position_as_examination_does():
    chunk = log(position_bias=1.0, device_bias=0.0, rate=0.1)
    slot = chunk.drawn.numbers["position"].astype(int)
    expected = np.array([chunk.full[slot == place, 0].sum() for place in range(1, 13)])
    found = np.bincount(slot, chunk.y, minlength=13)[1:]
    assert ((found - expected) ** 2 / expected).sum() < 40  # chi-square of 12 at .0001
    rate = found / np.bincount(slot, minlength=13)[1:]
    assert rate[:2].mean() / rate[-6:].mean() > 4


def test_the_logged_chance_is_the_share_of_interest_that_becomes_a_click():
    chunk = log(position_bias=1.0, rate=0.1)
    law, drawn = calibrated(replace(SHOP, position_bias=1.0, rate=0.1)).law, chunk.drawn
    of_type = law.interest(law.scores(drawn), drawn)[np.arange(len(drawn)), drawn.types]
    assert 0 < drawn.examined.min() < 0.1 and drawn.examined.max() == 1
    band = np.digitize(drawn.examined, [0.1, 0.2, 0.4, 0.8])
    expected = np.bincount(band, of_type * drawn.examined)
    assert ((np.bincount(band, chunk.y) - expected) ** 2 / expected).sum() < 26  # chi-square of 5 at .0001
    # what is looked at has nothing to do with what is liked
    assert abs(np.corrcoef(drawn.examined, of_type)[0, 1]) < 4 / np.sqrt(len(drawn))


def test_a_log_that_is_all_looked_at_has_the_same_law_and_the_same_training_rows():
    plain, judged = log(position_bias=1.0), log(position_bias=1.0, test_examined=True)
    laws = [calibrated(replace(SHOP, position_bias=1.0, test_examined=seen)).law for seen in (False, True)]
    assert laws[0].scale == laws[1].scale and np.array_equal(laws[0].intercepts, laws[1].intercepts)
    for name in ("y", "visible", "full"):
        assert np.array_equal(getattr(plain, name)[:10_000], getattr(judged, name)[:10_000])
    for name in ("signals", "users", "seconds", "types", "propensity"):
        assert np.array_equal(getattr(plain.drawn, name), getattr(judged.drawn, name))
    assert np.array_equal(plain.drawn.examined[:10_000], judged.drawn.examined[:10_000])
    assert (judged.drawn.examined[10_000:] == 1).all()
    # of the same rows: a chance of being looked at times what is clicked once it is
    assert plain.visible[10_000:] == pytest.approx(
        plain.drawn.examined[10_000:, None] * judged.visible[10_000:], rel=1e-5
    )


def test_clicks_over_their_chance_tell_the_click_rate_of_the_log_that_is_all_looked_at():
    chunk = log(position_bias=1.0, test_examined=True, rate=0.1)
    clicked, seen = chunk.visible[:10_000, 0], chunk.visible[10_000:, 0]
    weight = 1 / chunk.drawn.examined[:10_000]
    spread = np.sqrt((clicked * weight).var() / 10_000 + seen.var() / 10_000)
    assert abs((clicked * weight).mean() - seen.mean()) < 4 * spread
    assert abs(clicked.mean() - seen.mean()) > 4 * spread, "the test would not notice if weights did nothing"


def test_conversions_and_categories_have_no_slot_to_be_looked_at():
    chunk = log(task="conversion", position_bias=1.0)
    assert (chunk.drawn.examined == 1).all()


def test_normal_margins_show_what_the_class_is_linear_in():
    shop, plain = log(), log(margins="normal")
    for number in NUMBERS:
        values = plain.drawn.numbers[number.name]
        assert abs(values.mean()) < 0.5 and values.std() == pytest.approx(1, abs=0.35), number.name
    assert (
        np.corrcoef(np.log(shop.drawn.numbers["session_seconds"]), plain.drawn.numbers["session_seconds"])[0, 1] > 0.999
    )
    at = [number.name for number in NUMBERS].index("pages_viewed")
    assert np.array_equal(plain.drawn.signals[:, at], plain.drawn.numbers["pages_viewed"])
