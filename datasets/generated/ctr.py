"""Generated clicks with a weak signal, as in most shops."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.generator.source import GeneratedClicks


@final
@dataclass(frozen=True)
class Ctr(GeneratedClicks):
    """1 % of the impressions are clicked, and the best possible ranking has an average precision of .06."""

    name: ClassVar[str] = "ctr"

    bayes_ap: float = 0.06
