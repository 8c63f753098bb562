"""What a dataset holds, in numbers and in the words of its card."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from longtail.bench.evaluation.bands import BANDS, Cuts, bands, size_counts
from longtail.bench.parts import source_name, source_named
from longtail.bench.seeds import seed_for
from longtail.bench.training.splits import evaluation_split


def described(text: str, seed: int = 0) -> dict[str, Any]:
    """Rows, classes, counts, imbalance, bands and card of a dataset for one seed; JSON values. Bands are cut by the
    spec's prior where data is generated, else by training rows.
    """
    source = source_named(text)
    dataset = source.load(seed_for(seed, "data"))
    learn, test = evaluation_split(dataset, seed)
    counts = np.bincount(dataset.y[learn], minlength=len(dataset.classes))
    there = counts[counts > 0]
    cuts = Cuts()
    band = bands(counts if dataset.priors is None else dataset.priors, cuts)
    order = np.argsort(-counts, kind="stable")
    known = ("groups", "time", "propensity", "posterior")
    card = asdict(dataset.card)
    return {
        "name": source_name(source),
        "generated": source.generated,
        "seed": seed,
        "rows": len(dataset),
        "train_rows": len(learn),
        "test_rows": len(test),
        "columns": dataset.X.shape[1],
        "classes": len(dataset.classes),
        "imbalance_ratio": float(there.max() / there.min()),
        "cuts": asdict(cuts),
        "bands": {name: [dataset.classes[k] for k in order if band[k] == name] for name in BANDS},
        "by_size": size_counts(counts),
        "known": [name for name in known if getattr(dataset, name) is not None],
        "card": card | {"facts": dict(card["facts"]), "traps": list(card["traps"])},
        "counts": [
            {
                "class": dataset.classes[k],
                "rows": int(counts[k]),
                "share": float(counts[k] / counts.sum()),
                "band": band[k],
            }
            for k in order
        ],
    }
