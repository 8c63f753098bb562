"""Generated clicks with a weak signal, as in most shops."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.generator.source import GeneratedClicks


@final
@dataclass(frozen=True)
class Ctr(GeneratedClicks):
    """Impressions with 1 % clicks and a weak signal; Bayes AP .06."""

    name: ClassVar[str] = "ctr"

    bayes_ap: float = 0.06
