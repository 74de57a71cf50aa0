"""What happened in a run, read from its ledger, lines and closing alone: what the page's sentences are held
against. Nothing here is shared with the code that writes them.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from string import Formatter
from typing import Any

import numpy as np

from lbo_model.classroom.cases import Case
from lbo_model.position import Status
from lbo_model.words import Words, sentences
from tests.screens import numbers

FOR_SHARES = ("dividend", "sale_proceeds", "interest_on_shares", "par_repaid", "liquidation_rest")
TO_LENDERS = ("interest", "principal", "credit_line_repaid")
OF_OWNERS = ("equity", *FOR_SHARES)
PRINTED_ALIKE = 50_000.0
"""Euros: amounts closer than this print as the same millions, or nearly so."""

FOR_IDLE_WORK = ("severance", "closing_severance", "wage_guarantee", "short_time_pay")
"""What workers are paid that replaces a job, or hours of it."""

ROUNDING = {
    "money_short": (1e-6, 0.0501),
    "percent_short": (100.0, 0.501),
    "percent": (100.0, 0.00501),
    "decimal": (1.0, 0.0501),
    "multiple": (1.0, 0.00501),
    "money": (1.0, 0.51),
    "whole": (1.0, 0.51),
    "": (1.0, 0.0),
    **dict.fromkeys(("years", "jobs", "jobs_gone", "workers", "owners_follow", "purchases"), (1.0, 0.51)),
}
"""By the form in which a number is written: from the run's unit to the one printed, and how far it may be."""


@dataclass(frozen=True)
class Truth:
    """One run: how it ended, and the numbers that sentences state."""

    case: Case

    @property
    def _years(self) -> slice:
        return slice(1, self._date + 1)

    @property
    def _date(self) -> int:
        return self.case.result.deal.exit.year

    def first_year(self, company: str, status: Status) -> int | None:
        """The first year at whose end a company stands so."""
        found = np.flatnonzero(self.case.result.status(company)[: self._date + 1] == status)
        return int(found[0]) if found.size else None

    @cached_property
    def end(self) -> str:
        """Closed, sold by lenders after a standstill, sold, or still held."""
        if self.first_year("factory", Status.LIQUIDATED) is not None:
            return "liquidated"
        if self.first_year("holding", Status.RESTRUCTURED) is not None:
            return "restructured"
        return "sold" if self._next_buyer_pays else "held"

    @property
    def _next_buyer_pays(self) -> bool:
        return bool(self.case.result.ledger.paid("next_buyer")[: self._date + 1].sum() > 0.0)

    @cached_property
    def failure_year(self) -> int | None:
        """The year in which what ended so could not pay."""
        if self.end == "liquidated":
            return self.first_year("factory", Status.LIQUIDATED)
        return self.first_year("holding", Status.RESTRUCTURED)

    @cached_property
    def debtor(self) -> str:
        """To which company lenders paid their loans on closing day; ``nobody`` if there were none."""
        lent = {
            payee: float(amounts[0])
            for (_, payee, reason), amounts in self.case.result.ledger.amounts.items()
            if reason == "loan" and amounts[0] >= 1.0
        }
        return max(lent, key=lambda payee: lent[payee]) if lent else "nobody"

    @property
    def bought(self) -> bool:
        """Whether anybody paid the seller, or repaid the old debt to have the factory."""
        return "equity" in {reason for _, _, reason in self.case.result.ledger.amounts}

    @cached_property
    def numbers(self) -> Mapping[str, float]:
        """Every number by the name that sentences give it."""
        result, years, until = self.case.result, self._years, slice(0, self._date + 1)
        lines, ledger, closing = result.lines, result.ledger, result.closing
        owner = self.case.party
        uses = sum(float(np.asarray(amount)) for amount in closing.uses.values())
        debt = float(sum((drawn[0] for drawn in lines.loan_drawn), 0.0))
        equity = float(sum(np.asarray(stake) for stake in closing.stakes.values()))
        ebitda, sales, staff = float(lines.ebitda[0]), float(lines.sales[0]), float(lines.headcount[0])
        at_sale = sum((repaid for repaid in lines.loan_repaid_at_sale), np.zeros_like(lines.sales))
        service = np.nan_to_num(
            ledger.paid("factory", TO_LENDERS) + ledger.paid("holding", TO_LENDERS) - at_sale
        )
        pay = np.asarray(lines.gross_pay)
        months = sum(
            12.0 * float(paid) / float(gross)
            for paid, gross in zip(service[years], pay[years], strict=True)
            if gross > 0.0
        )
        paid_in = float(ledger.paid(owner, ("equity",))[until].sum())
        received = float(ledger.received(owner, FOR_SHARES)[until].sum())
        if not result.form.buys:
            paid_in += float(result.claims_start[owner])
            received += float(result.claims_end[owner])
        borrowed = debt + _sum(lines.loan_capitalised, until)
        by_factory = _sum(lines.loan_repaid, until) - _sum(lines.loan_repaid_at_sale, until)
        by_next_buyer = _sum(lines.loan_repaid_at_sale, until)
        written_off = _sum(lines.loan_written_off, until)
        still_owed = float(sum((loan[self._date] for loan in result.positions.loans), 0.0))
        machines = float(lines.capex[years].sum())
        # What a factory that closed would still have needed is no longer needed.
        lived = slice(1, int(result.last_date) + 1)
        needed = machines + max(
            0.0, float((lines.capex_needed - lines.capex + lines.growth_capex)[lived].sum())
        )
        stakes = float(ledger.paid("workers", ("equity",))[0])
        heads = result.deal.funding.equity.get("workers")
        joined = 1.0 if heads is None or heads.take_up is None else float(np.asarray(heads.take_up))
        ticket = _part(stakes, staff * joined)
        granted = float(lines.labour_share[years].sum())
        given = float(ledger.paid("factory", ("labour_share",))[until].sum())
        interest = ledger.paid("factory", ("interest",)) + ledger.paid("holding", ("interest",))
        value = float(result.end_value)
        later = sum(float(ledger.paid(party, ("equity",))[years].sum()) for party in closing.stakes)
        return {
            "uses": uses,
            "price": float(np.asarray(closing.multiple)) * float(np.asarray(closing.ebitda)),
            "debt": debt,
            "debt_share": _part(debt, uses),
            "debt_times": _part(debt, ebitda),
            "equity": equity,
            "equity_share": _part(equity, uses),
            "missing": float(np.asarray(closing.missing)),
            "missing_share": _part(float(np.asarray(closing.missing)), uses),
            "extra_equity": later,
            "service": float(service[years].sum()),
            "months": months,
            "service_share": _part(float(service[years].sum()), float(np.nansum(lines.ebitda[years]))),
            "ebitda_of_hundred": 100.0 * _part(ebitda, sales),
            "needed_of_hundred": 100.0 * _part(float(lines.capex_needed[1]), float(lines.sales[1])),
            "machines": machines,
            "machines_needed_share": _part(machines, needed),
            "paid_in": paid_in,
            "received": received,
            "multiple": _part(received, paid_in),
            "gain": received - paid_in,
            "borrowed": borrowed,
            "by_factory": by_factory,
            "by_factory_share": _part(by_factory, borrowed),
            "by_next_buyer": by_next_buyer,
            "by_next_buyer_share": _part(by_next_buyer, borrowed),
            "written_off": written_off,
            "written_off_share": _part(written_off, borrowed),
            "still_owed": still_owed,
            "still_owed_share": _part(still_owed, borrowed),
            "value": value,
            "value_times": _part(value, float(result.end_ebitda)) if result.end_ebitda > 0.0 else 0.0,
            "ticket": ticket,
            "members_share": joined,
            "profit_share_each": _part(granted, staff),
            "profit_share_times": _part(_part(granted, staff), ticket),
            "profit_share_owed": _part(granted - given, granted),
            "interest_paid": float(np.nansum(interest[years])),
            "reserves_each": _part(float(result.claims_end.get("indivisible_reserves", 0.0)), staff),
            "machines_owed": float(np.asarray(result.eve.machines_owed)),
            "owed_to_workers_and_state": sum(
                float(np.asarray(owed))
                for owed in (
                    result.eve.participation_owed,
                    result.eve.levy_owed,
                    *result.eve.labour_share_owed,
                    result.eve.share_interest_owed,
                )
            ),
            "years": self._date,
            "year": self.failure_year or self._date,
        }

    def beyond_pay(self, party: str) -> float:
        """What a party got by the exit date, in cash and in claims, without pay, contributions, severance."""
        result, years = self.case.result, self._years
        cash = float(result.ledger.net(party)[: self._date + 1].sum())
        claims = float(result.claims_end.get(party, 0.0)) - float(result.claims_start.get(party, 0.0))
        pay = {"workers": result.lines.gross_pay, "state": result.lines.employer_charges}
        idle = FOR_IDLE_WORK if party == "workers" else ()
        paid_for = float(result.ledger.received(party, idle)[: self._date + 1].sum())
        if party == "state":  # what it gives back of short-time pay
            paid_for = -float(result.ledger.paid(party, ("short_time_money",))[: self._date + 1].sum())
        return cash + claims - paid_for - (float(pay[party][years].sum()) if party in pay else 0.0)

    @cached_property
    def parts(self) -> Mapping[str, float]:
        """Of all that was got beyond pay, the part of each party; seller and missing money left out."""
        result = self.case.result
        named = {party for key in result.ledger.amounts for party in key[:2]}
        aside = {"market", "factory", "holding", "seller", "nobody_yet"}
        got = {party: self.beyond_pay(party) for party in (named | set(result.claims_end)) - aside}
        whole = sum(amount for amount in got.values() if amount > 0.0)
        return {party: amount / whole if whole else 0.0 for party, amount in got.items()}


@cache
def truth_of(case: Case) -> Truth:
    """What happened in a run, read once."""
    return Truth(case)


def _sum(rows: Any, years: slice) -> float:
    return float(sum((np.nansum(row[years]) for row in rows), 0.0))


def _part(amount: float, whole: float) -> float:
    return amount / whole if whole > 0.0 else 0.0


@dataclass(frozen=True)
class Spread:
    """The party whose part of all that was got differs most between owners, and at whose hands."""

    party: str
    least: float
    most: float
    least_owner: Case
    most_owner: Case


def spreads(cases: Sequence[Case]) -> list[Spread]:
    """What changes most with the owner; several where the page could not tell which."""
    parties = sorted(set.intersection(*(set(truth_of(case).parts) for case in cases)))

    def of(party: str) -> list[float]:
        # To nine digits: of two owners that are equal but for the last ones, the first is named.
        return [round(truth_of(case).parts.get(party, 0.0), 9) for case in cases]

    def apart(party: str) -> float:
        return max(of(party)) - min(of(party))

    widest = max(apart(party) for party in parties)
    found = []
    for party in parties:
        if apart(party) >= widest - 1e-6:
            least, most = (of(party).index(end(of(party))) for end in (min, max))
            found.append(Spread(party, of(party)[least], of(party)[most], cases[least], cases[most]))
    return found


def same_ledger(one: Case, other: Case) -> bool:
    """Whether two deals paid the same to the euro, whoever owns the shares."""
    first, second = (_owner_unnamed(case) for case in (one, other))
    return set(first) == set(second) and all(
        np.allclose(first[key], second[key], rtol=0.0, atol=1.0) for key in first
    )


def _owner_unnamed(case: Case) -> dict[tuple[str, str, str], Any]:
    until = slice(0, case.result.deal.exit.year + 1)
    return {
        (
            "owner" if reason in OF_OWNERS and payer == case.party else payer,
            "owner" if reason in OF_OWNERS and payee == case.party else payee,
            reason,
        ): amounts[until]
        for (payer, payee, reason), amounts in case.result.ledger.amounts.items()
        if amounts[until].any()
    }


# --- a sentence read back -----------------------------------------------------------------------------------


def read_back(key: str, said: str, language: str) -> dict[tuple[str, str], str] | None:
    """The slots of a sentence of the words as they were filled in; None where it is not that sentence."""
    pattern, slots = "", []
    for text, slot, form, _ in Formatter().parse(sentences(language)[key]):
        pattern += re.escape(text)
        if slot is not None:
            pattern += "(.*?)"
            slots.append((slot, form or ""))
    found = re.fullmatch(pattern, said)
    return dict(zip(slots, found.groups(), strict=True)) if found else None


def lies(key: str, said: str, case: Case, words: Words, **texts: str | float) -> list[str]:
    """What is wrong with a sentence: it is another one, or a number of it is not the run's."""
    filled = read_back(key, said, words.language)
    if filled is None:
        return [f"{key} is true, said is: {said}"]
    known, found = truth_of(case).numbers, []
    for (slot, form), text in filled.items():
        true = texts[slot] if slot in texts else known[slot]
        if isinstance(true, str):
            found += [] if text == true else [f"{slot}: {text} for {true}"]
            continue
        scale, reach = ROUNDING[form]
        printed = numbers(text, words.language)
        if len(printed) != 1 or abs(printed[0] - scale * true) > reach:
            found.append(f"{slot}: {text} for {true:.6g}")
    return [f"{key}, {fault}" for fault in found]
