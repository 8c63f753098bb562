"""KEEL sets on offer: those imbalanced enough, with enough rows of the rare class for testing.

Of the 132 sets in the wheel, these are the sets with two classes, an imbalance ratio of 3 or more and 32 rows or more
of the rare class (10 of them test rows), and the sets with more classes, a ratio of 5 or more and three classes with as
many rows. `source` is the UCI set from which a set was derived: sets of one source are not independent.
"""

from __future__ import annotations

from typing import NamedTuple


class KeelSet(NamedTuple):
    """Rows with a class, number of classes, rows of the largest and of the smallest class, source, and baselines.

    `logistic` and `gbdt` are the average precisions of these learners (for more than two classes the mean over
    classes), untuned, over the splits of the first three seeds on all training rows (for fars on 8,000); None where a
    learner was not run.
    """

    rows: int
    classes: int
    largest: int
    smallest: int
    source: str
    logistic: float | None
    gbdt: float | None


KEEL_SETS = {
    "abalone-17_vs_7-8-9-10": KeelSet(2338, 2, 2280, 58, "abalone", 0.401, 0.223),
    "abalone-19_vs_10-11-12-13": KeelSet(1622, 2, 1590, 32, "abalone", 0.113, 0.098),
    "abalone19": KeelSet(4174, 2, 4142, 32, "abalone", 0.029, 0.032),
    "abalone9-18": KeelSet(731, 2, 689, 42, "abalone", 0.582, 0.314),
    "balance": KeelSet(625, 3, 288, 49, "balance", 0.801, 0.707),
    "car-good": KeelSet(1728, 2, 1659, 69, "car", 0.510, 0.867),
    "car-vgood": KeelSet(1728, 2, 1663, 65, "car", 0.952, 1.000),
    "car": KeelSet(1728, 4, 1210, 65, "car", 0.906, 0.997),
    "cleveland": KeelSet(297, 5, 160, 13, "cleveland", 0.416, 0.415),
    "dermatology": KeelSet(358, 6, 111, 20, "dermatology", 0.992, 0.985),
    "ecoli1": KeelSet(336, 2, 259, 77, "ecoli", 0.874, 0.762),
    "ecoli2": KeelSet(336, 2, 284, 52, "ecoli", 0.841, 0.859),
    "ecoli3": KeelSet(336, 2, 301, 35, "ecoli", 0.675, 0.691),
    "fars": KeelSet(100968, 8, 42116, 9, "fars", 0.638, 0.411),
    "flare-F": KeelSet(1066, 2, 1023, 43, "flare", 0.326, 0.217),
    "flare": KeelSet(1066, 6, 331, 43, "flare", 0.651, 0.613),
    "glass-0-1-2-3_vs_4-5-6": KeelSet(214, 2, 163, 51, "glass", 0.919, 0.923),
    "kddcup-guess_passwd_vs_satan": KeelSet(1642, 2, 1589, 53, "kddcup", 1.000, 0.974),
    "kr-vs-k-one_vs_fifteen": KeelSet(2244, 2, 2166, 78, "kr-vs-k", 1.000, 1.000),
    "kr-vs-k-three_vs_eleven": KeelSet(2935, 2, 2854, 81, "kr-vs-k", 1.000, 1.000),
    "kr-vs-k-zero-one_vs_draw": KeelSet(2901, 2, 2796, 105, "kr-vs-k", 0.922, 0.988),
    "kr-vs-k": KeelSet(28056, 18, 4553, 27, "kr-vs-k", 0.399, None),
    "led7digit-0-2-4-5-6-7-8-9_vs_1": KeelSet(443, 2, 406, 37, "led7digit", 0.722, 0.751),
    "new-thyroid1": KeelSet(215, 2, 180, 35, "newthyroid", 0.997, 0.962),
    "new_thyroid2": KeelSet(215, 2, 180, 35, "newthyroid", 0.997, 0.991),
    "nursery": KeelSet(12960, 5, 4320, 2, "nursery", 0.939, 0.644),
    "page-blocks": KeelSet(5472, 5, 4913, 28, "page-blocks", 0.891, 0.902),
    "page-blocks0": KeelSet(5472, 2, 4913, 559, "page-blocks", 0.731, 0.930),
    "segment0": KeelSet(2308, 2, 1979, 329, "segment", 0.979, 0.988),
    "shuttle-2_vs_5": KeelSet(3316, 2, 3267, 49, "shuttle", 1.000, 1.000),
    "shuttle-c0-vs-c4": KeelSet(1829, 2, 1706, 123, "shuttle", 1.000, 1.000),
    "spectfheart": KeelSet(267, 2, 212, 55, "spectfheart", 0.452, 0.465),
    "vehicle0": KeelSet(846, 2, 647, 199, "vehicle", 0.978, 0.987),
    "vowel0": KeelSet(988, 2, 898, 90, "vowel", 0.876, 0.998),
    "winequality-red-4": KeelSet(1599, 2, 1546, 53, "winequality", 0.130, 0.172),
    "yeast-0-2-5-6_vs_3-7-8-9": KeelSet(1004, 2, 905, 99, "yeast", 0.554, 0.580),
    "yeast-0-2-5-7-9_vs_3-6-8": KeelSet(1004, 2, 905, 99, "yeast", 0.795, 0.773),
    "yeast-0-3-5-9_vs_7-8": KeelSet(506, 2, 456, 50, "yeast", 0.509, 0.283),
    "yeast-0-5-6-7-9_vs_4": KeelSet(528, 2, 477, 51, "yeast", 0.600, 0.588),
    "yeast-2_vs_4": KeelSet(514, 2, 463, 51, "yeast", 0.859, 0.877),
    "yeast3": KeelSet(1484, 2, 1321, 163, "yeast", 0.792, 0.806),
    "yeast4": KeelSet(1484, 2, 1433, 51, "yeast", 0.366, 0.406),
    "yeast5": KeelSet(1484, 2, 1440, 44, "yeast", 0.699, 0.760),
    "yeast6": KeelSet(1484, 2, 1449, 35, "yeast", 0.534, 0.489),
}
