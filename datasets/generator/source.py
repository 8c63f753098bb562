"""What the generated sources have in common: a spec, a window of rows, and the dataset made of them."""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from longtail.datasets.base import Card, Dataset
from longtail.datasets.generator.calibration import Calibrated, calibrated
from longtail.datasets.generator.imbalance import Imbalance
from longtail.datasets.generator.log import Chunk, blocks, frame, joined, probabilities
from longtail.datasets.generator.rows import Window
from longtail.datasets.generator.spec import Spec
from longtail.datasets.rules import typed

TRAPS = (
    "the posterior is given what the columns say of a user never seen before: of users among the training rows a model "
    "can learn some of the hidden taste, which the full posterior knows",
    "user and item ids have thousands of values, most of them rare",
    "hours and weekdays repeat: test rows lie in later weeks than training rows",
)


@dataclass(frozen=True)
class Generated(ABC):
    """Draws anew for each seed: `rows` training rows (validation is cut out of them), then `test_rows` later ones."""

    name: ClassVar[str]
    generated: ClassVar[bool] = True

    rows: int = 10_000
    test_rows: int = 20_000

    def __post_init__(self) -> None:
        typed(self)
        for field in ("rows", "test_rows"):
            if getattr(self, field) < 1:
                raise ValueError(f"{field} must be 1 or more, not {getattr(self, field)}")
        self.spec  # noqa: B018 - a knob that breaks a rule says so now

    @property
    @abstractmethod
    def spec(self) -> Spec:
        """The world of this source."""

    @property
    @abstractmethod
    def story(self) -> tuple[str, str, str]:
        """Title, what a row is, what the class is: for the card."""

    def load(self, seed: np.random.SeedSequence) -> Dataset:
        """Draw the rows of a seed; raises DatasetError where the knobs contradict each other."""
        window = Window(self.rows, self.test_rows)
        log = joined(list(blocks(self.spec, seed, window)))
        known = calibrated(self.spec)
        return Dataset(
            name=self.name,
            X=frame(self.spec, log.drawn),
            y=log.y.astype(np.int64),
            classes=known.law.world.classes,
            card=self._card(log, known),
            groups=log.drawn.users.astype(np.int64),
            time=log.drawn.seconds,
            posterior=probabilities(log.visible),
            full_posterior=probabilities(log.full),
            test_from=self.rows,
            priors=self.spec.priors,
        )

    def identity(self) -> dict[str, Any]:
        return {"spec": dataclasses.asdict(self.spec), "rows": self.rows, "test_rows": self.test_rows}

    def size(self) -> tuple[int, int]:
        return self.rows, len(self.spec.priors)

    def _card(self, log: Chunk, known: Calibrated) -> Card:
        title, row, label = self.story
        priors, kind = self.spec.priors, "click" if self.spec.binary else "macro"
        facts = {
            "rows": f"{self.rows:,} for training, {self.test_rows:,} later ones for testing",
            "classes": f"{len(priors)}",
            "priors": f"{priors.max():.4f} for the largest class, {priors.min():.4f} for the smallest",
            "imbalance ratio": f"{priors.max() / priors.min():.0f}",
            f"Bayes AP ({kind})": f"{known.bayes_ap:.3f} (asked for: {self.spec.bayes_ap})",
            f"Bayes ROC AUC ({kind})": f"{known.bayes_auc:.3f}",
            "users": f"{len(np.unique(log.drawn.users)):,} in {len(log):,} rows",
            "rows of the smallest class": f"{np.bincount(log.y, minlength=len(priors)).min()}",
        }
        return Card(
            title=title,
            row=row,
            label=label,
            source="generated",
            licence="none needed: no person or shop is behind it",
            checksum=self.spec.checksum,
            traps=TRAPS,
            facts=facts,
        )


@dataclass(frozen=True)
class GeneratedClicks(Generated):
    """Impressions of items in a shop, some of them clicked."""

    rate: float = 0.01
    bayes_ap: float = 0.06
    heterogeneity: float = 0.3
    interactions: float = 0.08
    missing: float = 0.0
    cold: float = 0.3
    position_bias: float = 0.5
    item_zipf: float = 1.0
    world: int = 0

    @property
    def spec(self) -> Spec:
        return Spec(
            task="click",
            rate=self.rate,
            bayes_ap=self.bayes_ap,
            heterogeneity=self.heterogeneity,
            interactions=self.interactions,
            missing=self.missing,
            cold=self.cold,
            position_bias=self.position_bias,
            item_zipf=self.item_zipf,
            world=self.world,
        )

    @property
    def story(self) -> tuple[str, str, str]:
        return (
            f"Clicks on items of a shop ({self.rate:.1%} are clicked)",
            "one impression: an item shown to a user in a slot of a page",
            "whether the impression was clicked",
        )


@dataclass(frozen=True)
class GeneratedCategories(Generated):
    """Sessions of a shop, each ending in a click on an item of one category."""

    shape: str = "zipf"
    zipf: float | None = None
    classes: int | None = None
    imbalance_ratio: float | None = None
    bayes_ap: float = 0.6
    heterogeneity: float = 0.2
    interactions: float = 0.08
    needs: int = 6
    missing: float = 0.0
    cold: float = 0.3
    world: int = 0

    @property
    def imbalance(self) -> Imbalance:
        """The profile of the classes."""
        return Imbalance(self.shape, self.zipf, self.classes, self.imbalance_ratio)  # type: ignore[arg-type] # checked there

    @property
    def spec(self) -> Spec:
        return Spec(
            task="category",
            bayes_ap=self.bayes_ap,
            imbalance=self.imbalance,
            heterogeneity=self.heterogeneity,
            interactions=self.interactions,
            needs=self.needs,
            missing=self.missing,
            cold=self.cold,
            world=self.world,
        )

    @property
    def story(self) -> tuple[str, str, str]:
        classes, _, ratio = self.imbalance.solved
        return (
            f"Categories that sessions of a shop click on ({classes} classes, imbalance ratio {ratio:.0f})",
            "one session of a user up to its click",
            "the category of the item clicked",
        )
