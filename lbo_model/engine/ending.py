"""The end: a sale to the next buyer, or the winding-up of a factory that cannot pay. Claims are served by
rank.

Two estates: the factory's creditors are paid out of the factory first; the holding's lenders get what is
left, through the shares. Whatever is not paid is written off; owners come last.
"""

from dataclasses import dataclass, replace

import numpy as np

from lbo_model import equations
from lbo_model.engine.bookkeeping import Step
from lbo_model.engine.gain_share import after_the_workers, shared_gain
from lbo_model.engine.owners import owners_shares, shareholder_loans
from lbo_model.engine.plant import Plant
from lbo_model.engine.ratchet import others, ratchet_flows, ratchet_paid
from lbo_model.engine.setting import Setting
from lbo_model.engine.target import Sale, Target
from lbo_model.engine.year import operations_of
from lbo_model.ledger import Flow, scaled
from lbo_model.position import Lines, Number, Operations, Position, choose, each
from lbo_model.scenario import AFTER_LENDERS


def end_ebitda(setting: Setting, step: Step, date: int) -> Number:
    """EBITDA that a buyer at a date looks at: of the year that ends, or of the year to come; before rents.

    Where the factory has closed, what it would earn if it still traded, or nothing where behaviour is
    ``full`` or staff is the plan's affair.
    """
    trailing = setting.deal.exit.basis == "trailing"
    if not setting.full and setting.deal.plan.workforce is None:
        return setting.operations[date if trailing else date + 1].ebitda
    if trailing:
        return step.lines.ebitda_before_rents
    return operations_of(setting, step.position, date + 1).ebitda


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
    eve, deal = step.position, setting.deal
    standing, alive = eve.standing, eve.alive
    distress = setting.scenario.policy.distress
    paid_value = sale_price(setting, step, date)

    kept_debts = eve.participation_owed + eve.levy_owed + sum(eve.labour_share_owed, eve.share_interest_owed)
    kept_debts = sum(eve.lease_debt_due, kept_debts)
    available = paid_value + eve.factory_cash - kept_debts
    claims = [*_claims(setting, eve, "factory"), eve.advance]
    paid = equations.paid_by_rank(available, claims, [*_ranks(setting, "factory"), AFTER_LENDERS])
    refinanced, advance_paid = sum(paid, 0.0), paid[-1]
    shares_price = alive * np.maximum(0.0, available - refinanced)
    lost_below = sum(claims[:-1], 0.0) - sum(paid[:-1], 0.0)
    lost_advance = eve.advance - advance_paid

    costs = paid_value * np.where(standing > 0.0, deal.exit.costs, distress.court_costs)
    till = eve.holding_cash + shares_price + advance_paid
    costs = np.minimum(costs, till)
    asked = 0.0 if deal.exit.manager_fee is None else deal.exit.manager_fee
    manager = np.minimum(np.where(standing > 0.0, asked, 0.0) * paid_value, till - costs)
    ending = _holding_ending(setting, eve, till - costs - manager)
    factory_fees = alive * eve.factory_unamortised_fees
    factory_income = lost_below + lost_advance - factory_fees
    holding_gain = shares_price - eve.shares_in_factory
    holding_income = (
        holding_gain
        - costs
        - manager
        + ending.forgiven
        + ending.lent_and_lost
        - lost_advance
        - eve.holding_unamortised_fees
    )
    factory_equity = eve.factory_equity + factory_income
    loans, line = _split(setting, "factory", paid[:-1])
    position = replace(
        eve,
        holding_cash=till - costs - manager - ending.spent,
        loans=tuple(0.0 * balance for balance in eve.loans),
        preferred=tuple(0.0 * claim for claim in eve.preferred),
        revolver=0.0 * eve.revolver,
        advance=refinanced,
        breached=0.0 * eve.breached,
        gap=0.0 * eve.gap,
        factory_unamortised_fees=eve.factory_unamortised_fees - factory_fees,
        holding_unamortised_fees=0.0 * eve.holding_unamortised_fees,
        shares_in_factory=0.0 * eve.shares_in_factory,
        goodwill=0.0 * eve.goodwill,
        factory_equity=factory_equity,
        holding_equity=eve.holding_equity + holding_income - ending.distributed,
    )
    lines = _add(
        step.lines,
        eve,
        loans_paid=tuple(one + other for one, other in zip(loans, ending.loans, strict=True)),
        line_paid=line + ending.line,
        factory_fees=factory_fees,
        factory_debt_forgiven=lost_below + lost_advance,
        factory_net_income=factory_income,
        holding_fees=eve.holding_unamortised_fees,
        holding_gain_on_sale=holding_gain,
        group_gain_on_sale=shares_price - factory_equity - eve.goodwill,
        preferred_paid=ending.preferred,
        holding_exit_costs=costs + manager,
        holding_debt_forgiven=ending.forgiven - lost_advance,
        shareholder_loans_lost=ending.lent_and_lost,
        holding_net_income=holding_income,
        holding_distributions=ending.distributed,
    )
    flows = (
        Flow("next_buyer", "holding", "price_of_shares", shares_price),
        Flow("next_buyer", "factory", "debt_taken_over", refinanced),
        *_loan_flows(setting, "factory", loans, line),
        Flow("factory", "holding", "advance_repaid", advance_paid),
        Flow("holding", "advisers", "exit_costs", costs),
        Flow("holding", "fund_manager", "exit_fee", manager),
        *ending.flows,
    )
    return Step(position, lines, (*step.flows, *flows))


def wind_up(setting: Setting, step: Step) -> Step:
    """The factory closes at the end of a year in which it could not pay: its parts are sold, claims served by
    rank.

    Order: what workers are owed, the State's levy, lenders by rank, blocked labour shares, interest on
    shares, the holding's advance, then owners at par and the rest. The lessor takes its own machines back and
    sells them. Only the cells that stopped this year change.
    """
    eve, distress = step.position, setting.scenario.policy.distress
    machines = distress.machines_recovered * eve.machines
    working_capital = distress.working_capital_recovered * eve.working_capital
    taken_back = distress.machines_recovered * eve.lease_debt
    costs = distress.court_costs * (machines + working_capital)
    estate = eve.factory_cash + machines + working_capital - costs
    suppliers_unpaid = np.maximum(0.0, -estate)
    lenders = _claims(setting, eve, "factory")
    blocked = sum(eve.labour_share_owed, 0.0)
    members = owners_shares(setting.form, setting.closing)
    settled = setting.form.settle(eve, members)
    at_par = () if setting.form.has_holding else settled.at_par
    claims: list[Number] = [
        eve.participation_owed,
        eve.levy_owed,
        *lenders,
        blocked,
        eve.share_interest_owed,
        eve.advance,
        *(amount for _, amount in at_par),
    ]
    before = [-2, -1, *_ranks(setting, "factory")]
    after_them = range(AFTER_LENDERS, AFTER_LENDERS + len(claims) - len(before))
    paid = equations.paid_by_rank(estate, claims, [*before, *after_them])
    count = len(lenders)
    after = paid[2 + count :]
    advance_paid, par_paid = after[2], after[3:]
    rest = np.maximum(0.0, estate - sum(paid, 0.0))
    gap_paid = sum(
        (amount for (party, _), amount in zip(at_par, par_paid, strict=True) if party == "nobody_yet"), 0.0
    )
    own_paid = sum(par_paid, 0.0) - gap_paid
    owed = sum(claims[: 4 + count], 0.0) + eve.advance + (0.0 if setting.form.has_holding else eve.gap)
    forgiven = owed - (sum(paid, 0.0) - own_paid) + suppliers_unpaid
    lost_assets = eve.machines + eve.working_capital - machines - working_capital
    factory_income = forgiven - lost_assets - costs - eve.factory_unamortised_fees

    has_holding = setting.form.has_holding
    till = (eve.holding_cash + advance_paid + rest) if has_holding else 0.0 * eve.holding_cash
    ending = _holding_ending(setting, eve, till)
    lost_advance = eve.advance - advance_paid
    holding_gain = (rest if has_holding else 0.0) - eve.shares_in_factory
    holding_income = (
        holding_gain + ending.forgiven + ending.lent_and_lost - lost_advance - eve.holding_unamortised_fees
    )
    loans, line = _split(setting, "factory", paid[2 : 2 + count])
    distributed = own_paid + rest
    zero = 0.0 * eve.machines
    dead = choose(np.asarray(True), _emptied(eve), eve)
    position = replace(
        dead,
        factory_equity=eve.factory_equity + factory_income - distributed,
        holding_equity=eve.holding_equity + holding_income - ending.distributed,
        factory_cash=estate + suppliers_unpaid - sum(paid, 0.0) - rest,
        holding_cash=till - ending.spent,
    )
    lines = _add(
        step.lines,
        eve,
        loans_paid=tuple(one + other for one, other in zip(loans, ending.loans, strict=True)),
        line_paid=line + ending.line,
        factory_fees=eve.factory_unamortised_fees,
        factory_assets_lost=lost_assets,
        factory_recovered=machines + working_capital + suppliers_unpaid,
        lease_recovered=taken_back,
        factory_court_costs=costs,
        factory_debt_forgiven=forgiven,
        factory_net_income=factory_income,
        factory_distributions=distributed,
        holding_fees=eve.holding_unamortised_fees,
        holding_gain_on_sale=holding_gain,
        group_gain_on_sale=zero - eve.goodwill,
        preferred_paid=ending.preferred,
        holding_debt_forgiven=ending.forgiven - lost_advance,
        shareholder_loans_lost=ending.lent_and_lost,
        holding_net_income=holding_income,
        holding_distributions=ending.distributed,
    )
    owners = (
        [Flow("factory", "holding", "liquidation_rest", rest)]
        if has_holding
        else [
            *(
                Flow("factory", party, "par_repaid", amount)
                for (party, _), amount in zip(at_par, par_paid, strict=True)
            ),
            *(
                Flow("factory", party, "interest_on_shares", share * after[1])
                for party, share in members.items()
            ),
            Flow("factory", settled.rest, "liquidation_rest", rest),
        ]
    )
    flows = (
        Flow("market", "factory", "machines_sold", machines),
        Flow("market", "factory", "working_capital_recovered", working_capital),
        Flow("market", "factory", "bills_unpaid", suppliers_unpaid),
        Flow("factory", "advisers", "court_costs", costs),
        Flow("factory", "workers", "participation", paid[0]),
        Flow("factory", "state", "levy", paid[1]),
        *_loan_flows(setting, "factory", loans, line),
        Flow("factory", "workers", "labour_share", after[0]),
        Flow("factory", "holding", "advance_repaid", advance_paid),
        *owners,
        *ending.flows,
        *((Flow("market", "lessor", "leased_machines_sold", taken_back),) if eve.lease_debt_due else ()),
    )
    wound = Step(position, lines, (*step.flows, *scaled(flows, np.where(step.stopped, 1.0, 0.0))))
    return Step(
        choose(step.stopped, wound.position, eve), choose(step.stopped, lines, step.lines), wound.flows
    )


def _emptied(eve: Position) -> Position:
    """A position in which nothing is left, its statuses kept."""
    nothing: Position = each(lambda cell: 0.0 * cell, eve)
    return replace(nothing, factory_status=eve.factory_status, holding_status=eve.holding_status)


@dataclass(frozen=True)
class _HoldingEnding:
    """How the holding's last cash is shared."""

    loans: tuple[Number, ...]
    line: Number
    preferred: tuple[Number, ...]
    distributed: Number
    """To owners, their loans left out."""
    forgiven: Number
    """By lenders."""
    lent_and_lost: Number
    """By owners, of their loans."""
    spent: Number
    flows: tuple[Flow, ...]


def _holding_ending(setting: Setting, eve: Position, till: Number) -> _HoldingEnding:
    """The holding's lenders are paid by rank, then money missing at closing at par, then its owners: their
    preferred money by rank, or what it converts into, then ordinary shares, less what the law gives to
    workers and a ratchet to managers.
    """
    claims = _claims(setting, eve, "holding")
    gap = eve.gap if setting.form.has_holding else 0.0 * eve.gap
    paid = equations.paid_by_rank(till, [*claims, gap], [*_ranks(setting, "holding"), AFTER_LENDERS])
    loans, line = _split(setting, "holding", paid[:-1])
    to_owners = np.maximum(0.0, till - sum(paid, 0.0))
    owners = owners_shares(setting.form, setting.closing) if setting.form.has_holding else {}
    preferred, ordinary = _preferred_served(setting, eve, to_owners)
    lent = shareholder_loans(setting.deal, eve.preferred)
    repaid = shareholder_loans(setting.deal, preferred)
    kinds = tuple(zip(setting.deal.funding.preferred.values(), preferred, strict=True))
    shares = {party: share * ordinary for party, share in owners.items()}
    to_workers: tuple[Flow, ...] = ()
    asked = setting.scenario.policy.workers_share_of_gain if setting.form.sells else None
    if asked is not None and setting.form.has_holding:
        gain = shared_gain(asked, to_owners, ordinary, eve.money_in_the_deal)
        shares, payment = after_the_workers(shares, ordinary, gain)
        to_workers = (payment,)
    flows = [Flow("holding", party, "sale_proceeds", amount) for party, amount in shares.items()]
    if setting.deal.funding.ratchet:
        giving = others(setting.deal)
        as_preferred = sum((amount for one, amount in kinds if one.holder in giving), 0.0)
        as_shares = sum((amount for party, amount in shares.items() if party in giving), 0.0)
        taken = ratchet_paid(setting.deal, eve, as_preferred, as_shares)
        flows = ratchet_flows(setting.deal, taken, shares)
    return _HoldingEnding(
        loans=loans,
        line=line,
        preferred=preferred,
        distributed=to_owners - repaid,
        forgiven=sum(claims, gap) - sum(paid, 0.0),
        lent_and_lost=lent - repaid,
        spent=sum(paid, to_owners),
        flows=(
            *_loan_flows(setting, "holding", loans, line),
            Flow("holding", "nobody_yet", "par_repaid", paid[-1]),
            *(Flow("holding", one.holder, f"{one.kind}_repaid", amount) for one, amount in kinds),
            *to_workers,
            *flows,
        ),
    )


def _preferred_served(
    setting: Setting, eve: Position, available: Number
) -> tuple[tuple[Number, ...], Number]:
    """What each preferred claim receives, and what is left for ordinary shares."""
    terms = tuple(setting.deal.funding.preferred.values())
    claims = list(eve.preferred)
    others = sum(claims, 0.0)
    converted: Number = 0.0
    for number, one in enumerate(terms):
        if one.converts_into is not None:
            taken = equations.converted(available, claims[number], others - claims[number], one.converts_into)
            claims[number] = np.where(np.greater(taken, 0.0), 0.0, claims[number])
            converted = taken
    paid = equations.paid_by_rank(available, claims, [one.rank for one in terms])
    left = np.maximum(0.0, available - sum(paid, 0.0) - converted)
    served = [
        amount + (converted if one.converts_into is not None else 0.0)
        for one, amount in zip(terms, paid, strict=True)
    ]
    return tuple(served), left


def _claims(setting: Setting, eve: Position, entity: str) -> list[Number]:
    """What lenders of one company are owed: the credit line first, then loans by rank."""
    revolver = setting.deal.funding.revolver
    line = eve.revolver if revolver is not None and revolver.entity == entity else 0.0 * eve.revolver
    loans = zip(setting.deal.funding.loans.values(), eve.loans, strict=True)
    return [line, *(balance for loan, balance in loans if loan.entity == entity)]


def _ranks(setting: Setting, entity: str) -> list[int]:
    """The ranks of ``_claims``."""
    loans = setting.deal.funding.loans.values()
    return [0, *(loan.rank for loan in loans if loan.entity == entity)]


def _split(setting: Setting, entity: str, paid: list[Number]) -> tuple[tuple[Number, ...], Number]:
    """Payments to one company's lenders as a tuple over all loans, and what the credit line received."""
    waiting = list(paid[1:])
    loans = setting.deal.funding.loans.values()
    return tuple(waiting.pop(0) if loan.entity == entity else 0.0 for loan in loans), paid[0]


def _loan_flows(setting: Setting, entity: str, paid: tuple[Number, ...], line: Number) -> list[Flow]:
    loans = zip(setting.deal.funding.loans.values(), paid, strict=True)
    flows = [
        Flow(entity, loan.lender, "principal", amount) for loan, amount in loans if loan.entity == entity
    ]
    revolver = setting.deal.funding.revolver
    if revolver is not None and revolver.entity == entity:
        flows.append(Flow(entity, revolver.lender, "credit_line_repaid", line))
    return flows


def _add(
    lines: Lines,
    eve: Position,
    loans_paid: tuple[Number, ...],
    line_paid: Number,
    preferred_paid: tuple[Number, ...],
    **more: Number,
) -> Lines:
    """The year's lines with what the end adds to them; what lenders are not paid is written off."""
    added = {name: getattr(lines, name) + amount for name, amount in more.items()}
    lost = tuple(balance - amount for balance, amount in zip(eve.loans, loans_paid, strict=True))
    return replace(
        lines,
        loan_repaid=_sums(lines.loan_repaid, loans_paid),
        loan_repaid_at_sale=_sums(lines.loan_repaid_at_sale, loans_paid),
        loan_written_off=_sums(lines.loan_written_off, lost),
        preferred_paid_at_sale=_sums(lines.preferred_paid_at_sale, preferred_paid),
        revolver_repaid=lines.revolver_repaid + line_paid,
        revolver_repaid_at_sale=lines.revolver_repaid_at_sale + line_paid,
        revolver_written_off=lines.revolver_written_off + eve.revolver - line_paid,
        **added,
    )


def _sums(before: tuple[Number, ...], more: tuple[Number, ...]) -> tuple[Number, ...]:
    return tuple(one + other for one, other in zip(before, more, strict=True))
