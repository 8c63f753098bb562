"""The words that a report uses for verdicts, and the ways in which it writes numbers."""

from __future__ import annotations

from typing import Literal

Word = Literal["better", "worse", "practically equal", "undecided", "no verdict"]
WORDS: tuple[Word, ...] = ("better", "worse", "practically equal", "undecided", "no verdict")
Form = Literal["score", "signed", "count", "seconds", "bytes", "ratio", "percent", "rank"]
"""how a number is written (reports/numbers.py)"""
