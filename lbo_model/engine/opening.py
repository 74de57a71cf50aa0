"""The day after signing: closing's sources and uses become the first position, its lines and its payments."""

from dataclasses import dataclass, replace
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
from lbo_model.position import Lines, Number, Position, Status, blank_lines


@dataclass(frozen=True)
class _Day:
    """What moves between and into the two companies on closing day, and what that leaves in each."""

    brought: Number
    """All stakes, what owners lend as well."""
    expensed: dict[str, Number]
    """Financing fees that are an expense of the day, by company."""
    subscribed: Number
    """Growth capital, from the holding to its factory."""
    advance: Number
    """What the holding lends its factory, without interest, to refinance the old debt."""
    pushed_up: Number
    """What the factory borrows beyond its own needs and pays its holding as a dividend."""
    factory_cash: Number
    holding_cash: Number
    factory_equity: Number
    holding_equity: Number
    goodwill: Number


def opening_step(setting: Setting) -> Step:
    """Closing day (date 0): who pays what, and what the two companies own and owe that evening.

    With a holding, the holding pays the seller, subscribes its factory's growth capital, and lends it,
    without interest, what refinances the old debt. Without one, the factory itself borrows, and a
    transformation pays the seller for shares that are cancelled.
    """
    deal, day = setting.deal, _day(setting)
    position = _position(setting, day)
    step = Step(position, _lines(setting, day), _flows(setting, day))
    if setting.scenario.policy.workers_share_of_gain is not None:
        step = with_money_in_the_deal(deal, 0.0 * setting.closing.price_of_shares, step)
    return with_hurdles(deal, position.ratchet_hurdles, step) if deal.funding.ratchet else step


def _day(setting: Setting) -> _Day:
    """The day's movements: the holding sends down what its factory lacks, or the factory up what is too
    much.
    """
    deal, form, closing, target = setting.deal, setting.form, setting.closing, setting.target
    price, advisers = closing.price_of_shares, closing.buyer_fee + closing.transaction_fee
    nothing = 0.0 * price
    lent: dict[str, Number] = {"factory": nothing, "holding": nothing}
    fees: dict[str, Number] = {"factory": nothing, "holding": nothing}
    for loan, amount, fee in zip(
        deal.funding.loans.values(), closing.loans, closing.financing_fees, strict=True
    ):
        lent[loan.entity] = lent[loan.entity] + amount
        fees[loan.entity] = fees[loan.entity] + fee
    expensed = {entity: fees_expensed(deal, closing, entity, 0) for entity in lent}
    brought = sum(closing.stakes.values(), nothing)
    below = target.cash + lent["factory"] - fees["factory"] - closing.debt_refinanced
    equity_below = target.equity - expensed["factory"]
    if not form.has_holding:
        return _Day(
            brought=brought,
            expensed=expensed,
            subscribed=nothing,
            advance=nothing,
            pushed_up=nothing,
            factory_cash=below + brought + closing.missing - price - advisers,
            holding_cash=nothing,
            factory_equity=equity_below + brought - price - advisers,
            holding_equity=nothing,
            goodwill=nothing,
        )
    needed = closing.debt_refinanced + closing.minimum_cash_funded + fees["factory"] - lent["factory"]
    needed = needed + closing.growth_capital
    sent_down, pushed_up = np.maximum(0.0, needed), np.maximum(0.0, -needed)
    subscribed = np.minimum(closing.growth_capital, sent_down)
    advance = sent_down - subscribed
    lent_by_owners = shareholder_loans(deal, closing.preferred)
    raised = brought + closing.missing + lent["holding"] - fees["holding"]
    return _Day(
        brought=brought,
        expensed=expensed,
        subscribed=subscribed,
        advance=advance,
        pushed_up=pushed_up,
        factory_cash=below + subscribed + advance - pushed_up,
        holding_cash=raised - price - advisers - subscribed - advance + pushed_up,
        factory_equity=equity_below + subscribed - pushed_up,
        holding_equity=brought - lent_by_owners - advisers - expensed["holding"] + pushed_up,
        goodwill=target.alive * (price - target.equity),
    )


def _position(setting: Setting, day: _Day) -> Position:
    """What the two companies own and owe in the evening."""
    deal, form, closing, target = setting.deal, setting.form, setting.closing, setting.target
    blocked = getattr(deal.terms, "labour_share_blocked_years", 1)
    zero = 0.0 * closing.price_of_shares
    grouped = float(setting.scenario.policy.corporate_tax.grouped)
    plant, expensed = target.plant, day.expensed
    sound = np.where(target.alive > 0.0, float(Status.SOUND), float(Status.LIQUIDATED))
    return Position(
        factory_cash=day.factory_cash,
        holding_cash=day.holding_cash,
        machines=target.machines + zero,
        working_capital=target.working_capital,
        machines_owed=target.machines_owed + zero,
        equipment=plant.equipment,
        fitted_equipment=plant.fitted_equipment,
        market_share=plant.market_share,
        qualities=plant.qualities,
        permanent_staff=staff_found(deal, target) + zero,
        share_abroad=target.share_abroad + zero,
        loans=closing.loans,
        preferred=closing.preferred,
        deferred=(zero,) * (len(deal.funding.loans) if deal.plan.rescues is not None else 0),
        ratchet_hurdles=(zero,) * len(deal.funding.ratchet),
        shares=first_shares(setting, zero),
        money_in_the_deal=zero,
        revolver=zero,
        advance=day.advance,
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
        shares_in_factory=closing.price_of_shares + day.subscribed if form.has_holding else zero,
        goodwill=day.goodwill,
        factory_equity=day.factory_equity,
        undistributable=target.undistributable + day.subscribed,
        holding_equity=day.holding_equity,
        capital=zero if form.has_holding else day.brought,
        legal_reserve=zero,
        losses_to_absorb=zero if form.has_holding else zero + expensed["factory"],
        factory_tax_losses=target.tax_losses + zero + _first_loss(setting, expensed["factory"]),
        group_tax_losses=grouped * target.tax_losses
        + zero
        + _first_loss(setting, grouped * expensed["factory"] + expensed["holding"]),
        factory_status=zero + sound,
        holding_status=zero + sound,
    )


def _first_loss(setting: Setting, expensed: Number) -> Number:
    """A tax loss of closing day: financing fees, where they are deductible and expensed at once."""
    law = setting.scenario.policy.corporate_tax
    return expensed if law.fees_deductible and law.losses == "carried" else 0.0


def _lines(setting: Setting, day: _Day) -> Lines:
    """The factory's year before closing, which belongs to the seller, and what the day itself does."""
    closing, made = setting.closing, setting.target.today
    return replace(
        blank_lines(len(closing.loans), len(closing.preferred)),
        sales=made.sales,
        purchases=made.purchases,
        other_costs=made.other_costs,
        rent=made.rent,
        production_taxes=made.production_taxes,
        work_abroad=made.work_abroad,
        headcount=made.headcount,
        gross_pay=made.gross_pay,
        employer_charges=made.employer_charges,
        value_added=made.value_added,
        ebitda=made.ebitda,
        capacity=capacity_of(setting.scenario, setting.target.plant),
        **_income_and_equity(setting, day),
    )


def _income_and_equity(setting: Setting, day: _Day) -> dict[str, Any]:
    """What closing day itself does to income and equity."""
    closing, has_holding = setting.closing, setting.form.has_holding
    advisers, zero = closing.buyer_fee + closing.transaction_fee, 0.0 * closing.price_of_shares
    as_shares = day.brought - shareholder_loans(setting.deal, closing.preferred)
    below, above = day.expensed["factory"], day.expensed["holding"]
    return {
        "factory_fees": below,
        "factory_buyer_fees": zero if has_holding else advisers,
        "factory_net_income": zero - below - (zero if has_holding else advisers),
        "factory_money_in": day.subscribed if has_holding else day.brought,
        "factory_distributions": day.pushed_up,
        "factory_shares_cancelled": zero if has_holding else closing.price_of_shares,
        "holding_dividends": day.pushed_up,
        "holding_fees": above,
        "holding_buyer_fees": advisers if has_holding else zero,
        "holding_net_income": day.pushed_up - above - (advisers if has_holding else zero),
        "holding_money_in": as_shares if has_holding else zero,
        "loan_drawn": closing.loans,
    }


def _flows(setting: Setting, day: _Day) -> tuple[Flow, ...]:
    """The day's payments, each from its payer to its receiver."""
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
    flows.append(Flow("holding", "factory", "capital_increase", day.subscribed))
    flows.append(Flow("holding", "factory", "advance", day.advance))
    flows.append(Flow("factory", "holding", "dividend", day.pushed_up))
    flows.append(Flow("factory", setting.target.creditor, "old_debt_repaid", closing.debt_refinanced))
    return tuple(flows)
