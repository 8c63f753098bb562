"""Card of a generated dataset."""

from __future__ import annotations

import numpy as np

from longtail.datasets.base import Card
from longtail.datasets.generator.label_noise import recorded_priors
from longtail.datasets.generator.log import Chunk
from longtail.datasets.generator.rows import Window
from longtail.datasets.generator.separability import Calibrated
from longtail.datasets.generator.spec import Spec

TRAPS = (
    "the posterior treats every user as unseen: a model can learn part of the hidden taste of users in the training "
    "rows, which only the full posterior knows",
    "user and item ids have thousands of values, most of them rare",
    "hours and weekdays repeat: test rows lie in later weeks than training rows",
)
KINDS = {"click": "click", "conversion": "purchase"}


def card(story: tuple[str, str, str], spec: Spec, window: Window, log: Chunk, known: Calibrated) -> Card:
    """Return the card of the rows of a seed; `story` holds the title and the descriptions of a row and of the class."""
    title, row, label = story
    priors, kind = recorded_priors(spec), KINDS.get(spec.task, "macro")
    facts = {
        "rows": f"{window.rows:,} for training, {window.test_rows:,} later ones for testing",
        "classes": f"{len(priors)}",
        "priors": f"{_share(priors.max())} for the largest class, {_share(priors.min())} for the smallest",
        "imbalance ratio": f"{priors.max() / priors.min():.0f}",
        f"Bayes AP ({kind})": f"{known.bayes_ap:.3f} (asked for: {spec.bayes_ap})",
        f"Bayes ROC AUC ({kind})": f"{known.bayes_auc:.3f}",
        "users": f"{len(np.unique(log.drawn.users)):,} in {len(log):,} rows",
        "rows of the smallest class": f"{np.bincount(log.y, minlength=len(priors)).min()}",
        **_factors(spec, log),
    }
    return Card(
        title=title,
        row=row,
        label=label,
        source="generated",
        licence="none needed: no person or shop is behind it",
        checksum=spec.checksum,
        traps=(*TRAPS, *_traps(spec)),
        facts=facts,
    )


def _share(prior: float) -> str:
    return f"{prior:.4f}" if prior >= 1e-3 else f"{prior:.2g}"


def _factors(spec: Spec, log: Chunk) -> dict[str, str]:
    """Return facts about the factors that this world has."""
    facts = {}
    if spec.label_noise:
        wrong = (log.y != log.clean_y).mean()
        facts["label noise"] = (
            f"{spec.label_noise:.0%} drawn anew ({spec.noise}), {wrong:.1%} of all labels are wrong; "
            f"test rows have {spec.test_labels} labels, to which the Bayes AP refers"
        )
    if spec.taste_drift or spec.popularity_drift:
        facts["drift"] = (
            f"from the first row to the last taste turns by {spec.taste_drift} quarter turns, log popularity by "
            f"{spec.popularity_drift} standard deviations"
        )
    if spec.seasonality:
        facts["seasonality"] = f"log popularity goes up and down by {spec.seasonality} in a week"
    if spec.session_rows > 1:
        facts["sessions"] = f"{len(np.unique(log.drawn.sessions)):,} in {len(log):,} rows"
    if spec.test_exposure is not None:
        facts["exposure"] = f"popularity to the power of {spec.exposure}, for test rows of {spec.test_exposure}"
    if spec.test_examined:
        facts["examination"] = (
            f"training rows are examined with a chance of position to the power of minus {spec.position_bias}, test "
            "rows always"
        )
    return facts


def _traps(spec: Spec) -> tuple[str, ...]:
    traps = []
    if spec.drifts:
        traps.append("P(y | x) drifts: it differs between training rows and later rows, see bayes-limit-frozen")
    if spec.label_noise and spec.test_labels == "clean":
        traps.append("training and validation labels are noisy, test labels are not")
    if spec.test_examined:
        traps.append(
            "test rows are all looked at: clicks are more frequent there, and this Bayes AP is that of the log"
        )
    return tuple(traps)
