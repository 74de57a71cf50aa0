"""How high each owner could bid: the price at which it still earns what it asks for, beside what it pays.

A search plays a deal at hundreds of prices: nothing is sought until the drawer is opened, and each case is
sought once, for every return that may be chosen.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import streamlit as st

from lbo_model import studies
from lbo_model.classroom import controls, names
from lbo_model.classroom.cases import Case
from lbo_model.classroom.chapter import Chapter
from lbo_model.classroom.plain_table import show_table
from lbo_model.classroom.show import literal
from lbo_model.words import Words

RETURNS = ("0.1", "0.15", "0.2", "0.25", "0.3")
"""What owners may be said to ask for, a year."""
USUAL = "0.2"
COLUMNS = ("owner", "bid", "price")
MOST = 8
"""Owners of a scenario that are all looked at; of a scenario with more, those compared."""


def draw(words: Words, chapter: Chapter, cases: Sequence[Case]) -> None:
    """A drawer, filled only once it is opened, where a chapter offers a deal at its price."""
    if not chapter.bids:
        return
    panel = st.expander(words.say("bids.title"), key=f"bids.{chapter.slug}", on_change="rerun")
    if panel.open:
        with panel:
            st.markdown(literal(words.say("bids.about")))
            asked = controls.pick(
                "bids.return",
                words.say("bids.asked"),
                RETURNS,
                lambda rate: words.say("bids.rate", rate=float(rate)),
                USUAL,
            )
            shown = chapter.shown(bidders(cases))
            columns = [words.say(f"bids.{column}") for column in COLUMNS]
            show_table(words.say("bids.caption", rate=float(asked)), columns, rows(shown, asked, words))


def bidders(cases: Sequence[Case]) -> list[Case]:
    """All the owners of the scenario, as the first of those compared is played."""
    first = cases[0]
    if len(first.shelf.deals) > MOST:
        return list(cases)
    return [first.shelf.case(owner, first.knobs, first.behaviour) for owner in first.shelf.deals]


def rows(cases: Sequence[Case], asked: str, words: Words) -> list[list[str]]:
    """Of each owner: its name, the most that it could pay or why there is no such price, what it pays."""
    return [[names.marked(case, words), highest(case, asked, words), _price(case, words)] for case in cases]


def highest(case: Case, asked: str, words: Words) -> str:
    """The highest bid of an owner, in words; a sentence where there is none."""
    rate = float(asked)
    if case.result.deal.price.as_sold:
        return words.say("bids.follows")
    if case.kind == "scop":
        return words.say("bids.no_return")
    bid, place = bids_of(case), RETURNS.index(asked)
    multiple, amount = float(bid.multiple[place]), float(bid.amount[place])
    kind = "found" if case.result.form.buys else "kept"
    if np.isnan(multiple):
        return words.say(f"bids.not_{kind}", rate=rate)
    return words.say(f"bids.{kind}", multiple=multiple, amount=amount, rate=rate)


@lru_cache(maxsize=128)
def bids_of(case: Case) -> studies.Bid:
    """The highest bids of an owner, one for each of ``RETURNS``."""
    return studies.highest_price(case.scenario, case.deal, [float(rate) for rate in RETURNS])


def _price(case: Case, words: Words) -> str:
    closing = case.result.closing
    price = {"multiple": float(closing.multiple), "amount": float(closing.enterprise_value)}
    return words.say("bids.amount", **price)
