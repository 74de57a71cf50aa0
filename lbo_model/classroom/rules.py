"""What a visitor may choose where the law changes: the rule, the price then paid, what the buyer asks for."""

from collections.abc import Mapping
from dataclasses import dataclass

RULES: Mapping[str, str] = {
    "debt_cap": "debt-cap",
    "no_debt": "no-debt-to-buy",
    "least_equity": "least-equity",
    "thin_equity": "thin-equity",
    "machines_first": "machines-first",
    "gain_shared": "gain-shared",
}
"""Code of a rule -> the shipped scenario that declares it, numbers and sources included."""

MOVES, SAME = "moves", "same"
PRICINGS = (MOVES, SAME)
"""The most that the buyer can pay under the rule, or what it could pay before."""

FILE = "file"
ASKED = (FILE, "0.1", "0.15", "0.2", "0.25", "0.3")
"""The return that the buyer asks for, a year: as its file says, or another."""


@dataclass(frozen=True)
class Choice:
    """One of each; the first of each for who has not chosen."""

    rule: str
    pricing: str
    asked: str


USUAL = Choice(next(iter(RULES)), PRICINGS[0], ASKED[0])
