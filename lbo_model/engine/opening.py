"""The day after signing: closing's sources and uses become the first position, its lines and its payments."""

from dataclasses import replace
from typing import Any

import numpy as np

from lbo_model.engine.bookkeeping import Step
from lbo_model.engine.debt import fees_expensed, fees_to_amortise
from lbo_model.engine.gain_share import with_money_in_the_deal
from lbo_model.engine.leasing import found
from lbo_model.engine.owners import shareholder_loans
from lbo_model.engine.plant import capacity_of
from lbo_model.engine.ratchet import with_hurdles
from lbo_model.engine.restructuring import first_shares
from lbo_model.engine.setting import Setting
from lbo_model.engine.workforce import staff_found
from lbo_model.ledger import Flow
from lbo_model.position import Number, Position, Status, blank_lines


def opening_step(setting: Setting) -> Step:
    """Closing day (date 0): who pays what, and what the two companies own and owe that evening.

    With a holding, the holding pays the seller, subscribes its factory's growth capital, and lends it,
    without interest, what refinances the old debt. Without one, the factory itself borrows, and a
    transformation pays the seller for shares that are cancelled.
    """
    deal, form, closing = setting.deal, setting.form, setting.closing
    target, made = setting.target, setting.target.today
    loans = tuple(deal.funding.loans.values())
    by_entity = {"factory": 0.0 * closing.price_of_shares, "holding": 0.0 * closing.price_of_shares}
    fees: dict[str, Number] = dict(by_entity)
    lent: dict[str, Number] = dict(by_entity)
    for loan, amount, fee in zip(loans, closing.loans, closing.financing_fees, strict=True):
        lent[loan.entity] = lent[loan.entity] + amount
        fees[loan.entity] = fees[loan.entity] + fee
    brought = sum(closing.stakes.values(), 0.0 * closing.price_of_shares)
    expensed = {entity: fees_expensed(deal, closing, entity, 0) for entity in by_entity}
    price, advisers = closing.price_of_shares, closing.buyer_fee + closing.transaction_fee
    lent_by_owners = shareholder_loans(deal, closing.preferred)
    needed_below = closing.debt_refinanced + closing.minimum_cash_funded + fees["factory"] - lent["factory"]
    needed_below = needed_below + closing.growth_capital
    sent_down = np.maximum(0.0, needed_below) if form.has_holding else 0.0 * price
    subscribed = np.minimum(closing.growth_capital, sent_down)
    advance = sent_down - subscribed
    pushed_up = np.maximum(0.0, -needed_below) if form.has_holding else 0.0 * price
    below = target.cash + lent["factory"] - fees["factory"] - closing.debt_refinanced
    equity_below = target.equity - expensed["factory"]
    if form.has_holding:
        below = below + subscribed + advance - pushed_up
        above = (
            brought
            + closing.missing
            + lent["holding"]
            - fees["holding"]
            - price
            - advisers
            - subscribed
            - advance
            + pushed_up
        )
        equity_below = equity_below + subscribed - pushed_up
        equity_above = brought - lent_by_owners - advisers - expensed["holding"] + pushed_up
        goodwill: Number = target.alive * (price - target.equity)
    else:
        below = below + brought + closing.missing - price - advisers
        above = 0.0 * price
        equity_below = equity_below + brought - price - advisers
        equity_above, goodwill = 0.0 * price, 0.0 * price
    blocked = getattr(deal.terms, "labour_share_blocked_years", 1)
    zero = 0.0 * price
    grouped = float(setting.scenario.policy.corporate_tax.grouped)
    plant = target.plant
    sound = np.where(target.alive > 0.0, float(Status.SOUND), float(Status.LIQUIDATED))
    position = Position(
        factory_cash=below,
        holding_cash=above,
        machines=target.machines + zero,
        working_capital=target.working_capital,
        machines_owed=target.machines_owed + zero,
        equipment=plant.equipment,
        fitted_equipment=plant.fitted_equipment,
        market_share=plant.market_share,
        qualities=plant.qualities,
        permanent_staff=staff_found(deal, target) + zero,
        loans=closing.loans,
        preferred=closing.preferred,
        deferred=(zero,) * (len(loans) if deal.plan.rescues is not None else 0),
        ratchet_hurdles=(zero,) * len(deal.funding.ratchet),
        shares=first_shares(setting, zero),
        money_in_the_deal=zero,
        revolver=zero,
        advance=advance,
        participation_owed=target.participation_owed + zero,
        levy_owed=target.levy_owed + zero,
        labour_share_owed=(zero,) * blocked,
        share_interest_owed=zero,
        rents_due=found(deal, target.rents_due, zero),
        lease_debt_due=found(deal, target.lease_debt_due, zero),
        breached=zero,
        gap=closing.missing,
        factory_unamortised_fees=zero + fees_to_amortise(deal, closing, "factory"),
        holding_unamortised_fees=zero + fees_to_amortise(deal, closing, "holding"),
        shares_in_factory=price + subscribed if form.has_holding else zero,
        goodwill=goodwill,
        factory_equity=equity_below,
        undistributable=target.undistributable + subscribed,
        holding_equity=equity_above,
        capital=zero if form.has_holding else brought,
        legal_reserve=zero,
        losses_to_absorb=zero if form.has_holding else zero + expensed["factory"],
        factory_tax_losses=target.tax_losses + zero + _first_loss(setting, expensed["factory"]),
        group_tax_losses=grouped * target.tax_losses
        + zero
        + _first_loss(setting, grouped * expensed["factory"] + expensed["holding"]),
        factory_status=zero + sound,
        holding_status=zero + sound,
    )
    lines = replace(
        blank_lines(len(closing.loans), len(closing.preferred)),
        sales=made.sales,
        purchases=made.purchases,
        other_costs=made.other_costs,
        rent=made.rent,
        production_taxes=made.production_taxes,
        headcount=made.headcount,
        gross_pay=made.gross_pay,
        employer_charges=made.employer_charges,
        value_added=made.value_added,
        ebitda=made.ebitda,
        capacity=capacity_of(setting.scenario, plant),
        **_closing_lines(setting, expensed, brought, subscribed, pushed_up),
    )
    step = Step(position, lines, _closing_flows(setting, subscribed, advance, pushed_up))
    if setting.scenario.policy.workers_share_of_gain is not None:
        step = with_money_in_the_deal(deal, zero, step)
    return with_hurdles(deal, position.ratchet_hurdles, step) if deal.funding.ratchet else step


def _first_loss(setting: Setting, expensed: Number) -> Number:
    """A tax loss of closing day: financing fees, where they are deductible and expensed at once."""
    law = setting.scenario.policy.corporate_tax
    return expensed if law.fees_deductible and law.losses == "carried" else 0.0


def _closing_lines(
    setting: Setting, expensed: dict[str, Number], brought: Number, subscribed: Number, pushed_up: Number
) -> dict[str, Any]:
    """What closing day itself does to income and equity. The year before it belongs to the seller."""
    closing, has_holding = setting.closing, setting.form.has_holding
    advisers, zero = closing.buyer_fee + closing.transaction_fee, 0.0 * closing.price_of_shares
    as_shares = brought - shareholder_loans(setting.deal, closing.preferred)
    return {
        "factory_fees": expensed["factory"],
        "factory_buyer_fees": zero if has_holding else advisers,
        "factory_net_income": zero - expensed["factory"] - (zero if has_holding else advisers),
        "factory_money_in": subscribed if has_holding else brought,
        "factory_distributions": pushed_up,
        "factory_shares_cancelled": zero if has_holding else closing.price_of_shares,
        "holding_dividends": pushed_up,
        "holding_fees": expensed["holding"],
        "holding_buyer_fees": advisers if has_holding else zero,
        "holding_net_income": pushed_up - expensed["holding"] - (advisers if has_holding else zero),
        "holding_money_in": as_shares if has_holding else zero,
        "loan_drawn": closing.loans,
    }


def _closing_flows(
    setting: Setting, subscribed: Number, advance: Number, pushed_up: Number
) -> tuple[Flow, ...]:
    deal, form, closing = setting.deal, setting.form, setting.closing
    buyer = "holding" if form.has_holding else "factory"
    rolled = sum(closing.rolled.values(), 0.0 * closing.price_of_shares)
    flows = []
    as_shares = dict(closing.stakes)
    for one, amount in zip(deal.funding.preferred.values(), closing.preferred, strict=True):
        flows.append(Flow(one.holder, buyer, one.kind, amount))
        as_shares[one.holder] = as_shares[one.holder] - amount
    flows += [Flow(party, buyer, "equity", stake) for party, stake in as_shares.items()]
    flows.append(Flow("nobody_yet", buyer, "missing_money", closing.missing))
    triples = zip(deal.funding.loans.values(), closing.loans, closing.financing_fees, strict=True)
    for loan, amount, fee in triples:
        flows.append(Flow(loan.lender, loan.entity, "loan", amount))
        flows.append(Flow(loan.entity, loan.lender, "financing_fee", fee))
    flows.append(Flow(buyer, "seller", "price_of_shares", closing.price_of_shares - rolled))
    flows += [Flow(buyer, party, "price_of_shares", amount) for party, amount in closing.rolled.items()]
    flows.append(Flow(buyer, "advisers", "buyer_fees", closing.buyer_fee))
    flows.append(Flow(buyer, "fund_manager", "transaction_fee", closing.transaction_fee))
    flows.append(Flow("holding", "factory", "capital_increase", subscribed))
    flows.append(Flow("holding", "factory", "advance", advance))
    flows.append(Flow("factory", "holding", "dividend", pushed_up))
    flows.append(Flow("factory", setting.target.creditor, "old_debt_repaid", closing.debt_refinanced))
    return tuple(flows)
