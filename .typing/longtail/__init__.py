"""Benchmark of rebalancing strategies for long-tail click data: which to use, for whom, by how much, how surely.

`RebalancedClassifier` is what a run measures and what a user ships. What is heavy is imported when it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from longtail.bench.classifier import RebalancedClassifier as RebalancedClassifier

    __version__: str

__all__ = ["RebalancedClassifier", "__version__"]


def __getattr__(name: str) -> Any:
    """Import a public name at its first use; AttributeError for any other."""
    if name == "RebalancedClassifier":
        from longtail.bench.classifier import RebalancedClassifier

        return RebalancedClassifier
    if name == "__version__":
        from importlib.metadata import version

        return version("longtail-bench")
    raise AttributeError(f"module 'longtail' has no attribute {name!r}; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return sorted(__all__)
