"""Items sold by category on a real marketplace, the source of proportions for scenarios.

Counted in the "Brazilian E-Commerce Public Dataset by Olist" (2016 to 2018; 111,023 items with a category): the file of
order items is joined with that of products. The names of categories are translated into plain words.
"""

from __future__ import annotations

HOME = {
    "bed, bath and table": 11_115,
    "furniture and decor": 8_334,
    "housewares": 6_964,
    "garden tools": 4_347,
    "office furniture": 1_691,
    "home construction": 604,
    "living room furniture": 503,
    "home comfort": 434,
    "lamps": 304,
    "kitchen and dining": 281,
    "bedroom furniture": 109,
    "mattresses": 38,
}
ELECTRONICS = {
    "computer accessories": 7_827,
    "mobile phones": 4_545,
    "small electronics": 2_767,
    "games consoles": 1_137,
    "home appliances": 771,
    "small appliances": 679,
    "audio": 364,
    "air conditioning": 297,
    "fixed phones": 264,
    "computers": 203,
    "tablets and printers": 83,
    "cameras": 72,
}
DAILY = {
    "health and beauty": 9_670,
    "perfume": 3_419,
    "baby care": 3_065,
    "pet supplies": 1_947,
    "food": 510,
    "drinks": 379,
    "groceries": 278,
    "nappies and hygiene": 39,
}
SOURCE = "items sold by category in the Brazilian E-Commerce Public Dataset by Olist, 2016 to 2018"
