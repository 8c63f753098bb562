"""Names as a shop has them: categories, brands, query tokens."""

from __future__ import annotations

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


def categories(count: int) -> tuple[str, ...]:
    """Class names, most popular first; above 50 with the number of the range."""
    rounds = [divmod(index, len(CATEGORIES)) for index in range(count)]
    return tuple(CATEGORIES[at] if not turn else f"{CATEGORIES[at]} {turn + 1}" for turn, at in rounds)


def brands(count: int) -> tuple[str, ...]:
    """Invented brand names, all different."""
    made = []
    for index in range(count):
        rest, onset = divmod(index * 7, len(_ONSETS))
        rest, vowel = divmod(rest, len(_VOWELS))
        name = _ONSETS[onset] + _VOWELS[vowel] + _CODAS[rest % len(_CODAS)]
        turn = index // (len(_ONSETS) * len(_VOWELS) * len(_CODAS))
        made.append(name.capitalize() + (f" {turn + 1}" if turn else ""))
    return tuple(made)


def queries(count: int) -> tuple[str, ...]:
    """Query tokens, all different."""
    made = []
    for index in range(count):
        rest, place = divmod(index, len(CATEGORIES))
        turn, quality = divmod(rest, len(_QUALITIES))
        made.append(f"{_QUALITIES[quality]} {CATEGORIES[place]}" + (f" {turn + 1}" if turn else ""))
    return tuple(made)


def numbered(letter: str, count: int) -> tuple[str, ...]:
    """Ids: a letter and a number of constant width."""
    width = len(str(max(count - 1, 1)))
    return tuple(f"{letter}{index:0{width}d}" for index in range(count))
