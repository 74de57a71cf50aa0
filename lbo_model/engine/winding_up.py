"""A factory that cannot pay closes: its assets are sold, creditors served by rank, then its holding's."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from lbo_model import equations
from lbo_model.engine.bookkeeping import Step
from lbo_model.engine.clawback import CLAWBACK, lacking
from lbo_model.engine.holding_end import HoldingEnding, holding_ending
from lbo_model.engine.last_claims import by_loan, lenders_claims, lenders_ranks, loan_flows, with_the_end
from lbo_model.engine.operations import closing_pay_per_head
from lbo_model.engine.owners import owners_shares
from lbo_model.engine.setting import Setting
from lbo_model.ledger import Flow, scaled
from lbo_model.position import Lines, Number, Position, choose, each
from lbo_model.scenario import AFTER_LENDERS, DetailedOperations


@dataclass(frozen=True)
class Estate:
    """What a closing factory's assets bring, and what it still owes its suppliers."""

    machines: Number
    """Sold one by one; 0 where the factory is taken over whole."""
    working_capital: Number
    taken_over: Number
    """What a new operator pays for the whole; 0 where it is sold in parts."""
    costs: Number
    suppliers: Number
    """Bills of the year that are not paid yet: stocks and bills of customers are larger by as much than the
    working capital in the books.
    """
    jobs_kept: Number
    """Jobs that go on with a new operator; full-time workers."""
    severance: Number
    """Of the permanent workers whose jobs do not, where the plan says what it is."""
    taken_back: Number
    """What the lessor's own machines bring it; no part of the estate."""

    @property
    def brought(self) -> Number:
        """All that is paid for it."""
        return self.machines + self.working_capital + self.taken_over


def estate_of(setting: Setting, step: Step, date: int) -> Estate:
    """What the assets bring: in parts, or as a whole where the law knows it and somebody pays more for that.

    A new operator pays ``price_share`` of what the factory is worth at the exit's multiple of an EBITDA that
    counts a part of its fall as passing.
    """
    eve, lines, distress = step.position, step.lines, setting.scenario.policy.distress
    suppliers = (0.0 if distress.suppliers_owed is None else distress.suppliers_owed) * lines.purchases
    machines = distress.machines_recovered * eve.machines
    working_capital = distress.working_capital_recovered * (eve.working_capital + suppliers)
    whole: Number = 0.0
    jobs: Number = 0.0
    if distress.takeover is not None:
        hoped = equations.hoped_ebitda(
            lines.ebitda_before_rents, setting.closing.ebitda, distress.takeover.hope
        )
        multiple = setting.deal.exit.multiple_after(setting.closing.multiple)
        offered = distress.price_share * np.maximum(0.0, equations.enterprise_value(multiple, hoped))
        better = np.greater(offered, machines + working_capital)
        whole, jobs = np.where(better, offered, 0.0), np.where(better, distress.takeover.jobs_kept, 0.0)
        machines, working_capital = np.where(better, 0.0, machines), np.where(better, 0.0, working_capital)
    return Estate(
        machines=machines,
        working_capital=working_capital,
        taken_over=whole,
        costs=distress.court_costs * (machines + working_capital + whole),
        suppliers=suppliers,
        jobs_kept=jobs * (lines.headcount - lines.jobs_moved),
        severance=_severance(setting, step, date, jobs),
        taken_back=distress.machines_recovered * eve.lease_debt,
    )


def _severance(setting: Setting, step: Step, date: int, kept: Number) -> Number:
    """What the workers whose jobs end are owed, at the full pay that counts for those dismissed before: lower
    pay and short time in a bad year lower nobody's severance.
    """
    plan, described = setting.deal.plan.workforce, setting.scenario.factory.operations
    if plan is None:
        return 0.0
    assert isinstance(described, DetailedOperations), "checked when the file was read"
    pay = closing_pay_per_head(described) * setting.seasons[date].price_index
    return equations.severance((1.0 - kept) * step.position.permanent_staff, pay, plan.severance)


def wind_up(setting: Setting, step: Step, date: int, asked: Number = 0.0) -> Step:
    """The factory closes at the end of the year ``date`` in which it could not pay: what it owns is sold,
    claims served by rank (``_served``), then those on its holding.

    The lessor takes its own machines back and sells them. What the estate does not pay of severance the wage
    guarantee does, which the State stands for here. Owners before, who may be ``asked`` for so much, first
    give what creditors lack. Only the cells that stopped this year change.
    """
    eve, estate = step.position, estate_of(setting, step, date)
    served = _served(setting, eve, estate, asked)
    has_holding = setting.form.has_holding
    above = (eve.holding_cash + served.advance + served.rest) if has_holding else 0.0 * eve.holding_cash
    ending = holding_ending(setting, eve, above)
    position, lines = _after_the_closure(setting, step, estate, served, above, ending)
    flows = (
        *_estate_flows(setting, estate, served),
        *_owners_flows(setting, eve, served),
        *ending.flows,
        Flow("market", "lessor", "leased_machines_sold", estate.taken_back),
        *((Flow("seller", "factory", CLAWBACK, served.given_back),) if np.any(asked) else ()),
    )
    flows = (*step.flows, *scaled(flows, np.where(step.stopped, 1.0, 0.0)))
    return Step(choose(step.stopped, position, eve), choose(step.stopped, lines, step.lines), flows)


@dataclass(frozen=True)
class Served:
    """What the estate pays to each claim, in the order of the law; what it does not pay is lost."""

    till: Number
    """Cash of the factory and what its assets bring, less the costs of the court, and what sellers give."""
    given_back: Number
    """What those who sold it not long ago give to its creditors."""
    severance: Number
    participation: Number
    levy: Number
    loans: tuple[Number, ...]
    line: Number
    suppliers: Number
    labour_share: Number
    share_interest: Number
    advance: Number
    at_par: tuple[tuple[str, Number], ...]
    """To owners of a factory without a holding, and for money missing at closing."""
    rest: Number
    owners: Number
    """Of what is repaid at par, the missing money left out."""
    paid: Number
    """All of it but the rest."""
    bills_unpaid: Number
    """By which the till is overdrawn: suppliers of the year wait for ever."""
    forgiven: Number
    """What creditors lose, those bills included."""


def _served(setting: Setting, eve: Position, estate: Estate, asked: Number) -> Served:
    """Order: severance, what workers are owed of past profits, the State's levy, lenders by rank, suppliers,
    blocked labour shares, interest on shares, the holding's advance, then owners at par and the rest.
    """
    till = eve.factory_cash + estate.brought - estate.costs
    lenders = lenders_claims(setting, eve, "factory")
    members = owners_shares(setting.form, setting.closing)
    at_par = () if setting.form.has_holding else setting.form.settle(eve, members).at_par
    debts: list[Number] = [
        estate.severance,
        eve.participation_owed,
        eve.levy_owed,
        *lenders,
        estate.suppliers,
        sum(eve.labour_share_owed, 0.0),
        eve.share_interest_owed,
        eve.advance,
    ]
    given_back = (
        np.minimum(asked, lacking(setting, eve, till, sum(debts[:-1], 0.0))) if np.any(asked) else 0.0
    )
    till = till + given_back
    claims = [*debts, *(amount for _, amount in at_par)]
    before = [-3, -2, -1, *lenders_ranks(setting, "factory")]
    after_them = range(AFTER_LENDERS, AFTER_LENDERS + len(claims) - len(before))
    paid = equations.paid_by_rank(till, claims, [*before, *after_them])
    severance, participation, levy, *others = paid
    loans, line = by_loan(setting, "factory", others[: len(lenders)])
    suppliers, labour_share, share_interest, advance, *par = others[len(lenders) :]
    repaid_at_par = tuple((party, amount) for (party, _), amount in zip(at_par, par, strict=True))
    gap_paid = sum((amount for party, amount in repaid_at_par if party == "nobody_yet"), 0.0)
    owners = sum(par, 0.0) - gap_paid
    owed = sum(debts, 0.0) + (0.0 if setting.form.has_holding else eve.gap)
    total = sum(paid, 0.0)
    bills_unpaid = np.maximum(0.0, -till)
    return Served(
        till=till,
        given_back=given_back,
        severance=severance,
        participation=participation,
        levy=levy,
        loans=loans,
        line=line,
        suppliers=suppliers,
        labour_share=labour_share,
        share_interest=share_interest,
        advance=advance,
        at_par=repaid_at_par,
        owners=owners,
        rest=np.maximum(0.0, till - total),
        paid=total,
        bills_unpaid=bills_unpaid,
        forgiven=owed - (total - owners) + bills_unpaid,
    )


def _after_the_closure(
    setting: Setting, step: Step, estate: Estate, served: Served, above: Number, ending: HoldingEnding
) -> tuple[Position, Lines]:
    """Two companies in which nothing is left but what they lost, and what the closure adds to the lines."""
    eve, has_holding = step.position, setting.form.has_holding
    lost_assets = eve.machines + eve.working_capital + estate.suppliers - estate.brought
    factory_income = served.forgiven + served.given_back - lost_assets - estate.costs - estate.severance
    factory_income = factory_income - eve.factory_unamortised_fees
    lost_advance = eve.advance - served.advance
    gain = (served.rest if has_holding else 0.0) - eve.shares_in_factory
    holding_income = gain + ending.forgiven + ending.lent_and_lost - lost_advance
    holding_income = holding_income - eve.holding_unamortised_fees
    distributed = served.owners + served.rest
    position = replace(
        _emptied(eve),
        factory_equity=eve.factory_equity + factory_income - distributed,
        holding_equity=eve.holding_equity + holding_income - ending.distributed,
        factory_cash=served.till + served.bills_unpaid - served.paid - served.rest,
        holding_cash=above - ending.spent,
    )
    lines = with_the_end(
        step.lines,
        eve,
        loans_paid=tuple(one + other for one, other in zip(served.loans, ending.loans, strict=True)),
        line_paid=served.line + ending.line,
        factory_fees=eve.factory_unamortised_fees,
        factory_assets_lost=lost_assets,
        factory_recovered=estate.brought + served.bills_unpaid - served.suppliers,
        suppliers_owed=estate.suppliers,
        closing_severance=estate.severance,
        jobs_taken_over=estate.jobs_kept,
        lease_recovered=estate.taken_back,
        factory_court_costs=estate.costs,
        clawback=served.given_back,
        factory_debt_forgiven=served.forgiven,
        factory_net_income=factory_income,
        factory_distributions=distributed,
        holding_fees=eve.holding_unamortised_fees,
        holding_gain_on_sale=gain,
        group_gain_on_sale=0.0 * eve.machines - eve.goodwill,
        preferred_paid=ending.preferred,
        holding_debt_forgiven=ending.forgiven - lost_advance,
        shareholder_loans_lost=ending.lent_and_lost,
        holding_net_income=holding_income,
        holding_distributions=ending.distributed,
    )
    return position, lines


def _estate_flows(setting: Setting, estate: Estate, served: Served) -> Iterator[Flow]:
    """What the market pays for the estate, and what it pays to creditors, in the order of their rank."""
    yield Flow("market", "factory", "machines_sold", estate.machines)
    yield Flow("market", "factory", "working_capital_recovered", estate.working_capital)
    yield Flow("market", "factory", "taken_over", estate.taken_over)
    yield Flow("market", "factory", "bills_unpaid", served.bills_unpaid)
    yield Flow("factory", "market", "suppliers_paid", served.suppliers)
    yield Flow("factory", "advisers", "court_costs", estate.costs)
    yield Flow("factory", "workers", "closing_severance", served.severance)
    yield Flow("state", "workers", "wage_guarantee", estate.severance - served.severance)
    yield Flow("factory", "workers", "participation", served.participation)
    yield Flow("factory", "state", "levy", served.levy)
    yield from loan_flows(setting, "factory", served.loans, served.line)
    yield Flow("factory", "workers", "labour_share", served.labour_share)
    yield Flow("factory", "holding", "advance_repaid", served.advance)


def _owners_flows(setting: Setting, eve: Position, served: Served) -> Iterator[Flow]:
    """What is left goes up to the holding; without one, to members at par, and the rest to whom it goes by
    law.
    """
    if setting.form.has_holding:
        yield Flow("factory", "holding", "liquidation_rest", served.rest)
        return
    members = owners_shares(setting.form, setting.closing)
    for party, amount in served.at_par:
        yield Flow("factory", party, "par_repaid", amount)
    for party, share in members.items():
        yield Flow("factory", party, "interest_on_shares", share * served.share_interest)
    yield Flow("factory", setting.form.settle(eve, members).rest, "liquidation_rest", served.rest)


def _emptied(eve: Position) -> Position:
    """A position in which nothing is left, its statuses kept."""
    nothing: Position = each(lambda cell: 0.0 * cell, eve)
    return replace(nothing, factory_status=eve.factory_status, holding_status=eve.holding_status)
