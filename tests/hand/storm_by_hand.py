"""Owners in the crisis of 2009, worked by hand: an independent check that imports nothing of the project.

The factory of film_by_hand.py, bought at 5.0 times EBITDA. Sales weaken in year 2, fall by a third in year 3
and come back. Flows fall at the end of each year; day 0 is closing day. Every figure is in euros.

On the board: the film's fund, loan "half", no help, year 3 (rounded to the euro at each line; year 1 is
that of film_by_hand.py)
    sales                          30,000,000 x 65 %                                       = 19,500,000
    purchases                      19,500,000 x 40 %                                       =  7,800,000
    other costs (they do not move) 30,000,000 x 15.1 %                                     =  4,530,000
    value added                    19,500,000 - 7,800,000 - 4,530,000                      =  7,170,000
    production taxes               19,500,000 x 0.9 %                                      =    175,500
    jobs                           210 x (1 - 60 % x 35 %)                                 =      165.9
    payroll                        9,000,000 x (1 - 60 % x 35 %)                           =  7,110,000
    EBITDA                         7,170,000 - 175,500 - 7,110,000                         =   -115,500
    working capital released       20 % x (27,900,000 - 19,500,000)                        =  1,680,000
    participation paid             (year 2 left none)                                      =          0
    tax                            (a loss)                                                =          0
    cash before lenders            -115,500 + 1,680,000                                    =  1,564,500
    interest                       17,070,077 x 7 %                                        =  1,194,905
    principal                      19,915,090 / 2 / 7                                      =  1,422,506
    missing, machines at 300,000   300,000 + 1,194,905 + 1,422,506 - 1,564,500             =  1,352,912
    default: to the lenders        1,564,500 - 300,000                                     =  1,264,500
    of which principal             1,264,500 - 1,194,905                                   =     69,595
    loan at the end                17,070,077 - 69,595                                     = 17,000,482

If its principal waits instead, the fund lives through year 3 and fails in year 4, as sales rise by 29 %
    sales                          30,000,000 x 84 %                                       = 25,200,000
    payroll                        9,000,000 x (1 - 60 % x 16 %)                           =  8,136,000
    EBITDA                         25,200,000 x 59.1 % - 4,530,000 - 8,136,000             =  2,227,200
    working capital taken back     20 % x (25,200,000 - 19,500,000)                        =  1,140,000
    cash                           69,595 + 2,227,200 - 1,140,000                          =  1,156,795
    interest                       17,070,077 x 7 %                                        =  1,194,905
    so that even interest and the machines' floor cannot both be paid

Choices made where the statement leaves one:
    - before closing nothing is owed for participation or levy, so nothing is paid for them in year 1;
    - in the year of a default the lenders get what is left above the machines' floor, interest first; what is
      not paid of it is added to the loan;
    - after it no interest runs, machines have what cash allows up to their target, lenders all the rest;
    - help is tried in order, principal that waits first, then the owner's money, and only if it is enough;
    - whoever has been helped in a year buys machines at their floor and is paid nothing in it;
    - in the year in which the co-operative closes, its tax return is not made: no tax, and no relief from
      production taxes; members' interest on shares and labour shares come after the lender, and get nothing;
    - interest on the average of the year counts what is not paid of it as owed at the end of that year;
    - a lender who asks for half of what a year leaves asks for nothing of the cash that the year before left.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

DEMAND = (1.00, 0.93, 0.65, 0.84, 0.92)  # years 1 to 5
YEARS = 5  # those who sell, sell at the end of this year

# The factory in a year like another
SALES = 30_000_000.0
PURCHASES_RATE = 0.40
OTHER_COSTS = 0.151 * SALES
PRODUCTION_TAX_RATE = 0.009
STAFF = 210
PAYROLL = 0.30 * SALES
CHARGES_RATE = 0.41
STAFF_FOLLOW_SALES = 0.60
WORKING_CAPITAL_RATE = 0.20
CAPEX_TARGET = 0.06 * SALES
CAPEX_FLOOR = 0.01 * SALES
DEPRECIATION_RATE = 0.10
EBITDA_AT_CLOSING = 4_200_000.0

# The factory's balance sheet on the morning of closing
OPENING_MACHINES = 18_000_000.0
OPENING_BANK_DEBT = 4_200_000.0
OPENING_EQUITY = OPENING_MACHINES + WORKING_CAPITAL_RATE * SALES - OPENING_BANK_DEBT

# The purchase, the loan, the tax, the sale
MULTIPLE = 5.0
BUYER_FEES_RATE = 0.03
FINANCING_FEES_RATE = 0.025
YEARS_OF_LOAN = 7
FUND_INTEREST_RATE = 0.07
FAMILY_INTEREST_RATE = 0.045
FAMILY_PAYOUT = 0.30
TAX_RATE = 0.25
LOSSES_USABLE_IN_FULL = 1_000_000.0
LOSSES_USABLE_SHARE_ABOVE = 0.50
EXIT_COSTS_RATE = 0.02
PRICE_IN_DISTRESS = 0.75
COURT_COSTS_RATE = 0.08
SMALLEST_SHORTAGE = 0.000001

# The co-operative: its members' stakes, its split, what the statute spares it, and what a closure brings
TICKET = 4_000.0
WORKERS_WHO_JOIN = 0.80
LABOUR_SHARE = 0.45
RESERVE_SHARE = 0.45
INTEREST_ON_SHARES = 0.10
LEVY_ON_LABOUR_SHARE = 0.08
PRODUCTION_TAX_SPARED = 0.40
MACHINES_RECOVERED = 0.35
WORKING_CAPITAL_RECOVERED = 0.70

# The fund of typical-2020: six times EBITDA; a lender repaid at the end, and half of what a year leaves
TYPICAL_MULTIPLE = 6.0
TYPICAL_LOAN = 3.0 * EBITDA_AT_CLOSING
TYPICAL_MARGIN = 0.055
TYPICAL_EURIBOR = (-0.005, 0.003, 0.034, 0.036, 0.022)  # years 1 to 5; the loan counts no less than zero
TYPICAL_SWEEP = 0.50
MONITORING_FEE_RATE = 0.02


@dataclass(frozen=True)
class Help:
    """What is tried when cash is short: years that principal may wait, and the owner's money."""

    years_waiting: int = 0
    money: float = 0.0
    return_asked: float | None = None
    part_of_the_fall_that_passes: float = 0.0


NO_HELP = Help()
HELP = {
    "none": NO_HELP,
    "deferral": Help(years_waiting=1),
    "new_money": Help(money=3_000_000.0),
    "new_money_for_20_hoping_70": Help(
        money=3_000_000.0, return_asked=0.20, part_of_the_fall_that_passes=0.70
    ),
    "new_money_for_20_hoping_100": Help(
        money=3_000_000.0, return_asked=0.20, part_of_the_fall_that_passes=1.0
    ),
    "deferral_then_new_money": Help(years_waiting=1, money=3_000_000.0),
}


@dataclass(frozen=True)
class Owner:
    """Who owns the factory, and with which loan."""

    borrowed_share_of_uses: float
    part_due_at_the_end: float
    payout: float


OWNERS = {
    "half": Owner(borrowed_share_of_uses=0.90, part_due_at_the_end=0.5, payout=0.0),
    "bullet": Owner(borrowed_share_of_uses=0.90, part_due_at_the_end=1.0, payout=0.0),
    "unlevered": Owner(borrowed_share_of_uses=0.0, part_due_at_the_end=0.0, payout=1.0),
}


def factory_makes(demand: float) -> dict[str, float]:
    """One year of the factory: materials follow sales, staff follow by 60 %, the other costs do not."""
    sales = SALES * demand
    value_added = sales - PURCHASES_RATE * sales - OTHER_COSTS
    staff = 1 - STAFF_FOLLOW_SALES * (1 - demand)
    payroll = PAYROLL * staff
    return {
        "sales": sales,
        "value_added": value_added,
        "payroll": payroll,
        "gross_pay": payroll / (1 + CHARGES_RATE),
        "jobs": STAFF * staff,
        "ebitda": value_added - PRODUCTION_TAX_RATE * sales - payroll,
        "working_capital": WORKING_CAPITAL_RATE * sales,
    }


def tax_on(result: float, losses: float) -> tuple[float, float]:
    """Tax on a year's result after past losses, and the losses carried on."""
    profit = max(0.0, result)
    most = LOSSES_USABLE_IN_FULL + LOSSES_USABLE_SHARE_ABOVE * max(0.0, profit - LOSSES_USABLE_IN_FULL)
    used = min(losses, profit, most)
    return TAX_RATE * (profit - used), losses - used + max(0.0, -result)


def workers_share(result: float, equity: float, made: dict[str, float]) -> float:
    """Participation: half of what profit after tax leaves above 5 % of equity, times pay in value added."""
    above = (1 - TAX_RATE) * max(0.0, result) - 0.05 * max(0.0, equity)
    return max(0.0, 0.5 * above * made["gross_pay"] / made["value_added"])


def machines_bought(free_cash: float) -> float:
    """Lenders first: machines have what is left, between their floor and their target."""
    return min(CAPEX_TARGET, max(CAPEX_FLOOR, free_cash))


def buyer(owner_name: str, help_name: str) -> tuple[list[dict[str, float | str]], dict[str, float]]:
    """The years of a fund and its holding, and what the sale gives."""
    owner, helped_by = OWNERS[owner_name], HELP[help_name]
    enterprise_value = MULTIPLE * EBITDA_AT_CLOSING
    cost = enterprise_value * (1 + BUYER_FEES_RATE)
    uses = cost / (1 - FINANCING_FEES_RATE * owner.borrowed_share_of_uses)
    borrowed = owner.borrowed_share_of_uses * uses
    stake = uses - borrowed
    fees_a_year = FINANCING_FEES_RATE * borrowed / YEARS_OF_LOAN

    loan, machines, equity, machines_owed = borrowed, OPENING_MACHINES, OPENING_EQUITY, 0.0
    factory_cash = holding_cash = 0.0
    advance, working_capital = OPENING_BANK_DEBT, WORKING_CAPITAL_RATE * SALES
    participation = levy = factory_losses = group_losses = 0.0
    years_waited, in_default = 0, False
    rows: list[dict[str, float | str]] = []

    for year, demand in enumerate(DEMAND, start=1):
        made = factory_makes(demand)
        depreciation = DEPRECIATION_RATE * machines
        released = working_capital - made["working_capital"]
        working_capital = made["working_capital"]
        paid_to_workers = participation + levy

        # What the lender is due: nothing any more after a default
        interest = 0.0 if in_default else FUND_INTEREST_RATE * loan
        principal = 0.0 if in_default else borrowed * (1 - owner.part_due_at_the_end) / YEARS_OF_LOAN

        # Tax of the factory alone (it pays it to its holding), tax of the group (to the State)
        result = made["ebitda"] - depreciation - paid_to_workers
        factory_tax, factory_losses = tax_on(result, factory_losses)
        group_tax, group_losses = tax_on(result - interest - fees_a_year, group_losses)
        participation = workers_share(result, equity, made)
        levy = 0.20 * participation

        # Both tills before lenders and machines
        below = factory_cash + made["ebitda"] + released - paid_to_workers - factory_tax
        above = holding_cash + factory_tax - group_tax

        def missing_for(due: float, brought: float, both: float = below + above) -> float:
            return due + CAPEX_FLOOR - both - brought

        # Is cash short? Then what may help is tried, in order
        waits = brought = 0.0
        short = not in_default and missing_for(interest + principal, 0.0) > SMALLEST_SHORTAGE
        if short:
            if principal > 0 and years_waited < helped_by.years_waiting:
                waits = principal
            missing = missing_for(interest + principal - waits, 0.0)
            if missing > SMALLEST_SHORTAGE and missing <= helped_by.money:
                fall = max(0.0, EBITDA_AT_CLOSING - made["ebitda"])
                hoped = made["ebitda"] + helped_by.part_of_the_fall_that_passes * fall
                worth = max(0.0, MULTIPLE * hoped) - (loan - principal + waits)
                asked = helped_by.return_asked
                if asked is None or worth > missing * (1 + asked) ** (YEARS - year):
                    brought = missing
            saved = missing_for(interest + principal - waits, brought) <= SMALLEST_SHORTAGE
            if saved:
                years_waited += 1 if waits > 0 else 0
                principal = principal - waits
            else:
                waits = brought = 0.0
                in_default = True
                assert below - CAPEX_FLOOR + max(0.0, above) > 0, "the factory itself can pay"

        status = "sound"
        paid_out = 0.0
        interest_paid = interest
        if short and in_default:
            # The year of the default: the machines' floor, then the lender, interest first
            status = "default"
            capex = CAPEX_FLOOR
            pot = below + above - capex
            interest_paid = min(interest, max(0.0, pot))
            principal = min(principal, max(0.0, pot) - interest_paid)
            loan = loan + (interest - interest_paid) - principal
            above = above - interest_paid - principal
        elif short:
            status = "helped"
            capex = CAPEX_FLOOR
            above = above - interest - principal + brought
            loan = loan - principal
        else:
            capex = machines_bought(below + above - interest - principal)
            left = max(0.0, below + above - interest - principal - capex)
            if in_default:
                status = "in_default"
                principal = min(left, loan)
            else:
                paid_out = owner.payout * left
            above = above - interest - principal - paid_out
            loan = loan - principal

        # The factory sends up what the holding lacks: the advance first, dividends after
        sent_up = max(0.0, -above)
        below = below - capex
        lent_down = min(max(0.0, sent_up - below), max(0.0, above))
        factory_cash = below - sent_up + lent_down
        holding_cash = above + sent_up - lent_down
        advance_repaid = min(advance, sent_up)
        dividends = sent_up - advance_repaid
        advance = advance - advance_repaid + lent_down

        machines = machines - depreciation + capex
        machines_owed = machines_owed + CAPEX_TARGET - capex
        net_income = made["ebitda"] - depreciation - participation - levy - factory_tax
        equity = equity + net_income - dividends
        same(
            machines + working_capital + factory_cash,
            equity + advance + participation + levy,
            f"the factory's balance sheet, {owner_name} {help_name} year {year}",
        )
        rows.append(
            {
                "year": year,
                "sales": made["sales"],
                "ebitda": made["ebitda"],
                "working_capital_released": released,
                "tax": group_tax,
                "participation": participation,
                "interest_paid": interest_paid,
                "principal_paid": principal,
                "principal_waiting": waits,
                "brought": brought,
                "paid_out": paid_out,
                "capex": capex,
                "cash": factory_cash + holding_cash,
                "debt": loan,
                "jobs": made["jobs"],
                "status": status,
            }
        )

    # The sale: at 5 times the last EBITDA, less a quarter where the lenders sell
    value = MULTIPLE * float(rows[-1]["ebitda"]) * (PRICE_IN_DISTRESS if in_default else 1.0)
    costs = value * (COURT_COSTS_RATE if in_default else EXIT_COSTS_RATE)
    till = value + factory_cash + holding_cash - participation - levy - costs
    to_lender = min(loan, till)
    received = till - to_lender
    brought_in_all = sum(float(row["brought"]) for row in rows)
    paid_before = sum(float(row["paid_out"]) for row in rows)
    return rows, {
        "stake": stake,
        "repaid_at_the_end": to_lender,
        "lost_by_lender": loan - to_lender,
        "machines_owed": machines_owed,
        "gain": received + paid_before - stake - brought_in_all,
    }


def family() -> tuple[list[dict[str, float | str]], dict[str, float]]:
    """The years of the family that keeps its factory, with its old debt lent anew over seven years."""
    loan, machines, equity, machines_owed = OPENING_BANK_DEBT, OPENING_MACHINES, OPENING_EQUITY, 0.0
    cash, working_capital = 0.0, WORKING_CAPITAL_RATE * SALES
    participation = levy = losses = 0.0
    rows: list[dict[str, float | str]] = []
    for year, demand in enumerate(DEMAND, start=1):
        made = factory_makes(demand)
        depreciation = DEPRECIATION_RATE * machines
        released = working_capital - made["working_capital"]
        working_capital = made["working_capital"]
        paid_to_workers = participation + levy
        interest = FAMILY_INTEREST_RATE * loan
        principal = OPENING_BANK_DEBT / YEARS_OF_LOAN

        result = made["ebitda"] - depreciation - interest - paid_to_workers
        tax, losses = tax_on(result, losses)
        participation = workers_share(result, equity, made)
        levy = 0.20 * participation

        free = cash + made["ebitda"] + released - paid_to_workers - tax - interest - principal
        assert free > CAPEX_FLOOR, "the family is never short"
        capex = machines_bought(free)
        paid_out = FAMILY_PAYOUT * (free - capex)
        cash = free - capex - paid_out
        loan = loan - principal
        machines = machines - depreciation + capex
        machines_owed = machines_owed + CAPEX_TARGET - capex
        equity += made["ebitda"] - depreciation - interest - participation - levy - tax - paid_out
        same(machines + working_capital + cash, equity + loan + participation + levy, f"family, year {year}")
        rows.append(
            {
                "year": year,
                "sales": made["sales"],
                "ebitda": made["ebitda"],
                "working_capital_released": released,
                "tax": tax,
                "participation": participation,
                "interest_paid": interest,
                "principal_paid": principal,
                "principal_waiting": 0.0,
                "brought": 0.0,
                "paid_out": paid_out,
                "capex": capex,
                "cash": cash,
                "debt": loan,
                "jobs": made["jobs"],
                "status": "sound",
            }
        )
    stake = MULTIPLE * EBITDA_AT_CLOSING - OPENING_BANK_DEBT
    holds = MULTIPLE * float(rows[-1]["ebitda"]) + cash - loan - participation - levy
    return rows, {
        "stake": stake,
        "repaid_at_the_end": 0.0,
        "lost_by_lender": 0.0,
        "machines_owed": machines_owed,
        "gain": holds + sum(float(row["paid_out"]) for row in rows) - stake,
    }


def typical(help_name: str) -> tuple[list[dict[str, float | str]], dict[str, float]]:
    """The years of the fund and its managers, whose lender counts interest on the average of the year."""
    value = TYPICAL_MULTIPLE * EBITDA_AT_CLOSING
    stake = value * (1 + BUYER_FEES_RATE) - (1 - FINANCING_FEES_RATE) * TYPICAL_LOAN
    fees_a_year = FINANCING_FEES_RATE * TYPICAL_LOAN / YEARS_OF_LOAN

    loan, machines, equity, machines_owed = TYPICAL_LOAN, OPENING_MACHINES, OPENING_EQUITY, 0.0
    advance, working_capital, cash = OPENING_BANK_DEBT, WORKING_CAPITAL_RATE * SALES, 0.0
    participation = levy = factory_losses = group_losses = brought_in_all = 0.0
    in_default, defaulted_this_year = False, False
    rows: list[dict[str, float | str]] = []
    for year, (demand, euribor) in enumerate(zip(DEMAND, TYPICAL_EURIBOR, strict=True), start=1):
        made = factory_makes(demand)
        rate = TYPICAL_MARGIN + max(0.0, euribor)
        fee = 0.0 if in_default else MONITORING_FEE_RATE * max(0.0, made["ebitda"])
        depreciation = DEPRECIATION_RATE * machines
        released = working_capital - made["working_capital"]
        working_capital = made["working_capital"]
        paid_to_workers = participation + levy

        result = made["ebitda"] - fee - depreciation - paid_to_workers
        factory_tax, factory_losses = tax_on(result, factory_losses)
        participation = workers_share(result, equity, made)
        levy = 0.20 * participation

        # Interest depends on the loan at the end, the loan on what is swept, that on tax and interest
        loan_at_end, swept, brought = loan, 0.0, 0.0
        for _ in range(200):
            interest = 0.0 if in_default else rate * (loan + loan_at_end) / 2
            group_tax, losses_after = tax_on(result - interest - fees_a_year, group_losses)
            free = cash + made["ebitda"] - fee + released - paid_to_workers - group_tax
            missing = interest + CAPEX_FLOOR - free
            defaulted_this_year, brought, swept = False, 0.0, 0.0
            capex, interest_paid = CAPEX_FLOOR, interest
            if in_default:
                capex = machines_bought(free)
                swept = min(loan, max(0.0, free - capex))
            elif missing <= SMALLEST_SHORTAGE:
                capex = machines_bought(free - interest)
                swept = min(loan, TYPICAL_SWEEP * max(0.0, free - interest - capex - cash))
            elif missing <= HELP[help_name].money:
                brought = missing
            else:
                defaulted_this_year, interest_paid = True, free - CAPEX_FLOOR
            loan_at_end = loan + interest - interest_paid - swept
        group_losses = losses_after
        status = "in_default" if in_default else "helped" if brought else "sound"
        status = "default" if defaulted_this_year else status
        in_default = in_default or defaulted_this_year

        # The holding takes back its advance first; before the last year that is enough
        sent_up = interest_paid + swept + group_tax - factory_tax - brought
        dividends = max(0.0, sent_up - advance)
        assert dividends == 0.0 or year == YEARS, "an advance that lasts four years"
        advance = advance - (sent_up - dividends)
        cash = free + brought - interest_paid - swept - capex
        loan = loan_at_end
        machines = machines - depreciation + capex
        machines_owed += CAPEX_TARGET - capex
        brought_in_all += brought
        net_income = made["ebitda"] - fee - depreciation - participation - levy - factory_tax
        equity = equity + net_income - dividends
        same(
            machines + working_capital + cash,
            equity + advance + participation + levy,
            f"the factory's balance sheet, typical {help_name} year {year}",
        )
        rows.append(
            {
                "year": year,
                "sales": made["sales"],
                "ebitda": made["ebitda"],
                "working_capital_released": released,
                "tax": group_tax,
                "participation": participation,
                "interest_paid": interest_paid,
                "principal_paid": swept,
                "principal_waiting": 0.0,
                "brought": brought,
                "paid_out": 0.0,
                "capex": capex,
                "cash": cash,
                "debt": loan,
                "jobs": made["jobs"],
                "status": status,
            }
        )
    price = TYPICAL_MULTIPLE * float(rows[-1]["ebitda"]) * (PRICE_IN_DISTRESS if in_default else 1.0)
    costs = price * (COURT_COSTS_RATE if in_default else EXIT_COSTS_RATE)
    till = price + cash - participation - levy - costs
    to_lender = min(loan, till)
    # What is left earns owners less than nothing: managers' share of a gain has nothing to take from
    assert till - to_lender < stake
    return rows, {
        "stake": stake,
        "repaid_at_the_end": to_lender,
        "lost_by_lender": loan - to_lender,
        "machines_owed": machines_owed,
        "gain": till - to_lender - stake - brought_in_all,
    }


def split_of(profit: float) -> tuple[float, float, float]:
    """A co-operative's surplus, tax and levy, each of which depends on the others: tried until they agree.

    The labour share, its levy, and a provision as large as labour share or reserves are not taxed.
    """
    surplus = tax = levy = 0.0
    for _ in range(200):
        levy = LEVY_ON_LABOUR_SHARE * LABOUR_SHARE * surplus
        untaxed = (LABOUR_SHARE + min(LABOUR_SHARE, RESERVE_SHARE)) * surplus
        tax = TAX_RATE * (profit - levy - untaxed)
        surplus = profit - tax - levy
    return surplus, tax, levy


def cooperative(help_name: str) -> tuple[list[dict[str, float | str]], dict[str, float]]:
    """The years of the co-operative that carries the fund's loan "half" in the factory, until it closes.

    Somebody has brought what its members' stakes leave missing; until it closes, its status says that.
    """
    uses = MULTIPLE * EBITDA_AT_CLOSING * (1 + BUYER_FEES_RATE) / (1 - FINANCING_FEES_RATE * 0.90)
    borrowed = 0.90 * uses
    stake = TICKET * WORKERS_WHO_JOIN * STAFF
    missing_at_closing = uses - borrowed - stake
    fees_a_year = FINANCING_FEES_RATE * borrowed / YEARS_OF_LOAN
    due_each_year = 0.5 * borrowed / YEARS_OF_LOAN

    loan, machines, machines_owed = borrowed, OPENING_MACHINES, 0.0
    cash, working_capital, losses = 0.0, WORKING_CAPITAL_RATE * SALES, 0.0
    levy = interest_on_shares = labour_shares_kept = received = 0.0
    # The price of its own shares and the advisers leave equity; fees to lenders are spread over the loan
    unspread_fees = FINANCING_FEES_RATE * borrowed
    price_of_shares = MULTIPLE * EBITDA_AT_CLOSING - OPENING_BANK_DEBT
    equity = OPENING_EQUITY + stake - price_of_shares - BUYER_FEES_RATE * MULTIPLE * EBITDA_AT_CLOSING
    years_waited, may_wait = 0, HELP[help_name].years_waiting
    rows: list[dict[str, float | str]] = []
    for year, demand in enumerate(DEMAND, start=1):
        made = factory_makes(demand)
        spared = PRODUCTION_TAX_SPARED * PRODUCTION_TAX_RATE * made["sales"]
        depreciation = DEPRECIATION_RATE * machines
        released = working_capital - made["working_capital"]
        working_capital = made["working_capital"]
        interest = FUND_INTEREST_RATE * loan

        # Past losses are made good before anything is shared
        profit = made["ebitda"] + spared - depreciation - interest - fees_a_year
        made_good = min(losses, max(0.0, profit))
        surplus, tax, new_levy = split_of(max(0.0, profit) - made_good)

        # Last year's levy and interest on shares are paid; labour shares stay for five years
        before_lender = cash + made["ebitda"] + spared + released - levy - interest_on_shares - tax
        free, waits = before_lender - interest - due_each_year, 0.0
        short = free < CAPEX_FLOOR - SMALLEST_SHORTAGE
        if short and years_waited < may_wait and before_lender - interest >= CAPEX_FLOOR:
            waits = due_each_year
            years_waited += 1

        row: dict[str, float | str] = {
            "year": year,
            "sales": made["sales"],
            "ebitda": made["ebitda"],
            "working_capital_released": released,
            "tax": tax,
            "participation": 0.0,
            "principal_waiting": waits,
            "brought": 0.0,
            "paid_out": 0.0,
            "jobs": made["jobs"],
        }
        if short and not waits:
            # It works the year out, pays nobody what it owed before, and claims no relief: all that it has
            # goes to the levy first, then to its lender, who is owed the year's interest too
            machines -= depreciation
            sold = MACHINES_RECOVERED * machines + WORKING_CAPITAL_RECOVERED * working_capital
            estate = cash + made["ebitda"] + released + sold * (1 - COURT_COSTS_RATE)
            to_lender = min(loan + interest, estate - levy)
            end = {
                "stake": stake,
                "repaid_at_the_end": to_lender,
                "lost_by_lender": loan + interest - to_lender,
                "machines_owed": machines_owed + CAPEX_TARGET,
                "gain": received - stake,
            }
            gone = {"capex": 0.0, "cash": 0.0, "debt": 0.0, "status": "closed"}
            rows.append(row | {"tax": 0.0, "interest_paid": 0.0, "principal_paid": 0.0} | gone)
            return rows, end

        capex = CAPEX_FLOOR if short else machines_bought(free)
        cash = before_lender - interest - due_each_year + waits - capex
        loan = loan - due_each_year + waits
        machines = machines - depreciation + capex
        machines_owed = machines_owed + CAPEX_TARGET - capex
        received += interest_on_shares
        losses = losses - made_good + max(0.0, -profit)
        unspread_fees -= fees_a_year
        labour_share, levy = LABOUR_SHARE * surplus, new_levy
        labour_shares_kept += labour_share
        interest_on_shares = INTEREST_ON_SHARES * surplus
        equity += profit - tax - levy - labour_share - interest_on_shares
        same(
            machines + working_capital + cash + unspread_fees,
            equity + missing_at_closing + loan + levy + interest_on_shares + labour_shares_kept,
            f"the co-operative's balance sheet, {help_name} year {year}",
        )
        paid = {"interest_paid": interest, "principal_paid": due_each_year - waits}
        rows.append(row | paid | {"capex": capex, "cash": cash, "debt": loan, "status": "not_financed"})
    raise AssertionError(f"the co-operative does not last until year {YEARS}")


def cases() -> dict[tuple[str, str], tuple[list[dict[str, float | str]], dict[str, float]]]:
    """Every owner with every help that means something to it."""
    found = {(loan, name): buyer(loan, name) for loan in ("half", "bullet") for name in HELP}
    found |= {("scop", name): cooperative(name) for name in ("none", "deferral")}
    found |= {("typical", name): typical(name) for name in ("none", "new_money")}
    return found | {("unlevered", "none"): buyer("unlevered", "none"), ("family", "none"): family()}


def same(one_way: float, other_way: float, what: str) -> None:
    """Two ways of counting the same euros must agree to a thousandth of a cent."""
    if abs(one_way - other_way) > 0.00001:
        raise AssertionError(f"{what}: {one_way} is not {other_way}")


def table() -> list[dict[str, str]]:
    """Every year of every case in cents; the last year's row also says how it ends."""
    lines = []
    for (owner, help_name), (rows, end) in cases().items():
        for row in rows:
            last = row is rows[-1]
            full = (
                {"owner": owner, "help": help_name} | row | {name: end[name] if last else "" for name in end}
            )
            lines.append({name: in_cents(value) for name, value in full.items()})
    return lines


def in_cents(value: float | int | str) -> str:
    """Two decimals, without a minus before a zero."""
    if isinstance(value, (str, int)):
        return str(value)
    cents = f"{value:.2f}"
    return "0.00" if cents == "-0.00" else cents


def main() -> None:
    """Write storm_by_hand.csv beside this file."""
    lines = table()
    path = Path(__file__).with_name("storm_by_hand.csv")
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, fieldnames=list(lines[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)


if __name__ == "__main__":
    main()
