"""The sale of a factory to the next buyer: what it is worth, and who is served out of the price, by rank.

Two estates: the factory's creditors are paid out of the factory first; the holding's lenders get what is
left, through the shares. Whatever is not paid is written off; owners come last.
"""

from dataclasses import dataclass, replace

import numpy as np

from lbo_model import equations
from lbo_model.engine.bookkeeping import Step
from lbo_model.engine.holding_end import HoldingEnding, holding_ending
from lbo_model.engine.last_claims import (
    by_loan,
    lenders_claims,
    lenders_ranks,
    loan_flows,
    stays_with_the_factory,
    with_the_end,
)
from lbo_model.engine.plant import Plant
from lbo_model.engine.setting import Setting
from lbo_model.engine.target import Sale, Target
from lbo_model.engine.year import operations_of
from lbo_model.ledger import Flow
from lbo_model.position import Lines, Number, Operations, Position
from lbo_model.scenario import AFTER_LENDERS


def end_ebitda(setting: Setting, step: Step, date: int) -> Number:
    """EBITDA that a buyer at a date looks at: of the year that ends, or of the year to come; before rents.

    Where the factory has closed, what it would earn if it still traded, or nothing where that depends on the
    plan or on machines.
    """
    trailing = setting.deal.exit.basis == "trailing"
    common, same = setting.operations[date if trailing else date + 1].ebitda, setting.same_for_all
    if np.all(same):
        return common
    own = (
        step.lines.ebitda_before_rents if trailing else operations_of(setting, step.position, date + 1).ebitda
    )
    return np.where(same, common, own) if np.any(same) else own


def end_value(setting: Setting, step: Step, date: int) -> Number:
    """What the enterprise is worth at a date, by one rule for every form, sold or not.

    ``multiple * ebitda - catch * machines_owed``, never below zero: the exit's multiple, on the exit's basis;
    ``catch`` is the share of the machines owed that a buyer deducts.
    """
    exit_, earned = setting.deal.exit, end_ebitda(setting, step, date)
    value = equations.enterprise_value(exit_.multiple_after(setting.closing.multiple), earned)
    return np.maximum(0.0, value - exit_.catch * np.maximum(step.position.machines_owed, 0.0))


def sale_price(setting: Setting, step: Step, date: int) -> Number:
    """What the next buyer pays for the enterprise: its value, less the discount of a firm sold by its
    lenders.
    """
    discount = np.where(step.position.standing > 0.0, 1.0, setting.scenario.policy.distress.price_share)
    return end_value(setting, step, date) * step.position.alive * discount


def factory_left(setting: Setting, step: Step, date: int) -> Target:
    """The factory as its owner leaves it to the next, machines owed included, from the step of the sale.

    Its lenders were repaid out of the price: what they received is the debt that the next owner finds, owed
    to the seller.
    """
    left, lines = step.position, step.lines
    made = {name: getattr(lines, name) for name in Operations.__dataclass_fields__ if hasattr(lines, name)}
    return Target(
        date=setting.target.date + date,
        today=Operations(
            **made,
            trend_sales=setting.operations[date].trend_sales,
            market_share=left.market_share,
            share_abroad=left.share_abroad,
        ),
        next_year=operations_of(setting, left, date + 1),
        cash=left.factory_cash,
        debt=left.advance,
        creditor="seller",
        machines=left.machines,
        working_capital=left.working_capital,
        machines_owed=left.machines_owed,
        participation_owed=left.participation_owed,
        levy_owed=left.levy_owed,
        rents_due=left.rents_due,
        lease_debt_due=left.lease_debt_due,
        equity=left.factory_equity * left.alive,
        undistributable=left.undistributable,
        tax_losses=left.factory_tax_losses,
        plant=Plant(left.equipment, left.fitted_equipment, left.market_share, left.qualities),
        alive=left.alive,
        permanent_staff=None if setting.deal.plan.workforce is None else left.permanent_staff,
        share_abroad=left.share_abroad,
        sale=Sale(
            value=sale_price(setting, step, date),
            multiple=setting.deal.exit.multiple_after(setting.closing.multiple),
        ),
    )


def sell(setting: Setting, step: Step, date: int) -> Step:
    """The sale at the end of the year: the next buyer pays for shares and for the debts that it takes over or
    repays.

    The price is the value less, after a standstill, the discount of a firm sold by its lenders.
    Participation, its levy and the rents to come of leased machines stay with the factory and are deducted.
    Cells without a factory are left as they are.
    """
    eve = step.position
    sold = _shares_sold(setting, eve, sale_price(setting, step, date))
    till = eve.holding_cash + sold.price_of_shares + sold.advance
    costs, manager = _costs(setting, eve, sold.value, till)
    ending = holding_ending(setting, eve, till - costs - manager)
    flows = (
        Flow("next_buyer", "holding", "price_of_shares", sold.price_of_shares),
        Flow("next_buyer", "factory", "debt_taken_over", sold.refinanced),
        *loan_flows(setting, "factory", sold.loans, sold.line),
        Flow("factory", "holding", "advance_repaid", sold.advance),
        Flow("holding", "advisers", "exit_costs", costs),
        Flow("holding", "fund_manager", "exit_fee", manager),
        *ending.flows,
    )
    return Step(*_after_the_sale(step, sold, costs, manager, ending), (*step.flows, *flows))


@dataclass(frozen=True)
class SharesSold:
    """The factory's side of a sale: its creditors are served out of the value, the rest pays for shares."""

    value: Number
    """What the next buyer pays for the enterprise."""
    price_of_shares: Number
    refinanced: Number
    """Repaid of the factory's debts, its holding's advance included."""
    loans: tuple[Number, ...]
    line: Number
    advance: Number
    lost: Number
    """Of the factory's own lenders."""
    lost_advance: Number


def _shares_sold(setting: Setting, eve: Position, value: Number) -> SharesSold:
    available = value + eve.factory_cash - stays_with_the_factory(eve)
    claims = [*lenders_claims(setting, eve, "factory"), eve.advance]
    paid = equations.paid_by_rank(available, claims, [*lenders_ranks(setting, "factory"), AFTER_LENDERS])
    refinanced = sum(paid, 0.0)
    loans, line = by_loan(setting, "factory", paid[:-1])
    return SharesSold(
        value=value,
        price_of_shares=eve.alive * np.maximum(0.0, available - refinanced),
        refinanced=refinanced,
        loans=loans,
        line=line,
        advance=paid[-1],
        lost=sum(claims[:-1], 0.0) - sum(paid[:-1], 0.0),
        lost_advance=eve.advance - paid[-1],
    )


def _costs(setting: Setting, eve: Position, value: Number, till: Number) -> tuple[Number, Number]:
    """What a sale costs, and the fund manager's fee for it, as far as the holding's till goes."""
    deal, standing = setting.deal, eve.standing
    rate = np.where(standing > 0.0, deal.exit.costs, setting.scenario.policy.distress.court_costs)
    costs = np.minimum(value * rate, till)
    asked = 0.0 if deal.exit.manager_fee is None else deal.exit.manager_fee
    return costs, np.minimum(np.where(standing > 0.0, asked, 0.0) * value, till - costs)


def _after_the_sale(
    step: Step, sold: SharesSold, costs: Number, manager: Number, ending: HoldingEnding
) -> tuple[Position, Lines]:
    """Both companies once the sale is settled, and what it adds to the year's lines."""
    eve = step.position
    fees_lost = eve.alive * eve.factory_unamortised_fees
    forgiven = sold.lost + sold.lost_advance
    factory_income = forgiven - fees_lost
    factory_equity = eve.factory_equity + factory_income
    gain = sold.price_of_shares - eve.shares_in_factory
    till = eve.holding_cash + sold.price_of_shares + sold.advance
    holding_income = gain - costs - manager + ending.forgiven + ending.lent_and_lost
    holding_income = holding_income - sold.lost_advance - eve.holding_unamortised_fees
    position = replace(
        eve,
        holding_cash=till - costs - manager - ending.spent,
        loans=tuple(0.0 * balance for balance in eve.loans),
        preferred=tuple(0.0 * claim for claim in eve.preferred),
        revolver=0.0 * eve.revolver,
        advance=sold.refinanced,
        breached=0.0 * eve.breached,
        gap=0.0 * eve.gap,
        factory_unamortised_fees=eve.factory_unamortised_fees - fees_lost,
        holding_unamortised_fees=0.0 * eve.holding_unamortised_fees,
        shares_in_factory=0.0 * eve.shares_in_factory,
        goodwill=0.0 * eve.goodwill,
        factory_equity=factory_equity,
        holding_equity=eve.holding_equity + holding_income - ending.distributed,
    )
    lines = with_the_end(
        step.lines,
        eve,
        loans_paid=tuple(one + other for one, other in zip(sold.loans, ending.loans, strict=True)),
        line_paid=sold.line + ending.line,
        factory_fees=fees_lost,
        factory_debt_forgiven=forgiven,
        factory_net_income=factory_income,
        holding_fees=eve.holding_unamortised_fees,
        holding_gain_on_sale=gain,
        group_gain_on_sale=sold.price_of_shares - factory_equity - eve.goodwill,
        preferred_paid=ending.preferred,
        holding_exit_costs=costs + manager,
        holding_debt_forgiven=ending.forgiven - sold.lost_advance,
        shareholder_loans_lost=ending.lent_and_lost,
        holding_net_income=holding_income,
        holding_distributions=ending.distributed,
    )
    return position, lines
