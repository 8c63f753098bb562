"""The verdict words and the number formats of a report."""

from __future__ import annotations

from typing import Literal

Word = Literal["better", "worse", "practically equal", "undecided", "no verdict"]
WORDS: tuple[Word, ...] = ("better", "worse", "practically equal", "undecided", "no verdict")
Form = Literal["score", "signed", "count", "seconds", "bytes", "ratio", "percent", "gain", "rank"]
"""format of a number, see reports/numbers.py; `gain` is a difference as a share of what there is to gain"""
