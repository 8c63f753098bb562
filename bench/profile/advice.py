"""Advice on the choice of strategies from a profile.

Each piece of advice is based on a measured fact and names the finding that it follows. It names no strategy that would
be not applicable to the rows. No model has been fitted: only a run decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from longtail.bench.profile.leakage import ORDER
from longtail.bench.profile.profile import DatasetProfile
from longtail.bench.registry import learner_classes, learner_named, strategy_named
from longtail.bench.training.learner import why_not
from longtail.strategies.table import Profile
from longtail.strategies.targets import STRENGTH

Kind = Literal["mend first", "split", "choose", "expect"]
BALANCED = 3.0
"""imbalance ratio up to which there is little to rebalance"""
STEEP = 20.0
"""imbalance ratio of two classes from which the threshold should be set first"""
MANY_CLASSES = 10
NEIGHBOURS = 6
"""number of training rows: five neighbours and the row itself"""
LEARNT = 0.56
"""share of real rows for training: seven tenths, minus a fifth of them for validation"""
TESTED = 0.3
POSITIVES = 300
"""rows of the rarer class below which most differences can't be detected: zozo-click has 287"""
REPEATED = 0.02
NOISY = 0.01
MIXED = 0.5
VAN_DEN_GOORBERGH = "van den Goorbergh et al. 2022, JAMIA"
MENON = "Menon et al. 2021, ICLR; Ren et al. 2020, NeurIPS"
CAO = "Cao et al. 2019, NeurIPS"
ELOR = "Elor and Averbuch-Elor 2022"
CHAWLA = "Chawla et al. 2002, JAIR"
FIELDS = {"groups": "group", "propensity": "propensity", "examination": "examination"}
"""fields of a dataset, and their names in a table"""


@dataclass(frozen=True)
class Advice:
    """A fact, its consequence, strategies to look at, and the source of the finding."""

    kind: Kind
    fact: str
    so: str
    strategies: tuple[str, ...] = ()
    source: str = ""


def advice_for(profile: DatasetProfile) -> tuple[Advice, ...]:
    """Return advice on leakage, noise, splits, the choice of strategies and limits, in that order."""
    found = (*_leaks(profile), *_noise(profile), *_splits(profile), *_choices(profile), *_limits(profile))
    rows = _training_rows(profile)
    kept = (replace(each, strategies=tuple(n for n in each.strategies if _applies(n, rows))) for each in found)
    return tuple(new for new, each in zip(kept, found, strict=True) if new.strategies or not each.strategies)


def _leaks(profile: DatasetProfile) -> Iterator[Advice]:
    for mention in profile.mentions:
        yield Advice(
            "mend first",
            f"In {mention.share:.0%} of the rows {mention.column} contains the name of the class "
            f"({mention.chance:.0%} contain that of another row's class).",
            "A model can then read the class from the text. Leave the column out unless new rows will have such texts.",
        )
    much = [clue.column for clue in profile.clues if clue.word == "tells much" and clue.column != ORDER]
    if much:
        yield Advice(
            "mend first",
            f"Alone, each of {_names(much)} removes at least 30 % of the uncertainty about the class.",
            "Check that it is known before the outcome and is not another name for it, such as a parent category.",
        )
    for clue in profile.clues:
        if clue.suspect and clue.column != ORDER:
            yield Advice(
                "mend first",
                f"The column {clue.column} alone removes {clue.explained:.0%} of the uncertainty about the class on "
                "held-out rows.",
                "Ask whether it is known before the outcome. If not, leave it out: with it every strategy looks good.",
            )
        elif clue.column == ORDER and clue.word not in {"tells nothing", "tells something"}:
            yield Advice(
                "mend first",
                f"The position of a row in the file removes {clue.explained:.0%} of the uncertainty about the class: "
                "rows are sorted by class or by time.",
                "Name the time column if there is one; shuffled rows hide what changes over time.",
            )


def _noise(profile: DatasetProfile) -> Iterator[Advice]:
    found = profile.duplicates
    if not found.rows:
        return
    if 1 - found.bound >= NOISY:
        yield Advice(
            "expect",
            f"{found.across:,} rows ({found.across / found.rows:.1%}) have the same features as rows of another class: "
            f"no classifier can be right on more than {found.bound:.2%} of all rows.",
            "Over-sampling such rows repeats both answers. Look at probabilities rather than at accuracy; wrong labels "
            "in a tenth of the rare class were found to cost about as much as five times the imbalance.",
            source="CLIMB 2025, NeurIPS",
        )
    if found.repeated / found.rows >= REPEATED and "groups" not in profile.known and "time" not in profile.known:
        yield Advice(
            "split",
            f"{found.repeated:,} rows ({found.repeated / found.rows:.1%}) occur more than once by their features.",
            "Drop repeats, or name the column that they share as the group: otherwise a row is in training and test.",
        )


def _splits(profile: DatasetProfile) -> Iterator[Advice]:
    if profile.drift is not None:
        moved = [change for change in profile.drift.columns if change.word == "clear"]
        if profile.drift.classes.word != "none seen":
            yield Advice(
                "split",
                f"The class shares change over time (Cramér's V {profile.drift.classes.v:.3f}).",
                "Rows are split by time, so validation rows are older than test rows: thresholds and priors fitted on "
                "them are slightly out of date. Prefer methods that don't depend on an exact prior, and refit often.",
            )
        elif moved:
            names = _names([change.column for change in moved])
            which = f"the column {names} does" if len(moved) == 1 else f"the columns {names} do"
            yield Advice(
                "split",
                f"Class shares show no change over time; {which}.",
                "Rows are split by time, as they should be: shuffled rows would let a model learn what is specific to "
                "the test window.",
            )
    ids = [each for each in profile.ids if _is_user(each.name) and each.categories < each.rows / 1.5]
    if "groups" not in profile.known and not profile.generated and ids:
        yield Advice(
            "split",
            f"The column {ids[0].name} has {ids[0].categories:,} different values in {ids[0].rows:,} rows.",
            f"Give --group {ids[0].name} if rows with the same value must not be in both training and test.",
        )


def _choices(profile: DatasetProfile) -> Iterator[Advice]:
    ratio, classes = profile.spread.imbalance_ratio, profile.spread.categories
    if ratio < BALANCED:
        yield Advice(
            "choose",
            f"The imbalance ratio is {ratio:.3g}: classes have nearly the same size.",
            "There is little to rebalance. Expect `none` to be hard to beat.",
            ("none",),
        )
        return
    if classes == 2 and ratio >= STEEP:
        yield Advice(
            "choose",
            f"There are two classes, and {profile.classes[-1].share:.2%} of the rows are {profile.classes[-1].name}.",
            "Look at the threshold and at calibration first: re-sampling doesn't raise the AUC of a well-tuned model, "
            "and inflates the probabilities of the rare class; a moved threshold gives the same decisions.",
            ("threshold", "logit-adjustment", "random-undersampling+bagging"),
            f"{VAN_DEN_GOORBERGH}; {ELOR}",
        )
    elif classes < MANY_CLASSES:
        yield Advice(
            "choose",
            f"The imbalance ratio is {ratio:,.3g}.",
            f"A resampler or weight at its default strength brings it to {ratio ** (1 - STRENGTH):.2g}, "
            "with strength=1 to 1. Single trees and small networks were found to gain from balance, boosted trees "
            "hardly, and for decisions a moved threshold does as much. Compare one of each kind.",
            ("threshold", "logit-adjustment", "class-weights", "random-oversampling"),
            ELOR,
        )
    if classes >= MANY_CLASSES:
        yield Advice(
            "choose",
            f"{classes:,} classes at an imbalance ratio of {ratio:,.0f}; {profile.spread.effective:.1f} equally "
            "frequent ones would have the same entropy.",
            "Adjusted logits and the balanced softmax raise recall of the tail and lose accuracy under the natural "
            "frequencies. Weights by inverse frequency from the first epoch hurt with many classes and help when they "
            "are deferred.",
            ("logit-adjustment", "balanced-softmax", "deferred-reweighting"),
            f"{MENON}; {CAO}",
        )
    yield from _neighbours(profile)
    yield from _categories(profile)


def _categories(profile: DatasetProfile) -> Iterator[Advice]:
    named = [feature for feature in profile.features if feature.kind == "category"]
    if len(named) / max(1, len(profile.features)) >= MIXED:
        yield Advice(
            "choose",
            f"{len(named)} of {len(profile.features)} columns are categories.",
            "There is nothing between two categories: interpolation takes the most frequent one of the neighbours. "
            "Repeated rows, weights and losses don't need new rows.",
            ("random-oversampling", "class-weights", "balanced-softmax"),
            f"{CHAWLA}, section 6.1",
        )


def _neighbours(profile: DatasetProfile) -> Iterator[Advice]:
    few = [each for each in profile.classes if each.rows and each.rows * _learnt(profile) < NEIGHBOURS]
    if few:
        yield Advice(
            "choose",
            f"{len(few):,} of {profile.spread.categories:,} classes have fewer than {NEIGHBOURS} rows to learn from "
            f"(the rarest is {few[-1].name} with {few[-1].rows:,} in all).",
            "There is nothing to interpolate between so few rows: SMOTE and generators repeat what is there. Losses, "
            "priors and knowledge from frequent classes still work there.",
            ("logit-adjustment", "balanced-softmax", "pretrain-finetune"),
            CHAWLA,
        )


def _limits(profile: DatasetProfile) -> Iterator[Advice]:
    rare = profile.classes[-1]
    if profile.spread.categories == 2 and rare.rows < POSITIVES and not profile.generated:
        yield Advice(
            "expect",
            f"There are {rare.rows:,} rows of {rare.name}, about {rare.rows * TESTED:.0f} of them for testing.",
            "With so few rows most differences between strategies can't be detected, and more seeds don't help: they "
            "only split the same rows again.",
        )
    pooled = [each for each in profile.classes if each.rows and each.rows * TESTED < 10]
    if pooled and profile.spread.categories > 2 and not profile.generated:
        yield Advice(
            "expect",
            f"{len(pooled):,} classes will have fewer than 10 test rows.",
            "They are pooled and excluded from the mean over classes; merge them with others, or add more rows.",
        )
    strong = [clue for clue in profile.clues if clue.explained > max(clue.chance, 0.01)]
    if not strong:
        yield Advice(
            "expect",
            "No column alone removes 1 % of the uncertainty about the class.",
            "The signal, if there is any, is in combinations of columns. Expect small differences.",
        )


def _training_rows(profile: DatasetProfile) -> Profile:
    """Return what strategies would be told of the rows to learn from, as far as it is known before a split."""
    counts = np.array([round(each.rows * _learnt(profile)) for each in profile.classes], np.int64)
    columns = tuple(each.values if each.kind == "category" else 0 for each in profile.features)
    known = frozenset(FIELDS[name] for name in profile.known if name in FIELDS)
    return Profile(counts, counts.astype(np.float64), columns, known)


def _applies(name: str, rows: Profile) -> bool:
    """Return whether a strategy is applicable to such rows with any learner."""
    strategy = strategy_named(name)
    return any(why_not(strategy, learner_named(learner), rows) is None for learner in learner_classes())


def _learnt(profile: DatasetProfile) -> float:
    return 0.8 if profile.generated else LEARNT


def _is_user(name: str) -> bool:
    return any(word in name.lower() for word in ("user", "customer", "session", "visitor", "member", "用户", "会员"))


def _names(names: list[str], most: int = 3) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
