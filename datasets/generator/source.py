"""Base of the generated sources: a spec, a window of rows, and the dataset made from them."""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from longtail.datasets.base import Dataset, Posterior
from longtail.datasets.generator.card import card
from longtail.datasets.generator.imbalance import Imbalance
from longtail.datasets.generator.label_noise import as_recorded, recorded_priors
from longtail.datasets.generator.law import MANY
from longtail.datasets.generator.log import Chunk, blocks, frame, joined, probabilities
from longtail.datasets.generator.posterior import OnDemand
from longtail.datasets.generator.rows import Window
from longtail.datasets.generator.separability import calibrated
from longtail.datasets.generator.spec import Spec
from longtail.datasets.generator.threads import one_thread
from longtail.datasets.generator.unlabelled import unlabelled
from longtail.datasets.generator.user_history import informed
from longtail.datasets.rules import typed


@dataclass(frozen=True)
class Generated(ABC):
    """Source that draws new rows per seed: `rows` training rows (validation included), then `test_rows` later ones.

    Its knobs are those of `Spec`, which says what they mean.
    """

    name: ClassVar[str]
    generated: ClassVar[bool] = True
    fixed: ClassVar[dict[str, Any]] = {}
    """knobs of the spec that are not parameters"""

    rows: int = 10_000
    test_rows: int = 20_000
    unlabelled: int = 0
    """further rows from the training period, whose class no strategy sees"""
    bayes_ap: float = 0.6
    heterogeneity: float = 0.2
    types: int = 5
    interactions: float = 0.08
    wide: float | None = None
    users: int = 20_000
    activity: float = 0.6
    cold: float = 0.3
    brands: int = 120
    queries: int = 400
    margins: str = "shop"
    missing: float = 0.0
    label_noise: float = 0.0
    noise: str = "head"
    test_labels: str = "noisy"
    popularity_drift: float = 0.0
    taste_drift: float = 0.0
    seasonality: float = 0.0
    weeks: int = 4
    test_weeks: int = 2
    scenario: str = ""
    world: int = 0

    def __post_init__(self) -> None:
        typed(self)
        for field in ("rows", "test_rows"):
            if getattr(self, field) < 1:
                raise ValueError(f"{field} must be 1 or more, not {getattr(self, field)}")
        if self.unlabelled < 0:
            raise ValueError(f"unlabelled must be 0 or more, not {self.unlabelled}")
        self.spec  # noqa: B018 - a knob that breaks a rule fails now

    @property
    def spec(self) -> Spec:
        """Return the spec of the world of this source; raises ValueError where a knob breaks a rule."""
        knobs = {field.name for field in dataclasses.fields(Spec)}
        given = {field.name: getattr(self, field.name) for field in dataclasses.fields(self) if field.name in knobs}
        return Spec(**given, **self.fixed)

    @property
    @abstractmethod
    def story(self) -> tuple[str, str, str]:
        """Return the title and the descriptions of a row and of the class, for the card."""

    def load(self, seed: np.random.SeedSequence) -> Dataset:
        """Draw the rows of a seed; raises DatasetError where the knobs contradict each other."""
        spec, window = self.spec, Window(self.rows, self.test_rows)
        log = joined(list(blocks(spec, seed, window, posteriors=len(spec.priors) <= MANY)))
        known, of = calibrated(spec), partial(self._posterior, log)
        more = unlabelled(spec, seed, self.unlabelled) if self.unlabelled else None
        return Dataset(
            name=self.name,
            X=frame(spec, log.drawn),
            y=log.y.astype(np.int64),
            classes=known.law.world.classes,
            card=card(self.story, spec, window, log, known),
            groups=log.drawn.users.astype(np.int64),
            time=log.drawn.seconds,
            propensity=log.drawn.propensity if spec.task == "click" else None,
            examination=log.drawn.examined if spec.task == "click" else None,
            unlabelled=None if more is None else frame(spec, more.drawn),
            unlabelled_y=None if more is None else more.y.astype(np.int64),
            clean_y=log.clean_y.astype(np.int64) if spec.label_noise else None,
            test_from=self.rows,
            priors=recorded_priors(spec) if spec.label_noise else spec.priors,
            posterior=of("visible"),
            limit=partial(self._limit, log),
            full_posterior=of("full"),
            frozen_posterior=of("frozen") if spec.drifts else None,
            clean_posterior=of("clean") if spec.label_noise else None,
        )

    def _posterior(self, log: Chunk, part: str) -> Posterior:
        """Return one of the posteriors of a log; with many classes it is computed for the requested rows."""
        spec = self.spec
        if len(spec.priors) <= MANY:
            return probabilities(getattr(log, part))
        noisy = np.arange(len(log)) < (len(log) if spec.test_labels == "noisy" else self.rows)
        rows = dataclasses.replace(log.drawn, numbers={})
        judged = noisy & (part != "clean")
        return OnDemand(calibrated(spec).law, rows, judged, full=part == "full", frozen=part == "frozen")

    def _limit(
        self, log: Chunk, learned: NDArray[np.int64], rows: NDArray[np.int64], *, frozen: bool = False
    ) -> NDArray[Any]:
        """Return the best probabilities of rows, given the labels of the `learned` ones: see `datasets.base.Limit`."""
        law, asked = calibrated(self.spec).law, log.drawn.cut(rows)
        with one_thread():
            known = informed(law, asked, log.drawn.cut(learned), log.y[learned])
            posterior = law.visible(known, law.world.frozen if frozen else None)
        if self.label_noise:
            judged = np.asarray((rows < self.rows) | (self.test_labels == "noisy"))
            posterior = as_recorded(self.spec, posterior, judged)
        if len(self.spec.priors) > MANY:  # many classes: single precision, as posteriors have it
            return np.asarray(posterior / posterior.sum(1, keepdims=True), np.float32)
        return probabilities(posterior)

    def identity(self) -> dict[str, Any]:
        return {"spec": dataclasses.asdict(self.spec), "rows": self.rows, "test_rows": self.test_rows} | (
            {"unlabelled": self.unlabelled} if self.unlabelled else {}
        )

    def size(self) -> tuple[int, int]:
        return self.rows, len(self.spec.priors)


@dataclass(frozen=True)
class _Shop(Generated):
    """Rows of items in a shop, some of which are clicked or bought."""

    heterogeneity: float = 0.3
    items: int = 2_000
    item_zipf: float = 1.0
    categories: int = 20
    category_zipf: float = 1.0
    session_rows: float = 1.0


@dataclass(frozen=True)
class GeneratedClicks(_Shop):
    """Impressions of items in a shop, some of them clicked."""

    fixed: ClassVar[dict[str, Any]] = {"task": "click"}

    bayes_ap: float = 0.06
    rate: float = 0.01
    position_bias: float = 0.5
    device_bias: float = 1.0
    test_examined: bool = False
    exposure: float = 1.0
    test_exposure: float | None = None

    @property
    def story(self) -> tuple[str, str, str]:
        return (
            f"Clicks on items of a shop ({self.rate:.1%} are clicked)",
            "one impression: an item shown to a user in a slot of a page",
            "whether the impression was clicked",
        )


@dataclass(frozen=True)
class GeneratedConversions(_Shop):
    """Visits of users to items of a shop, some of which end in a purchase."""

    fixed: ClassVar[dict[str, Any]] = {"task": "conversion"}

    bayes_ap: float = 0.78
    rate: float = 0.05

    @property
    def story(self) -> tuple[str, str, str]:
        return (
            f"Purchases in a shop ({self.rate:.1%} of the visits to an item end in one)",
            "one visit: a user looks at the page of an item",
            "whether the item was bought",
        )


@dataclass(frozen=True)
class GeneratedCategories(Generated):
    """Sessions of a shop, each ending in a click on an item of one category."""

    shape: str = "zipf"
    zipf: float | None = None
    classes: int | None = None
    imbalance_ratio: float | None = None
    needs: int = 6

    @property
    def imbalance(self) -> Imbalance:
        """Return the profile of the classes."""
        return Imbalance(self.shape, self.zipf, self.classes, self.imbalance_ratio)  # type: ignore[arg-type] # checked there

    @property
    def spec(self) -> Spec:
        return dataclasses.replace(super().spec, task="category", imbalance=self.imbalance)

    @property
    def story(self) -> tuple[str, str, str]:
        classes, _, ratio = self.imbalance.solved
        return (
            f"Categories that sessions of a shop click on ({classes} classes, imbalance ratio {ratio:.0f})",
            "one session of a user up to its click",
            "the category of the item clicked",
        )


@dataclass(frozen=True)
class GeneratedItems(Generated):
    """Sessions of a shop, each ending in a click on one item; popularity is Zipf within a category."""

    bayes_ap: float = 0.43
    classes: int = 300
    item_zipf: float = 1.0
    categories: int = 20
    category_zipf: float = 1.0
    needs: int = 12

    @property
    def spec(self) -> Spec:
        return dataclasses.replace(super().spec, task="item", items=self.classes)

    @property
    def story(self) -> tuple[str, str, str]:
        return (
            f"Items that sessions of a shop click on ({self.classes:,} items of {self.categories} categories)",
            "one session of a user up to its click",
            "the item clicked",
        )
