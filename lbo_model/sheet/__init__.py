"""A deal as an analyst lays it out, in tables of words: what ``run --full`` prints and the page shows.

``block``: what a table is, and how its cells are written. ``closing``: price, sources, uses. ``years``: debt,
preferred money, statements, staff, ratios, covenants. ``relocation``: jobs moved abroad. ``tax``: how
corporate tax is computed. ``end``: the sale, by rank, and what each party got. Amounts are millions with two
decimals; a dash is nothing at all. Every number is read from ``measures``.
"""

from lbo_model.sheet.block import Block, Row
from lbo_model.sheet.closing import price, sources, uses
from lbo_model.sheet.end import bridge, house, lost, price_paid, returns, sale, sale_by_rank, who
from lbo_model.sheet.relocation import relocation
from lbo_model.sheet.tax import tax
from lbo_model.sheet.years import covenants, debt, preferred, ratios, staff, statements

__all__ = [
    "Block",
    "Row",
    "bridge",
    "covenants",
    "debt",
    "house",
    "lost",
    "preferred",
    "price",
    "price_paid",
    "ratios",
    "relocation",
    "returns",
    "sale",
    "sale_by_rank",
    "sources",
    "staff",
    "statements",
    "tax",
    "uses",
    "who",
]
