"""The profile of a dataset as one HTML file that needs no network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from longtail.reports.content import Section
from longtail.reports.render import page

Tone = Literal["mend first", "split", "choose", "expect"]


@dataclass(frozen=True)
class Remark:
    """A measured fact and its consequence for the choice of a strategy."""

    tone: Tone
    fact: str
    so: str
    names: tuple[str, ...] = ()
    """strategies to look at"""
    source: str = ""


@dataclass(frozen=True)
class ProfilePage:
    """The content of a page about one dataset."""

    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    """(number, what it counts)"""
    remarks: tuple[Remark, ...]
    sections: tuple[Section, ...]
    footer: str = ""


def html(profile: ProfilePage) -> str:
    """Return the page as HTML; the same content gives the same bytes."""
    return page("profile.html", ("style.css", "profile.css"), document=profile)
