"""The film of one buy-out, worked by hand: an independent check that imports nothing of the project.

Flows fall at the end of each year; day 0 is closing day. Every figure is in euros.

On the board: bought at 5.0 times EBITDA, loan "half", years 1 and 2 (rounded to the euro at each line, so a
line may differ by one euro from the cents of film_by_hand.csv).

The factory, one year like another
    purchases                      30,000,000 x 40 %                                       = 12,000,000
    other costs                    30,000,000 x 15.1 %                                     =  4,530,000
    value added                    30,000,000 - 12,000,000 - 4,530,000                     = 13,470,000
    production taxes               30,000,000 x 0.9 %                                      =    270,000
    payroll                        30,000,000 x 30 %                                       =  9,000,000
    EBITDA                         13,470,000 - 270,000 - 9,000,000                        =  4,200,000
    gross pay                      9,000,000 / 1.41                                        =  6,382,979
    equity on closing day          18,000,000 + 6,000,000 - 4,200,000                      = 19,800,000
    capex target                   30,000,000 x 6 %                                        =  1,800,000
    capex floor                    30,000,000 x 1 %                                        =    300,000

Closing day
    enterprise value               5 x 4,200,000                                           = 21,000,000
    price of the shares            21,000,000 - 4,200,000                                  = 16,800,000
    buyer's fees                   21,000,000 x 3 %                                        =    630,000
    uses                           (21,000,000 + 630,000) / (1 - 90 % x 2.5 %)             = 22,127,877
    debt                           22,127,877 x 90 %                                       = 19,915,090
    equity                         22,127,877 - 19,915,090                                 =  2,212,788
    financing fees                 19,915,090 x 2.5 %                                      =    497,877
    uses, line by line             16,800,000 + 4,200,000 + 630,000 + 497,877              = 22,127,877

Year 1
    depreciation                   18,000,000 x 10 %                                       =  1,800,000
    factory's taxable profit       4,200,000 - 1,800,000 - 0                               =  2,400,000
    factory's tax                  2,400,000 x 25 %                                        =    600,000
    profit after tax               2,400,000 x 75 %                                        =  1,800,000
    5 % of the equity              19,800,000 x 5 %                                        =    990,000
    participation                  50 % x (1,800,000 - 990,000) x 6,382,979 / 13,470,000   =    191,916
    levy                           191,916 x 20 %                                          =     38,383
    interest                       19,915,090 x 7 %                                        =  1,394,056
    principal                      19,915,090 / 2 / 7                                      =  1,422,506
    fee amortisation               497,877 / 7                                             =     71,125
    group's taxable profit         2,400,000 - 1,394,056 - 71,125                          =    934,818
    group's tax                    934,818 x 25 %                                          =    233,705
    free cash                      0 + 4,200,000 - 233,705 - 0 - 1,394,056 - 1,422,506     =  1,149,733
    capex (free cash: it lies between floor and target)                                      1,149,733
    cash at the end                1,149,733 - 1,149,733                                   =          0
    sent up to the holding         1,394,056 + 1,422,506 + 233,705 - 600,000               =  2,450,267
    advance left (no dividend)     4,200,000 - 2,450,267                                   =  1,749,733
    loan at the end                19,915,090 - 1,422,506                                  = 18,492,583
    machines at the end            18,000,000 - 1,800,000 + 1,149,733                      = 17,349,733
    machines owed                  1,800,000 - 1,149,733                                   =    650,267
    factory's net income           4,200,000 - 1,800,000 - 191,916 - 38,383 - 600,000      =  1,569,701
    factory's equity               19,800,000 + 1,569,701 - 0                              = 21,369,701

Year 2
    depreciation                   17,349,733 x 10 %                                       =  1,734,973
    participation and levy paid    191,916 + 38,383                                        =    230,299
    factory's taxable profit       4,200,000 - 1,734,973 - 230,299                         =  2,234,728
    factory's tax                  2,234,728 x 25 %                                        =    558,682
    profit after tax               2,234,728 x 75 %                                        =  1,676,046
    5 % of the equity              21,369,701 x 5 %                                        =  1,068,485
    participation                  50 % x (1,676,046 - 1,068,485) x 6,382,979 / 13,470,000 =    143,951
    levy                           143,951 x 20 %                                          =     28,790
    interest                       18,492,583 x 7 %                                        =  1,294,481
    principal                      19,915,090 / 2 / 7                                      =  1,422,506
    group's taxable profit         2,234,728 - 1,294,481 - 71,125                          =    869,122
    group's tax                    869,122 x 25 %                                          =    217,280
    free cash                      4,200,000 - 217,280 - 230,299 - 1,294,481 - 1,422,506   =  1,035,433
    capex (free cash: it lies between floor and target)                                      1,035,433
    cash at the end                1,035,433 - 1,035,433                                   =          0
    sent up to the holding         1,294,481 + 1,422,506 + 217,280 - 558,682               =  2,375,586
    dividends                      2,375,586 - 1,749,733                                   =    625,853
    loan at the end                18,492,583 - 1,422,506                                  = 17,070,077
    machines at the end            17,349,733 - 1,734,973 + 1,035,433                      = 16,650,193
    machines owed                  650,267 + 1,800,000 - 1,035,433                         =  1,414,834
    factory's net income           4,200,000 - 1,734,973 - 143,951 - 28,790 - 558,682      =  1,733,604
    factory's equity               21,369,701 + 1,733,604 - 625,853                        = 22,477,452

Choices made where the statement leaves one:
    - before closing nothing is owed for participation or levy, so nothing is paid for them in year 1;
    - the row of a default keeps the scheduled figures: the loan as if the principal had been paid, the cash
      below zero by what was missing (column "shortage"), the capex at its floor;
    - status is "alive", then "sold" in year 5, or "restructured" in the year of the default;
    - the loan runs 7 years, the film 5: the payments of years 6 and 7 are written but never reached.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

MULTIPLES = (5.0, 6.0)
PROFILES = ("linear", "annuity", "half", "bullet")
YEARS_OF_FILM = 5  # the factory is sold at the end of this year

# The factory, one year like another
SALES = 30_000_000.0
PURCHASES = 0.40 * SALES
OTHER_COSTS = 0.151 * SALES
PRODUCTION_TAXES = 0.009 * SALES
PAYROLL = 0.30 * SALES
GROSS_PAY = PAYROLL / 1.41  # employer charges are 41 % of gross pay
VALUE_ADDED = SALES - PURCHASES - OTHER_COSTS
EBITDA = VALUE_ADDED - PRODUCTION_TAXES - PAYROLL
CAPEX_TARGET = 0.06 * SALES
CAPEX_FLOOR = 0.01 * SALES
DEPRECIATION_RATE = 0.10

# The factory's balance sheet on the morning of closing
OPENING_MACHINES = 18_000_000.0
WORKING_CAPITAL = 0.20 * SALES
OPENING_BANK_DEBT = 4_200_000.0
OPENING_EQUITY = OPENING_MACHINES + WORKING_CAPITAL - OPENING_BANK_DEBT

# The purchase, the loan, the tax, the sale
DEBT_SHARE_OF_USES = 0.90
BUYER_FEES_RATE = 0.03
FINANCING_FEES_RATE = 0.025
YEARS_OF_LOAN = 7
INTEREST_RATE = 0.07
TAX_RATE = 0.25
LOSSES_USABLE_IN_FULL = 1_000_000.0
LOSSES_USABLE_SHARE_ABOVE = 0.50
EXIT_COSTS_RATE = 0.02
SMALLEST_SHORTAGE = 0.000001


def close(multiple: float) -> dict[str, float]:
    """Closing day: what must be paid, and who brings the money."""
    enterprise_value = multiple * EBITDA
    price_of_shares = enterprise_value - OPENING_BANK_DEBT
    buyer_fees = BUYER_FEES_RATE * enterprise_value

    # The loop: uses = (enterprise value + buyer's fees) + 2.5 % x 90 % x uses. Bring "uses" to one side:
    uses = (enterprise_value + buyer_fees) / (1 - FINANCING_FEES_RATE * DEBT_SHARE_OF_USES)
    debt = DEBT_SHARE_OF_USES * uses
    equity = uses - debt
    financing_fees = FINANCING_FEES_RATE * debt

    same(uses, price_of_shares + OPENING_BANK_DEBT + buyer_fees + financing_fees, "uses, line by line")
    return {
        "enterprise_value": enterprise_value,
        "price_of_shares": price_of_shares,
        "debt_refinanced": OPENING_BANK_DEBT,
        "buyer_fees": buyer_fees,
        "financing_fees": financing_fees,
        "uses": uses,
        "debt": debt,
        "equity": equity,
    }


def scheduled_principal(profile: str, year: int, debt: float, loan_at_start: float) -> float:
    """What the contract says must be repaid at the end of this year."""
    last_year = year == YEARS_OF_LOAN
    if profile == "linear":
        return debt / YEARS_OF_LOAN
    if profile == "annuity":
        level_payment = debt * INTEREST_RATE / (1 - (1 + INTEREST_RATE) ** -YEARS_OF_LOAN)
        return level_payment - INTEREST_RATE * loan_at_start
    if profile == "half":
        seventh_of_one_half = 0.5 * debt / YEARS_OF_LOAN
        other_half = 0.5 * debt if last_year else 0.0
        return seventh_of_one_half + other_half
    if profile == "bullet":
        return debt if last_year else 0.0
    raise ValueError(f"unknown profile: {profile}")


def film(multiple: float, profile: str) -> list[dict[str, Any]]:
    """The years after closing, one row each; the last row is the sale or the default."""
    closing = close(multiple)
    debt = closing["debt"]
    fee_amortisation = closing["financing_fees"] / YEARS_OF_LOAN

    loan = debt
    cash = 0.0
    machines = OPENING_MACHINES
    machines_owed = 0.0
    factory_equity = OPENING_EQUITY
    advance_left = OPENING_BANK_DEBT
    group_losses = 0.0
    participation_owed = 0.0
    levy_owed = 0.0
    rows: list[dict[str, Any]] = []

    for year in range(1, YEARS_OF_FILM + 1):
        # The factory's own profit and tax
        depreciation = DEPRECIATION_RATE * machines
        participation_and_levy_paid = participation_owed + levy_owed
        factory_taxable = EBITDA - depreciation - participation_and_levy_paid
        factory_tax = TAX_RATE * max(0.0, factory_taxable)

        # The employees' share of this year's profit, paid next year
        profit_after_tax = (1 - TAX_RATE) * max(0.0, factory_taxable)
        return_on_equity_first = 0.05 * factory_equity
        pay_in_value_added = GROSS_PAY / VALUE_ADDED
        participation = max(0.0, 0.5 * (profit_after_tax - return_on_equity_first) * pay_in_value_added)
        levy = 0.20 * participation

        # What the lenders are due
        interest = INTEREST_RATE * loan
        principal = scheduled_principal(profile, year, debt, loan)

        # The group's tax: one return for the two companies
        group_taxable = factory_taxable - interest - fee_amortisation
        group_profit = max(0.0, group_taxable)
        profit_above = max(0.0, group_profit - LOSSES_USABLE_IN_FULL)
        most_losses_usable = LOSSES_USABLE_IN_FULL + LOSSES_USABLE_SHARE_ABOVE * profit_above
        losses_used = min(group_losses, group_profit, most_losses_usable)
        group_tax = TAX_RATE * (group_profit - losses_used)
        group_losses = group_losses - losses_used + max(0.0, -group_taxable)

        # Cash, lenders first; the machines have what is left, between the floor and the target
        free_cash = cash + EBITDA - group_tax - participation_and_levy_paid - interest - principal
        capex = min(CAPEX_TARGET, max(CAPEX_FLOOR, free_cash))
        cash = free_cash - capex
        shortage = -cash if cash < -SMALLEST_SHORTAGE else 0.0

        # What the factory sends up to the holding: its advance first, dividends after
        sent_up = max(0.0, interest + principal + group_tax - factory_tax)
        advance_repaid = min(advance_left, sent_up)
        dividends = sent_up - advance_repaid
        advance_left = advance_left - advance_repaid

        # The balances at the end of the year
        loan = loan - principal
        machines = machines - depreciation + capex
        machines_owed = machines_owed + CAPEX_TARGET - capex
        factory_net_income = EBITDA - depreciation - participation - levy - factory_tax
        factory_equity = factory_equity + factory_net_income - dividends
        participation_owed = participation
        levy_owed = levy

        # The factory's balance sheet must still balance (the spare cash, or the hole, is in the factory)
        what_it_has = machines + WORKING_CAPITAL + cash
        what_it_owes = factory_equity + advance_left + participation_owed + levy_owed
        same(what_it_has, what_it_owes, f"balance sheet, {multiple}x {profile} year {year}")

        status = "restructured" if shortage > 0 else ("sold" if year == YEARS_OF_FILM else "alive")
        rows.append(
            {
                "multiple": multiple,
                "profile": profile,
                "year": year,
                "ebitda": EBITDA,
                "depreciation": depreciation,
                "factory_taxable": factory_taxable,
                "factory_tax": factory_tax,
                "group_tax": group_tax,
                "participation": participation,
                "levy": levy,
                "interest": interest,
                "principal": principal,
                "capex": capex,
                "cash": cash,
                "loan": loan,
                "machines": machines,
                "machines_owed": machines_owed,
                "status": status,
                "shortage": shortage,
                "participation_and_levy_paid": participation_and_levy_paid,
                "group_taxable": group_taxable,
                "sent_up": sent_up,
                "dividends": dividends,
                "advance_left": advance_left,
                "factory_equity": factory_equity,
            }
        )
        if status == "restructured":
            break
    return rows


def sell(multiple: float, profile: str) -> dict[str, float] | None:
    """The sale at the end of year 5, or None if the holding is in default before."""
    closing = close(multiple)
    rows = film(multiple, profile)
    last = rows[-1]
    if last["status"] != "sold":
        return None

    enterprise_value = multiple * EBITDA
    participation_and_levy_owed = last["participation"] + last["levy"]
    price_paid = enterprise_value + last["cash"] - participation_and_levy_owed
    exit_costs = EXIT_COSTS_RATE * enterprise_value
    received = price_paid - exit_costs - last["loan"]
    gain = received - closing["equity"]

    # The identity: the gain is the net debt repaid, less everything that was paid to others or is still owed
    net_debt_at_closing = closing["debt"] - 0.0
    net_debt_at_exit = last["loan"] - last["cash"]
    net_debt_repaid = net_debt_at_closing - net_debt_at_exit
    fees = closing["buyer_fees"] + closing["financing_fees"]
    same(gain, net_debt_repaid - fees - exit_costs - participation_and_levy_owed, "gain of the owner")

    principal_repaid = sum(row["principal"] for row in rows)
    same(principal_repaid, closing["debt"] - last["loan"], "principal repaid")
    return {
        "enterprise_value": enterprise_value,
        "price_paid": price_paid,
        "exit_costs": exit_costs,
        "loan_repaid_at_sale": last["loan"],
        "participation_and_levy_owed": participation_and_levy_owed,
        "principal_repaid": principal_repaid,
        "share_of_debt_repaid": principal_repaid / closing["debt"],
        "net_debt_at_exit": net_debt_at_exit,
        "net_debt_repaid": net_debt_repaid,
        "equity": closing["equity"],
        "received": received,
        "gain": gain,
        "owner_multiple": received / closing["equity"],
        "machines": last["machines"],
        "machines_owed": last["machines_owed"],
    }


def same(one_way: float, other_way: float, what: str) -> None:
    """Two ways of counting the same euros must agree to a thousandth of a cent."""
    if abs(one_way - other_way) > 0.00001:
        raise AssertionError(f"{what}: {one_way} is not {other_way}")


def table() -> list[dict[str, str]]:
    """Every row of every case in cents, with the closing (each row) and the sale (last row of a survivor)."""
    lines = []
    for multiple in MULTIPLES:
        for profile in PROFILES:
            closing = close(multiple)
            sale = sell(multiple, profile)
            for row in film(multiple, profile):
                full = dict(row)
                for name in ("enterprise_value", "buyer_fees", "financing_fees", "uses", "debt", "equity"):
                    full[f"closing_{name}"] = closing[name]
                for name in ("price_paid", "exit_costs", "received", "gain", "owner_multiple"):
                    full[f"sale_{name}"] = sale[name] if sale and row["status"] == "sold" else ""
                lines.append({name: in_cents(name, value) for name, value in full.items()})
    return lines


def in_cents(name: str, value: float | int | str) -> str:
    """Two decimals for euros; the multiple as it is said; six decimals for the owner's multiple."""
    if isinstance(value, (str, int)):
        return str(value)
    if name == "multiple":
        return f"{value:.1f}"
    if name == "sale_owner_multiple":
        return f"{value:.6f}"
    cents = f"{value:.2f}"
    return "0.00" if cents == "-0.00" else cents


def main() -> None:
    """Write film_by_hand.csv beside this file."""
    lines = table()
    path = Path(__file__).with_name("film_by_hand.csv")
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, fieldnames=list(lines[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)


if __name__ == "__main__":
    main()
