"""The same bytes whatever the chunk or process, and factors that leave each other alone."""

import hashlib
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from longtail.datasets.cat10 import Cat10
from longtail.datasets.ctr import Ctr
from longtail.datasets.generator.log import Chunk, blocks, chunks, cut, joined
from longtail.datasets.generator.rows import Window

SEED = np.random.SeedSequence(5)
WINDOW = Window(6_000, 3_500)


def marks(chunk: Chunk) -> dict[str, str]:
    """A checksum of every array."""
    drawn = chunk.drawn
    arrays = {**drawn.numbers, **drawn.codes, "users": drawn.users, "seconds": drawn.seconds, "types": drawn.types}
    arrays |= {"signals": drawn.signals, "y": chunk.y, "visible": chunk.visible, "full": chunk.full}
    return {name: hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest() for name, array in arrays.items()}


def whole(spec) -> Chunk:
    return joined(list(blocks(spec, SEED, WINDOW)))


@pytest.mark.parametrize("spec", [Ctr().spec, Cat10().spec], ids=["click", "category"])
def test_chunks_of_any_size_have_the_same_bytes(spec):
    expected = marks(whole(spec))
    for rows in (997, 4096, 9_500, 20_000):
        parts = list(chunks(spec, SEED, WINDOW, rows))
        assert [len(part) for part in parts[:-1]] == [rows] * (len(parts) - 1)
        assert marks(joined(parts)) == expected
    last = joined(list(blocks(spec, SEED, WINDOW, first=2)))
    assert marks(last) == marks(cut(whole(spec), 2 * 4096, 9_500))


def test_another_process_with_more_threads_draws_the_same_bytes():
    program = (
        "import hashlib, numpy as np, pandas as pd;"
        "from longtail.datasets.cat10 import Cat10;"
        "d = Cat10(rows=3000, test_rows=3000).load(np.random.SeedSequence(5));"
        "h = pd.util.hash_pandas_object(d.X).to_numpy().tobytes();"
        "print(hashlib.sha256(h + d.y.tobytes() + d.posterior.tobytes() + d.full_posterior.tobytes()).hexdigest())"
    )
    environment = os.environ | {"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2", "PYTHONHASHSEED": "7"}
    asked = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True)
    import pandas as pd

    dataset = Cat10(rows=3000, test_rows=3000).load(np.random.SeedSequence(5))
    here = pd.util.hash_pandas_object(dataset.X).to_numpy().tobytes() + dataset.y.tobytes()
    here += dataset.posterior.tobytes() + dataset.full_posterior.tobytes()
    assert asked.stdout.strip() == hashlib.sha256(here).hexdigest()


LABELS = {"y", "visible", "full"}
CHANGES = {
    "bayes_ap": ({"bayes_ap": 0.1}, LABELS),
    "heterogeneity": ({"heterogeneity": 0.9}, LABELS),
    "interactions": ({"interactions": 0.3}, LABELS),
    "rate": ({"rate": 0.02}, LABELS),
    "position_bias": ({"position_bias": 1.0}, LABELS),
    "queries": ({"queries": 50}, LABELS | {"query", "signals"}),
    "missing": ({"missing": 0.1}, LABELS | {"rating", "days_since_visit", "basket_value", "signals"}),
    "item_zipf": (
        {"item_zipf": 0.5},
        LABELS | {"item", "category", "brand", "price", "rating", "reviews", "signals"},
    ),
    "cold": ({"cold": 0.6}, LABELS | {"users", "segment", "types", "signals"}),
    "activity": ({"activity": 0.2}, LABELS | {"users", "segment", "types", "signals"}),
}


@pytest.mark.parametrize("knob", CHANGES)
def test_a_knob_changes_its_own_factor_only(knob):
    change, touched = CHANGES[knob]
    before, after = marks(whole(Ctr().spec)), marks(whole(replace(Ctr().spec, **change)))
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= touched
    assert "visible" in changed


def test_another_seed_draws_other_rows_of_the_same_world():
    spec = Ctr().spec
    one, other = whole(spec), joined(list(blocks(spec, np.random.SeedSequence(6), WINDOW)))
    assert not np.array_equal(one.drawn.users, other.drawn.users)
    prices = [dict(zip(part.drawn.codes["item"], part.drawn.numbers["price"], strict=True)) for part in (one, other)]
    shared = prices[0].keys() & prices[1].keys()
    assert len(shared) > 300 and all(prices[0][item] == prices[1][item] for item in shared)
