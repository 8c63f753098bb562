"""Names of a shop or a scenario: classes, brands, query tokens, columns and their values."""

from __future__ import annotations

from longtail.datasets.generator.vocabulary import scenarios
from longtail.datasets.generator.vocabulary.base import Vocabulary

SCENARIOS = tuple(scenarios.SCENARIOS)
"""scenarios with names of their own"""

CATEGORIES = (
    "dresses", "sneakers", "smartphones", "skin care", "t-shirts", "headphones", "coffee", "running shoes", "laptops",
    "handbags", "toys", "pet food", "jeans", "kitchenware", "vitamins", "sofas", "tablets", "jackets", "perfume",
    "video games", "bed linen", "sandals", "televisions", "backpacks", "baby care", "watches", "garden tools", "lamps",
    "smart speakers", "bicycles", "sunglasses", "board games", "camping gear", "cameras", "rugs", "power tools",
    "jewellery", "printers", "yoga mats", "suitcases", "musical instruments", "aquariums", "car parts", "drones",
    "telescopes", "wallpaper", "fishing rods", "sewing machines", "vinyl records", "chess sets",
)  # fmt: skip

DEVICES = ("phone", "desktop", "tablet", "app")
CHANNELS = ("search", "direct", "newsletter", "advert", "social", "partner")
REGIONS = (
    "north",
    "south",
    "east",
    "west",
    "capital",
    "coast",
    "lakes",
    "hills",
    "islands",
    "border",
    "plains",
    "valley",
)
SEGMENTS = ("new", "occasional", "regular", "loyal", "bargain hunter", "premium")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

_ONSETS = ("b", "d", "f", "k", "l", "m", "n", "r", "s", "t", "v", "z", "br", "st", "tr")
_VOWELS = ("a", "e", "i", "o", "u")
_CODAS = ("lo", "rin", "vik", "da", "mar", "nex", "sto", "tel")
_QUALITIES = (
    "cheap", "red", "black", "white", "leather", "cotton", "small", "large", "new", "vintage",
    "wireless", "kids", "men", "women", "organic", "waterproof", "light", "gift", "pro", "mini",
)  # fmt: skip


_VALUES = {"device": DEVICES, "channel": CHANNELS, "region": REGIONS, "segment": SEGMENTS, "weekday": WEEKDAYS}


def categories(count: int, scenario: str = "") -> tuple[str, ...]:
    """Return class names, most popular first; beyond the known names (a shop has 50) they repeat with a number."""
    words = _words(scenario)
    known = words.classes if words else CATEGORIES
    rounds = [divmod(index, len(known)) for index in range(count)]
    return tuple(known[at] if not turn else f"{known[at]} {turn + 1}" for turn, at in rounds)


def brands(count: int, scenario: str = "") -> tuple[str, ...]:  # noqa: ARG001 # invented names fit everywhere
    """Return invented brand names, all different."""
    made = []
    for index in range(count):
        rest, onset = divmod(index * 7, len(_ONSETS))
        rest, vowel = divmod(rest, len(_VOWELS))
        name = _ONSETS[onset] + _VOWELS[vowel] + _CODAS[rest % len(_CODAS)]
        turn = index // (len(_ONSETS) * len(_VOWELS) * len(_CODAS))
        made.append(name.capitalize() + (f" {turn + 1}" if turn else ""))
    return tuple(made)


def queries(count: int, scenario: str = "") -> tuple[str, ...]:
    """Return query tokens, all different: a quality and a noun."""
    words = _words(scenario)
    qualities = (words and words.qualities) or _QUALITIES
    nouns = (words and (words.nouns or words.classes)) or CATEGORIES
    made = []
    for index in range(count):
        rest, place = divmod(index, len(nouns))
        turn, quality = divmod(rest, len(qualities))
        made.append(f"{qualities[quality]} {nouns[place]}" + (f" {turn + 1}" if turn else ""))
    return tuple(made)


def columns(scenario: str = "") -> dict[str, str]:
    """Return the scenario's names of columns by a shop's names; columns left out keep a shop's name."""
    words = _words(scenario)
    return dict(words.columns) if words else {}


def values(column: str, scenario: str = "") -> tuple[str, ...]:
    """Return the names of the values of device, channel, region, segment or weekday; every scenario has as many."""
    words = _words(scenario)
    return (words.values if words else {}).get(column, _VALUES[column])


def numbered(letter: str, count: int) -> tuple[str, ...]:
    """Return ids: a letter and a number of constant width."""
    width = len(str(max(count - 1, 1)))
    return tuple(f"{letter}{index:0{width}d}" for index in range(count))


def _words(scenario: str) -> Vocabulary | None:
    return scenarios.SCENARIOS[scenario] if scenario else None
