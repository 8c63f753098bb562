"""Generated clicks with a strong signal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.generator.source import GeneratedClicks


@final
@dataclass(frozen=True)
class CtrStrong(GeneratedClicks):
    """Impressions with 1 % clicks and a strong signal; Bayes AP .24."""

    name: ClassVar[str] = "ctr-strong"

    bayes_ap: float = 0.24
