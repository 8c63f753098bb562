"""Generated clicks with a signal as strong as it gets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from longtail.datasets.generator.source import GeneratedClicks


@final
@dataclass(frozen=True)
class CtrStrong(GeneratedClicks):
    """1 % of the impressions are clicked, and the best possible ranking has an average precision of .24."""

    name: ClassVar[str] = "ctr-strong"

    bayes_ap: float = 0.24
