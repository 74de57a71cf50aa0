"""The answers of the questions, each a formula on the shipped run: the right ones, and the wrong ones."""

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from lbo_model.classroom import facts, renewal, survival, yearly
from lbo_model.classroom.cases import Case

SEEN = 50_000.0
"""Euros. Half of what one decimal of a million shows."""
HANDS = frozenset({"who_gets", "who_decides"})
"""What changes with the hands alone."""
TOLD_APART = 0.1
"""Amounts offered as answers differ by this share of the larger at least."""
IN_THE_STORM = ("fund", "workers", "scop", "family", "unlevered")
"""The kinds of owner that live through the same storm."""
ALIKE = 0.01
"""Amounts this close to one another, as a share of the larger, are the same for who asks which is larger."""

# --- what may be asked of a run -----------------------------------------------------------------------------


def sold_by_a_fund(case: Case) -> bool:
    """Whether the run is what most questions speak of: a fund buys, lives through the years and sells."""
    return case.kind == "fund" and facts.closes(case) and facts.ending(case) == "sold"


def sold_at_the_same_price(case: Case) -> bool:
    """The same, and what is paid at both ends is equal, to what one decimal of a million shows."""
    known = facts.known(case)
    return sold_by_a_fund(case) and abs(known["value"] - known["price"]) < SEEN


def same_tool_in_other_hands(case: Case) -> bool:
    """Whether a fund stands beside a workers' holding that differs in nothing but its hands."""
    other = case.beside("workers")
    return case.kind == "fund" and other is not None and changes_of_hands(case) == HANDS


def sold_beside_other_owners(case: Case) -> bool:
    """Whether a fund that sells stands beside the workers' two ways of buying."""
    others = (case.beside("workers"), case.beside("scop"))
    return sold_by_a_fund(case) and all(other is not None for other in others)


def sold_again(case: Case) -> bool:
    """Whether a fund sells to an owner that borrows, and the four answers can be told apart."""
    borrows = sold_by_a_fund(case) and len(case.row) > 1 and facts.value(case, "next_debt") >= 1.0
    return borrows and _apart(next_day(case))


def bought_by_a_cooperative(case: Case) -> bool:
    """Whether a co-operative buys and lives until the year in which owners are compared."""
    return case.kind == "scop" and facts.ending(case) == "held"


def starved_of_machines(case: Case) -> bool:
    """Whether a fund that sells leaves machines unbought, and the four answers can be told apart."""
    short = sold_by_a_fund(case) and renewal.renewal(case).missing[-1] >= SEEN
    return short and _apart(bought_in_all(case))


def _apart(amounts: Mapping[str, float | None]) -> bool:
    told = [amount for amount in amounts.values() if amount is not None]
    return all(
        abs(one - other) >= TOLD_APART * max(one, other)
        for one, other in combinations(told, 2)
        if one or other
    )


def in_a_storm(case: Case) -> bool:
    """Whether a storm strikes every kind of owner that the question offers, and debt tells who stands."""
    row = [case.beside(kind) for kind in IN_THE_STORM]
    return survival.struck(case) and None not in row and survival.debts([*filter(None, row)]) is not None


# --- the bet ------------------------------------------------------------------------------------------------


def comes_back(case: Case) -> dict[str, float | None]:
    """What comes back at the resale: the right answer, and three formulas that forget something."""
    known = facts.known(case)
    return {
        "stake": known["equity"],
        "stake_less_fees": known["equity"] - known["fees"],
        "net_proceeds": known["received"],
        "whole_price": known["price"],
    }


def payers(_: Case) -> dict[str, float | None]:
    """Who may have paid what the fund gains."""
    return dict.fromkeys(("fund", "bank", "next_buyer", "factory"))


def payer(case: Case) -> str:
    """Who paid most of it: the factory, by debt repaid and dividends, or the next buyer, by the price."""
    return "factory" if facts.known(case)["from_debt"] >= 0.5 else "next_buyer"


# --- the factory --------------------------------------------------------------------------------------------


def of_hundred(case: Case) -> dict[str, float]:
    """Of 100 of sales, the part of each."""
    known = facts.known(case)
    return {
        "suppliers": known["suppliers_of_hundred"],
        "pay": known["pay_of_hundred"],
        "production_taxes": known["production_taxes_of_hundred"],
        "left": known["ebitda_of_hundred"],
    }


# --- the deal -----------------------------------------------------------------------------------------------


def debtors(_: Case) -> dict[str, float | None]:
    """Who may owe the money on the evening of the signing."""
    return dict.fromkeys(("fund", "holding", "factory", "workers"))


def debtor(case: Case) -> str:
    """The company that signed the loans: the entity of the largest."""
    loans = case.result.deal.funding.loans.values()
    amounts: dict[str, float] = {}
    for loan, amount in zip(loans, case.result.closing.loans, strict=True):
        amounts[loan.entity] = amounts.get(loan.entity, 0.0) + float(amount)
    return max(amounts, key=lambda entity: amounts[entity], default="factory")


# --- the factory pays ---------------------------------------------------------------------------------------


def first_year(case: Case) -> dict[str, float]:
    """Who got the money of the first year."""
    known = facts.known(case)
    return {
        "bank": known["service_1"],
        "machines": known["machines_1"],
        "tax": known["tax_1"],
        "left": known["left_1"],
    }


def tenths(_: Case) -> tuple[float, ...]:
    """A line from none to all, by tenths."""
    return tuple(round(step / 10.0, 1) for step in range(11))


# --- the machines -------------------------------------------------------------------------------------------


def bought_in_all(case: Case) -> dict[str, float | None]:
    """Machines bought in all years: the right answer, and three formulas: lenders wait for the machines, only
    the least that the plan allows is bought, or nothing.
    """
    found = renewal.renewal(case)
    years = range(1, len(found.needed) + 1)
    floor = case.result.deal.plan.capex_floor
    least = sum(
        float(np.asarray(floor.share_of_sales.at(year) if floor.share_of_sales is not None else 0.0))
        * float(case.result.lines.sales[year])
        for year in years
    )
    return {"needed": sum(found.needed), "bought": sum(found.bought), "floor": least, "nothing": 0.0}


# --- the resale ---------------------------------------------------------------------------------------------


def paths_of_debt(case: Case) -> dict[str, tuple[float, ...]]:
    """What is owed to lenders from closing to the eve of the sale: nothing repaid, as it was, all repaid."""
    owed = tuple(amount for amount in yearly.of_years(case).debt if amount is not None)
    start, years = owed[0], len(owed) - 1
    return {
        "flat": (start,) * len(owed),
        "as_it_was": owed,
        "to_nothing": tuple(start * (1.0 - date / years) for date in range(len(owed))),
    }


def sources_of_gain(case: Case) -> dict[str, float]:
    """Of 100 of gain before fees, the part of each source."""
    known = facts.known(case)
    return {name: 100.0 * known[f"from_{name}"] for name in ("profit", "price", "debt")}


# --- the next sale ------------------------------------------------------------------------------------------


def next_day(case: Case) -> dict[str, float | None]:
    """The purchase debt on the day after the sale: the right answer, and three formulas that forget a part of
    it: the second purchase, its loan, or that the price repays the first one's.
    """
    known = facts.known(case)
    return {
        "nothing": 0.0,
        "left": known["first_left"],
        "again": known["next_debt"],
        "both": known["first_left"] + known["next_debt"],
    }


# --- the same tool ------------------------------------------------------------------------------------------


def changes_of_hands(case: Case) -> frozenset[str]:
    """What differs between the fund's deal and the workers' holding, found by comparing the two runs."""
    other = case.beside("workers")
    if other is None:
        return HANDS
    mine, theirs = facts.known(case), facts.known(other)
    compared = {
        "debt": ("debt",),
        "repayments": ("service", "by_factory"),
        "machines": ("machines", "machines_owed"),
        "risk": ("cover_1", "year"),
    }
    differing = {
        item
        for item, slots in compared.items()
        if any(abs(mine[slot] - theirs[slot]) > 1.0 for slot in slots)
    }
    return HANDS | differing


# --- the co-operative ---------------------------------------------------------------------------------------


def takes_back(case: Case) -> dict[str, float | None]:
    """What a member of the co-operative leaves with: the right answer, and three formulas of other firms."""
    known = facts.known(_cooperative(case))
    return {
        "ticket": known["ticket"],
        "worth": known["worth_member"],
        "reserves": known["ticket"] + known["reserves_member"],
        "nothing": 0.0,
    }


def bids(_: Case) -> tuple[float, ...]:
    """Prices in times EBITDA, by halves."""
    return tuple(2.0 + 0.5 * step for step in range(11))


def bearable_bid(case: Case) -> float:
    """The highest price that the co-operative carries, in times EBITDA."""
    return facts.bearable(_cooperative(case))["bearable_times"]


def _cooperative(case: Case) -> Case:
    return case if case.kind == "scop" else case.beside("scop") or case


# --- the storm ----------------------------------------------------------------------------------------------


def standing(case: Case) -> frozenset[str]:
    """The kinds of owner that still stand at the exit date."""
    row = ((kind, case.beside(kind)) for kind in IN_THE_STORM)
    return frozenset(kind for kind, other in row if other is not None and survival.stands(other))


# --- side by side -------------------------------------------------------------------------------------------


def most_for_each(case: Case) -> dict[str, str]:
    """For workers, machines and seller, the kind of owner under which it gets most, or ``same``."""
    return leaves_most([case, *filter(None, (case.beside(kind) for kind in ("workers", "scop")))])


def leaves_most(cases: Sequence[Case]) -> dict[str, str]:
    """The same among any owners."""
    return {
        "workers": _largest({other.kind: sum(facts.shares(other)["workers"]) for other in cases}),
        "machines": _largest({other.kind: facts.machines_bought(other) for other in cases}),
        "seller": _largest({other.kind: sum(facts.shares(other).get("seller", (0.0,))) for other in cases}),
    }


def _largest(amounts: Mapping[str, float]) -> str:
    best = max(amounts, key=lambda kind: amounts[kind])
    spread = amounts[best] - min(amounts.values())
    return "same" if spread <= ALIKE * abs(amounts[best]) else best
