"""The glossary: forty words, the French and the English term, one plain sentence, one number of the run."""

from collections.abc import Callable, Collection, Mapping, Sequence
from html import escape

import numpy as np
import streamlit as st

from lbo_model import measures
from lbo_model.classroom import controls
from lbo_model.classroom.cases import Case
from lbo_model.classroom.every_number import deal_name
from lbo_model.classroom.show import literal
from lbo_model.engine import Result
from lbo_model.position import Array
from lbo_model.words import Words

FIRST_YEAR = 1
NONE = float("nan")
"""Where a run has no such thing: a co-operative's money multiple, the cover of a debt that is not there."""


def _years(series: Array, result: Result) -> float:
    """The sum of a line over the years until the exit date."""
    return float(np.nansum(series[1 : result.deal.exit.year + 1]))


def _uses(result: Result) -> float:
    return float(sum(result.closing.uses.values(), 0.0))


def _fees(result: Result) -> float:
    return float(
        result.closing.buyer_fee + result.closing.transaction_fee + sum(result.closing.financing_fees, 0.0)
    )


def _lent(result: Result) -> float:
    return float(sum(result.closing.loans, 0.0))


def _lent_to_holding(result: Result) -> float:
    loans = zip(result.deal.funding.loans.values(), result.closing.loans, strict=True)
    found = sum(float(amount) for loan, amount in loans if loan.entity == "holding")
    return found if result.form.has_holding else NONE


def _ratio(numerator: float, denominator: float) -> float:
    return numerator / denominator if denominator else NONE


def _due(result: Result) -> float:
    lines = result.lines
    return float(lines.interest_due[FIRST_YEAR] + lines.principal_due[FIRST_YEAR])


def _balloon(result: Result) -> float:
    """What the contracts leave to the last date: a loan's balloon, or all of it where it is due at once."""
    loans = list(zip(result.deal.funding.loans.values(), result.closing.loans, strict=True))
    spread = ("linear", "annuity")
    shares = [1.0 if loan.repayment == "bullet" else float(loan.balloon or 0.0) for loan, _ in loans]
    if not loans or any(loan.repayment not in (*spread, "bullet") for loan, _ in loans):
        return NONE
    return sum(share * float(amount) for share, (_, amount) in zip(shares, loans, strict=True))


def _sweep(result: Result) -> float:
    first = next(iter(result.deal.funding.loans.values()), None)
    return NONE if first is None else float(first.sweep or 0.0)


def _state_tax(result: Result) -> float:
    return float(result.ledger.received("state", ("corporate_tax",))[FIRST_YEAR])


def _saved_by_the_group(result: Result) -> float:
    grouped = result.policy.corporate_tax.grouped
    return float(result.lines.holding_tax_saved[FIRST_YEAR]) if grouped else NONE


def _owner(result: Result, name: str) -> float:
    owner = "workers" if result.form.code == "scop" else result.form.owner
    return float(measures.owner_return(result, owner)[name])


def _votes(result: Result) -> float:
    law = result.policy.cooperative
    return NONE if law is None else float(law.workers_votes)


READINGS: Mapping[str, Callable[[Result], float]] = {
    "sales": lambda result: float(result.lines.sales[0]),
    "value_added": lambda result: float(result.lines.value_added[0]),
    "payroll": lambda result: float(result.lines.gross_pay[0] + result.lines.employer_charges[0]),
    "ebitda": lambda result: float(result.lines.ebitda[0]),
    "ebitda_margin": lambda result: _ratio(float(result.lines.ebitda[0]), float(result.lines.sales[0])),
    "depreciation": lambda result: float(result.lines.depreciation[FIRST_YEAR]),
    "net_income": lambda result: float(result.lines.factory_net_income[FIRST_YEAR]),
    "working_capital": lambda result: float(result.positions.working_capital[0]),
    "capex": lambda result: float(result.lines.capex[FIRST_YEAR]),
    "upkeep": lambda result: float(result.lines.capex_needed[FIRST_YEAR]),
    "machines_owed": lambda result: float(np.asarray(result.eve.machines_owed)),
    "cash_for_debt": lambda result: float(result.lines.cash_for_debt[FIRST_YEAR]),
    "corporate_tax": _state_tax,
    "tax_group": _saved_by_the_group,
    "participation": lambda result: float(result.lines.participation[FIRST_YEAR]),
    "enterprise_value": lambda result: float(result.closing.enterprise_value),
    "multiple": lambda result: float(result.closing.multiple),
    "price_of_shares": lambda result: float(result.closing.price_of_shares),
    "fees": _fees,
    "equity": lambda result: float(sum(result.closing.stakes.values(), 0.0)),
    "debt": _lent,
    "net_debt": lambda result: float(np.asarray(result.positions.net_debt)[0]),
    "holding": _lent_to_holding,
    "lbo": lambda result: _ratio(_lent(result), _uses(result)),
    "leverage": lambda result: float(measures.leverage(result)[0]),
    "interest": lambda result: float(result.lines.interest_due[FIRST_YEAR]),
    "principal": lambda result: float(result.lines.principal_due[FIRST_YEAR]),
    "balloon": _balloon,
    "sweep": _sweep,
    "debt_service": _due,
    "debt_cover": lambda result: float(measures.cover_before_capex(result)[FIRST_YEAR]),
    "default": lambda result: float(measures.debt_repaid(result)["written_off"]),
    "dividend": lambda result: float(measures.value_bridge(result)["distributions"]),
    "gain": lambda result: float(measures.gain(result)),
    "money_multiple": lambda result: _owner(result, "multiple"),
    "irr": lambda result: _owner(result, "irr"),
    "refinancing": lambda result: float(measures.debt_repaid(result)["by_the_next_buyer"]),
    "labour_share": lambda result: _years(result.lines.labour_share, result),
    "scop": _votes,
    "reserves": lambda result: float(result.claims_end.get("indivisible_reserves", 0.0)),
}
"""The forty words, in the order of the lesson, and the number of a run that each shows."""

FIRST_WORDS: Mapping[str, Sequence[str]] = {
    "bet": ("equity", "debt"),
    "factory": ("sales", "value_added", "payroll", "ebitda", "depreciation"),
    "deal": ("holding", "lbo", "equity", "fees", "multiple"),
    "repay": ("interest", "principal", "debt_service", "cash_for_debt", "debt_cover"),
    "machines": ("capex", "upkeep", "machines_owed"),
    "resale": ("gain", "net_debt", "balloon", "money_multiple", "refinancing"),
    "again": ("refinancing", "leverage"),
    "same_tool": ("holding", "dividend", "participation"),
    "coop": ("scop", "labour_share", "reserves"),
    "storm": ("default", "debt_cover"),
    "compare": ("ebitda", "participation", "reserves", "machines_owed"),
    "dice": ("default", "irr"),
    "rules": ("corporate_tax", "tax_group", "participation"),
}
"""The words that a chapter is the first to need, by its slug."""


ANSWERED_LATER: Mapping[str, tuple[str, ...]] = {
    "machines": ("machines_owed",),
    "resale": ("gain", "money_multiple", "irr", "refinancing"),
}
"""Words whose number is the answer of a chapter, by its slug."""


# --- on the page --------------------------------------------------------------------------------------------


def draw(words: Words, case: Case, later: Collection[str] = ()) -> None:
    """A folded panel with every word, filled only once it is opened. ``later``: words whose number is the
    answer of a chapter to come.
    """
    panel = st.expander(words.say("glossary.title"), key="glossary", on_change="rerun")
    if panel.open:
        words = Words(words.language, case.scenario.currency)
        with panel:
            st.markdown(literal(words.say("glossary.about", name=deal_name(case.owner, words))))
            sought = controls.search_field("glossary.search", words.say("glossary.search"), placeholder=" ")
            found = [code for code in READINGS if matches(code, sought, words)]
            st.html(listed(found, words, case.result, later))
            if not found:
                st.markdown(literal(words.say("glossary.nothing")))


def first_words(words: Words, slug: str) -> None:
    """A line of buttons, one for each word that a chapter is the first to need: each opens its entry.

    Entries show no number of the run here: the chapter has not given its answer yet.
    """
    codes = FIRST_WORDS.get(slug, ())
    if codes:
        with st.container(horizontal=True, vertical_alignment="center", key=f"words.{slug}"):
            st.markdown(literal(words.say("glossary.first")), width="content")
            for code in codes:
                with st.popover(literal(words.say(f"glossary.{code}.term"))):
                    st.markdown(explained(code, words))


def explained(code: str, words: Words) -> str:
    """An entry as markdown, without its number."""
    other = words.say("glossary.in_english", other=words.say(f"glossary.{code}.other"))
    head = f"**{literal(words.say(f'glossary.{code}.term'))}** · {literal(other)}"
    return f"{head}\n\n{literal(words.say(f'glossary.{code}.sentence'))}"


def here(code: str, words: Words, result: Result) -> str:
    """The number of a word in the run that is shown, as a sentence; says so where there is none."""
    number = READINGS[code](result)
    if np.isnan(number):
        return words.say("glossary.none")
    # Adding zero turns -0.0 into 0.0.
    return words.say(f"glossary.{code}.here", number=number + 0.0)


def matches(code: str, sought: str, words: Words) -> bool:
    """Whether every word looked for stands in an entry."""
    parts = (words.say(f"glossary.{code}.{part}") for part in ("term", "other", "sentence"))
    text = " ".join((code, *parts)).casefold()
    return all(word in text for word in sought[:200].casefold().split())


def listed(codes: Sequence[str], words: Words, result: Result, later: Collection[str] = ()) -> str:
    """Entries as one HTML list of definitions: light, whatever their number."""
    entries = "".join(_entry(code, words, result, code in later) for code in codes)
    return f'<dl style="columns: 26rem; column-gap: 2rem; margin: 0; padding: 0">{entries}</dl>'


def _entry(code: str, words: Words, result: Result, later: bool) -> str:
    number = words.say("glossary.later") if later else here(code, words, result)
    other = words.say("glossary.in_english", other=words.say(f"glossary.{code}.other"))
    sentence = words.say(f"glossary.{code}.sentence")
    return (
        '<div style="break-inside: avoid; margin-bottom: 0.75rem">'
        f"<dt><strong>{escape(words.say(f'glossary.{code}.term'))}</strong> · {escape(other)}</dt>"
        f'<dd style="margin: 0">{escape(sentence)} {escape(number)}</dd></div>'
    )
