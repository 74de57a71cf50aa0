"""A factory that cannot pay closes: its assets are sold, creditors served by rank, then its holding's."""

from dataclasses import dataclass, replace

import numpy as np

from lbo_model import equations
from lbo_model.engine.bookkeeping import Step
from lbo_model.engine.clawback import CLAWBACK, lacking
from lbo_model.engine.holding_end import holding_ending
from lbo_model.engine.last_claims import by_loan, lenders_claims, lenders_ranks, loan_flows, with_the_end
from lbo_model.engine.owners import owners_shares
from lbo_model.engine.setting import Setting
from lbo_model.ledger import Flow, scaled
from lbo_model.position import Number, Position, choose, each
from lbo_model.scenario import AFTER_LENDERS


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

    @property
    def brought(self) -> Number:
        """All that is paid for it."""
        return self.machines + self.working_capital + self.taken_over


def estate_of(setting: Setting, step: Step) -> Estate:
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
        jobs_kept=jobs * lines.headcount,
        severance=_severance(setting, step, jobs),
    )


def _severance(setting: Setting, step: Step, kept: Number) -> Number:
    """What the workers whose jobs end are owed, at the pay of the year."""
    plan, lines = setting.deal.plan.workforce, step.lines
    if plan is None:
        return 0.0
    pay = equations.ratio(lines.gross_pay, lines.headcount, otherwise=0.0)
    return equations.severance((1.0 - kept) * step.position.permanent_staff, pay, plan.severance)


def wind_up(setting: Setting, step: Step, asked: Number = 0.0) -> Step:
    """The factory closes at the end of a year in which it could not pay: what it owns is sold, claims served
    by rank.

    Order: severance, what workers are owed of past profits, the State's levy, lenders by rank, suppliers,
    blocked labour shares, interest on shares, the holding's advance, then owners at par and the rest. The
    lessor takes its own machines back and sells them. What the estate does not pay of severance the wage
    guarantee does, which the State stands for here. Owners before, who may be ``asked`` for so much, first
    give what creditors lack. Only the cells that stopped this year change.
    """
    eve, estate = step.position, estate_of(setting, step)
    taken_back = setting.scenario.policy.distress.machines_recovered * eve.lease_debt
    till = eve.factory_cash + estate.brought - estate.costs
    lenders = lenders_claims(setting, eve, "factory")
    members = owners_shares(setting.form, setting.closing)
    settled = setting.form.settle(eve, members)
    at_par = () if setting.form.has_holding else settled.at_par
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
    bills_unpaid = np.maximum(0.0, -till)
    claims = [*debts, *(amount for _, amount in at_par)]
    before = [-3, -2, -1, *lenders_ranks(setting, "factory")]
    after_them = range(AFTER_LENDERS, AFTER_LENDERS + len(claims) - len(before))
    paid = equations.paid_by_rank(till, claims, [*before, *after_them])
    count = len(lenders)
    suppliers_paid, share_paid, interest_paid, advance_paid, *par_paid = paid[3 + count :]
    rest = np.maximum(0.0, till - sum(paid, 0.0))
    gap_paid = sum(
        (amount for (party, _), amount in zip(at_par, par_paid, strict=True) if party == "nobody_yet"), 0.0
    )
    own_paid = sum(par_paid, 0.0) - gap_paid
    owed = sum(debts, 0.0) + (0.0 if setting.form.has_holding else eve.gap)
    forgiven = owed - (sum(paid, 0.0) - own_paid) + bills_unpaid
    lost_assets = eve.machines + eve.working_capital + estate.suppliers - estate.brought
    factory_income = forgiven - lost_assets - estate.costs - estate.severance - eve.factory_unamortised_fees
    factory_income = factory_income + given_back

    has_holding = setting.form.has_holding
    above = (eve.holding_cash + advance_paid + rest) if has_holding else 0.0 * eve.holding_cash
    ending = holding_ending(setting, eve, above)
    lost_advance = eve.advance - advance_paid
    holding_gain = (rest if has_holding else 0.0) - eve.shares_in_factory
    holding_income = (
        holding_gain + ending.forgiven + ending.lent_and_lost - lost_advance - eve.holding_unamortised_fees
    )
    loans, line = by_loan(setting, "factory", paid[3 : 3 + count])
    distributed = own_paid + rest
    zero = 0.0 * eve.machines
    dead = choose(np.asarray(True), _emptied(eve), eve)
    position = replace(
        dead,
        factory_equity=eve.factory_equity + factory_income - distributed,
        holding_equity=eve.holding_equity + holding_income - ending.distributed,
        factory_cash=till + bills_unpaid - sum(paid, 0.0) - rest,
        holding_cash=above - ending.spent,
    )
    lines = with_the_end(
        step.lines,
        eve,
        loans_paid=tuple(one + other for one, other in zip(loans, ending.loans, strict=True)),
        line_paid=line + ending.line,
        factory_fees=eve.factory_unamortised_fees,
        factory_assets_lost=lost_assets,
        factory_recovered=estate.brought + bills_unpaid - suppliers_paid,
        suppliers_owed=estate.suppliers,
        closing_severance=estate.severance,
        jobs_taken_over=estate.jobs_kept,
        lease_recovered=taken_back,
        factory_court_costs=estate.costs,
        clawback=given_back,
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
                Flow("factory", party, "interest_on_shares", share * interest_paid)
                for party, share in members.items()
            ),
            Flow("factory", settled.rest, "liquidation_rest", rest),
        ]
    )
    flows = (
        Flow("market", "factory", "machines_sold", estate.machines),
        Flow("market", "factory", "working_capital_recovered", estate.working_capital),
        Flow("market", "factory", "taken_over", estate.taken_over),
        Flow("market", "factory", "bills_unpaid", bills_unpaid),
        Flow("factory", "market", "suppliers_paid", suppliers_paid),
        Flow("factory", "advisers", "court_costs", estate.costs),
        Flow("factory", "workers", "closing_severance", paid[0]),
        Flow("state", "workers", "wage_guarantee", estate.severance - paid[0]),
        Flow("factory", "workers", "participation", paid[1]),
        Flow("factory", "state", "levy", paid[2]),
        *loan_flows(setting, "factory", loans, line),
        Flow("factory", "workers", "labour_share", share_paid),
        Flow("factory", "holding", "advance_repaid", advance_paid),
        *owners,
        *ending.flows,
        *((Flow("market", "lessor", "leased_machines_sold", taken_back),) if eve.lease_debt_due else ()),
        *((Flow("seller", "factory", CLAWBACK, given_back),) if np.any(asked) else ()),
    )
    wound = Step(position, lines, (*step.flows, *scaled(flows, np.where(step.stopped, 1.0, 0.0))))
    return Step(
        choose(step.stopped, wound.position, eve), choose(step.stopped, lines, step.lines), wound.flows
    )


def _emptied(eve: Position) -> Position:
    """A position in which nothing is left, its statuses kept."""
    nothing: Position = each(lambda cell: 0.0 * cell, eve)
    return replace(nothing, factory_status=eve.factory_status, holding_status=eve.holding_status)
