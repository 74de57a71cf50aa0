"""Closing day: the price, who brings the money, on what terms, and what it pays for."""

from collections.abc import Iterator, Sequence

import numpy as np

from lbo_model.engine import Result
from lbo_model.scenario import Loan, Preferred
from lbo_model.sheet.block import (
    A_CENT,
    NOTHING,
    Block,
    Row,
    ebitda_name,
    held,
    loan_name,
    millions,
    percent,
    times,
)
from lbo_model.words import Words

_AMOUNTS = ("amount", "share", "times_ebitda")
_TERMS = ("rank", "owed_by", "interest", "repaid", "over")
_NO_TERMS = [NOTHING] * len(_TERMS)

Source = tuple[str, float, list[str]]
"""A label, an amount, and the cells of ``_TERMS``."""


def price(result: Result, words: Words) -> Block:
    """What the enterprise is bought for, how many times its EBITDA that is, and what the law did not let it
    borrow.
    """
    closing, refused = result.closing, float(result.closing.debt_refused)
    rows: list[Row | None] = [
        (ebitda_name(result, words), [millions(float(closing.ebitda), words)]),
        (words.say("sheet.multiple"), [times(float(closing.multiple), words)]),
        (words.say("sheet.enterprise_value"), [millions(float(closing.enterprise_value), words)]),
    ]
    if refused > A_CENT:
        rows.append((words.say("sheet.debt_refused"), [millions(refused, words)]))
    return Block(words.say("sheet.price"), (), rows)


def sources(result: Result, words: Words, *, terms: bool = False) -> Block:
    """Who brings the money; with ``terms``, by rank, who owes it, and how it is paid back.

    Loans by rank, then each owner's preferred money and ordinary shares, then what is missing. Terms name
    also what brings nothing on closing day: the credit line, a loan of a later year, the managers' ratchet.
    """
    found = list(_sources(result, words))
    total = sum(amount for _, amount, _ in found)
    rows: list[Row | None] = []
    for label, amount, cells in found:
        if abs(amount) > A_CENT or (terms and cells != _NO_TERMS):
            rows.append((label, _shared(amount, total, result, words) + (cells if terms else [])))
    rows += [None, (words.say("sheet.total"), _shared(total, total, result, words))]
    return Block(words.say("sheet.sources"), _heads((*_AMOUNTS, *_TERMS) if terms else _AMOUNTS, words), rows)


def uses(result: Result, words: Words) -> Block:
    """What the money is for."""
    found = {use: float(cost) for use, cost in result.closing.uses.items() if abs(float(cost)) > A_CENT}
    total = sum(found.values())
    rows: list[Row | None] = [
        (words.say(f"cli.use.{use}"), _shared(cost, total, result, words)) for use, cost in found.items()
    ]
    rows += [None, (words.say("sheet.total"), _shared(total, total, result, words))]
    return Block(words.say("sheet.uses"), _heads(_AMOUNTS, words), rows)


def _heads(names: Sequence[str], words: Words) -> list[str]:
    return [words.say(f"sheet.head.{name}") for name in names]


def _shared(amount: float, total: float, result: Result, words: Words) -> list[str]:
    """An amount, its share of the whole, and how many times EBITDA it is."""
    ebitda = float(result.closing.ebitda)
    if abs(amount) <= A_CENT:
        return [NOTHING] * len(_AMOUNTS)
    share = percent(amount / total if total else np.nan, words)
    return [millions(amount, words), share, times(amount / ebitda if ebitda > 0.0 else np.nan, words)]


def _sources(result: Result, words: Words) -> Iterator[Source]:
    closing, funding = result.closing, result.deal.funding
    line = funding.revolver
    if line is not None:
        limit = words.say("sheet.terms.up_to", limit=millions(float(line.limit), words))
        rate = words.show(float(line.rate), "percent")
        owes = words.say(f"parties.{line.entity}")
        yield words.say("sheet.credit_line"), 0.0, [NOTHING, owes, rate, limit, NOTHING]
    for (name, loan), amount in zip(funding.loans.items(), closing.loans, strict=True):
        yield loan_name(name, loan.lender, words), float(amount), _of_loan(loan, words)
    left = {party: float(amount) for party, amount in closing.stakes.items()}
    for one, amount in zip(funding.preferred.values(), closing.preferred, strict=True):
        left[one.holder] -= float(amount)
        yield held(one.holder, one.kind, words), float(amount), _of_preferred(one, words)
    last = [words.say("sheet.terms.last"), *_NO_TERMS[1:]] if result.form.has_holding else _NO_TERMS
    for party, amount in left.items():
        yield held(party, "ordinary", words), amount, last if abs(amount) > A_CENT else _NO_TERMS
    for step in funding.ratchet.values():
        beyond = words.say("sheet.terms.beyond", share=float(step.share), above=float(step.above))
        yield words.say("sheet.ratchet"), 0.0, [*_NO_TERMS[:3], beyond, NOTHING]
    yield words.say("cli.missing"), float(closing.missing), _NO_TERMS


# --- on what terms ------------------------------------------------------------------------------------------


def _of_loan(loan: Loan, words: Words) -> list[str]:
    over = NOTHING if loan.years is None else words.say("sheet.terms.years", years=float(loan.years))
    owes = words.say(f"parties.{loan.entity}")
    return [str(loan.rank), owes, _interest(loan, words), _repayment(loan, words), over]


def _interest(loan: Loan, words: Words) -> str:
    """What is paid: a fixed rate, or a margin above the market's; then what is added to the loan."""
    if loan.rate is not None:
        paid = words.show(float(loan.rate), "percent")
    else:
        assert loan.margin is not None, "a loan has a rate or a margin"
        known = {"margin": float(loan.margin), "floor": 0.0 if loan.floor is None else float(loan.floor)}
        paid = words.say(f"sheet.terms.{'market' if loan.floor is None else 'market_floor'}", **known)
    if not loan.capitalised_rate:
        return paid
    return words.say("sheet.terms.and_added", paid=paid, added=float(loan.capitalised_rate))


def _repayment(loan: Loan, words: Words) -> str:
    """How principal is paid back by contract, when it is lent if not on closing day, and what goes early."""
    share = 0.0 if loan.yearly_share is None else float(loan.yearly_share)
    parts = [words.say(f"sheet.terms.{loan.repayment}", share=share)]
    if loan.grace:
        parts.append(words.say("sheet.terms.grace", years=float(loan.grace)))
    if loan.balloon:
        parts.append(words.say("sheet.terms.balloon", share=float(loan.balloon)))
    if loan.sweep or loan.sweep_steps:
        shares = [float(loan.sweep or 0.0), *(float(step.share) for step in loan.sweep_steps.values())]
        parts.append(words.say("sheet.terms.sweep", share=max(shares)))
    if loan.drawn is not None:
        parts.insert(0, words.say("sheet.terms.drawn", year=loan.drawn))
    return words.say("page.list").join(parts)


def _of_preferred(one: Preferred, words: Words) -> list[str]:
    added = words.say("sheet.terms.added", added=float(one.rate))
    share = 0.0 if one.converts_into is None else float(one.converts_into)
    how = "paid_once"
    if one.participating:
        how = "participating"
    elif one.converts_into is not None:
        how = "converts"
    rank = words.say("sheet.terms.after_loans", rank=one.rank)
    return [rank, words.say("parties.holding"), added, words.say(f"sheet.terms.{how}", share=share), NOTHING]
