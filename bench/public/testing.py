"""The contract of strategies as a check: `check_strategy(MyStrategy)`, under a user's own pytest or anywhere."""

from __future__ import annotations

from longtail.bench.contracts.checking import BrokenPromiseError, Finding, check_strategy

__all__ = ["BrokenPromiseError", "Finding", "check_strategy"]
