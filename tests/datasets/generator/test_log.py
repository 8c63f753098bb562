"""The same bytes whatever the chunk or process, and factors that leave each other alone."""

import hashlib
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from longtail.datasets.generated.cat10 import Cat10
from longtail.datasets.generated.ctr import Ctr
from longtail.datasets.generator.log import Chunk, blocks, chunks, cut, joined
from longtail.datasets.generator.rows import Window

SEED = np.random.SeedSequence(5)
WINDOW = Window(6_000, 3_500)


def marks(chunk: Chunk) -> dict[str, str]:
    """A checksum of every array."""
    drawn = chunk.drawn
    arrays = {**drawn.numbers, **drawn.codes, "users": drawn.users, "seconds": drawn.seconds, "types": drawn.types}
    arrays |= {name: getattr(drawn, name) for name in ("signals", "examined", "propensity", "sessions", "day")}
    arrays |= {name: getattr(chunk, name) for name in ("y", "clean_y", "visible", "full", "clean", "frozen")}
    return {name: hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest() for name, array in arrays.items()}


def whole(spec) -> Chunk:
    return joined(list(blocks(spec, SEED, WINDOW)))


FACTORS = {
    "label_noise": 0.1,
    "popularity_drift": 0.5,
    "taste_drift": 0.4,
    "seasonality": 0.3,
    "missing": 0.1,
}
ALL_CLICKS = Ctr(bayes_ap=0.05, session_rows=3.0, test_exposure=0.0, **FACTORS)
ALL_CLASSES = Cat10(bayes_ap=0.4, noise="uniform", test_labels="clean", **FACTORS)


@pytest.mark.parametrize(
    "spec",
    [Ctr().spec, Cat10().spec, ALL_CLICKS.spec, ALL_CLASSES.spec],
    ids=["click", "category", "all of clicks", "all of categories"],
)
def test_chunks_of_any_size_have_the_same_bytes(spec):
    expected = marks(whole(spec))
    for rows in (997, 4096, 9_500, 20_000):
        parts = list(chunks(spec, SEED, WINDOW, rows))
        assert [len(part) for part in parts[:-1]] == [rows] * (len(parts) - 1)
        assert marks(joined(parts)) == expected
    last = joined(list(blocks(spec, SEED, WINDOW, first=2)))
    assert marks(last) == marks(cut(whole(spec), 2 * 4096, 9_500))


@pytest.mark.parametrize("knobs", ["", "label_noise=.1, taste_drift=.4, popularity_drift=.5, seasonality=.3"])
def test_another_process_with_more_threads_draws_the_same_bytes(knobs):
    program = (
        "import hashlib, numpy as np, pandas as pd;"
        "from longtail.datasets.generated.cat10 import Cat10;"
        f"d = Cat10(rows=3000, test_rows=3000, {knobs}).load(np.random.SeedSequence(5));"
        "h = pd.util.hash_pandas_object(d.X).to_numpy().tobytes();"
        "print(hashlib.sha256(h + d.y.tobytes() + d.posterior.tobytes() + d.full_posterior.tobytes()).hexdigest())"
    )
    environment = os.environ | {"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2", "PYTHONHASHSEED": "7"}
    asked = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True)
    import pandas as pd

    given = dict(part.split("=") for part in knobs.split(", ") if part)
    source = Cat10(rows=3000, test_rows=3000, **{name: float(value) for name, value in given.items()})
    dataset = source.load(np.random.SeedSequence(5))
    here = pd.util.hash_pandas_object(dataset.X).to_numpy().tobytes() + dataset.y.tobytes()
    here += dataset.posterior.tobytes() + dataset.full_posterior.tobytes()
    assert asked.stdout.strip() == hashlib.sha256(here).hexdigest()


LABELS = {"y", "clean_y", "visible", "full", "clean", "frozen"}
SHOWN = LABELS | {"item", "category", "brand", "price", "rating", "reviews", "signals", "propensity"}
SESSION = {"device", "channel", "region", "query", "session_seconds", "pages_viewed", "days_since_visit"}
USERS = {"users", "segment", "types", "signals"}
CHANGES = {
    "bayes_ap": ({"bayes_ap": 0.1}, LABELS),
    "heterogeneity": ({"heterogeneity": 0.9}, LABELS),
    "interactions": ({"interactions": 0.3}, LABELS),
    "rate": ({"rate": 0.02}, LABELS),
    "position_bias": ({"position_bias": 1.0}, LABELS | {"examined"}),
    "device_bias": ({"device_bias": 0.0}, LABELS | {"examined"}),
    "test_examined": ({"test_examined": True}, LABELS | {"examined"}),
    "wide": ({"wide": 0.3}, LABELS),
    "label_noise": ({"label_noise": 0.1, "bayes_ap": 0.055}, LABELS),
    "clean labels": ({"label_noise": 0.1, "test_labels": "clean"}, {"y", "visible", "full", "frozen"}),
    "taste_drift": ({"taste_drift": 0.5}, LABELS),
    "popularity_drift": ({"popularity_drift": 0.5}, SHOWN),
    "seasonality": ({"seasonality": 0.5}, SHOWN),
    "exposure": ({"exposure": 0.5}, SHOWN),
    "test_exposure": ({"test_exposure": 0.0}, SHOWN),
    "session_rows": (
        {"session_rows": 3.0},
        LABELS | USERS | SESSION | {"basket_value", "sessions", "examined"},
    ),
    "queries": ({"queries": 50}, LABELS | {"query", "signals"}),
    "missing": ({"missing": 0.1}, LABELS | {"rating", "days_since_visit", "basket_value", "signals"}),
    "item_zipf": ({"item_zipf": 0.5}, SHOWN),
    "cold": ({"cold": 0.6}, LABELS | USERS),
    "activity": ({"activity": 0.2}, LABELS | USERS),
}


@pytest.mark.parametrize("knob", CHANGES)
def test_a_knob_changes_its_own_factor_only(knob):
    change, touched = CHANGES[knob]
    before, after = marks(whole(Ctr().spec)), marks(whole(replace(Ctr().spec, **change)))
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= touched
    assert "visible" in changed


@pytest.mark.parametrize("knobs", [{"taste_drift": 0.5}, {"popularity_drift": 1.0}, {"seasonality": 0.5}], ids=str)
def test_in_a_world_of_classes_what_moves_is_the_classes_alone(knobs):
    before, after = marks(whole(Cat10().spec)), marks(whole(Cat10(**knobs).spec))
    assert {name for name in before if before[name] != after[name]} == LABELS


def test_another_seed_draws_other_rows_of_the_same_world():
    spec = Ctr().spec
    one, other = whole(spec), joined(list(blocks(spec, np.random.SeedSequence(6), WINDOW)))
    assert not np.array_equal(one.drawn.users, other.drawn.users)
    prices = [dict(zip(part.drawn.codes["item"], part.drawn.numbers["price"], strict=True)) for part in (one, other)]
    shared = prices[0].keys() & prices[1].keys()
    assert len(shared) > 300 and all(prices[0][item] == prices[1][item] for item in shared)
