"""What a deal gave: the years stacked into series, and what each party holds at both ends without having
cashed it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lbo_model import equations
from lbo_model.engine.bookkeeping import Step
from lbo_model.engine.clawback import GivenBack
from lbo_model.engine.closing import Closing
from lbo_model.engine.ending import end_ebitda, end_value
from lbo_model.engine.fund_house import Waterfalls, house_of
from lbo_model.engine.owners import shares_now
from lbo_model.engine.setting import Setting
from lbo_model.forms import Form
from lbo_model.forms.fund import economics_of
from lbo_model.forms.law import Policy
from lbo_model.ledger import Flow, Ledger, gather
from lbo_model.position import Array, LinesByDate, Number, Position, Positions, Status, each, stack
from lbo_model.scenario import AFTER_LENDERS, Deal, Scenario


@dataclass(frozen=True)
class Result:
    """One deal, played. Series have shape ``B + (dates,)``, numbers have shape ``B``; after a sale, series
    are NaN.
    """

    name: str
    start: int
    """Date of this deal's closing day, in years since the first of the scenario; series begin there."""
    deal: Deal
    form: Form
    closing: Closing
    ledger: Ledger
    positions: Positions
    lines: LinesByDate
    eve: Positions
    """The two companies at the end of their last year, before a sale or a winding-up settles their debts."""
    last_date: Array
    """Date of the last year lived: the exit year, or the year in which the factory stopped."""
    last_payment: int
    """Date until which payments count: the exit year, or that of the last payment that owners gave back after
    it.
    """
    start_value: Array
    end_value: Array
    """What the enterprise is worth at the exit date by the rule of ``ending.end_value``; zero once it has
    closed.
    """
    waterfall: Waterfalls | None
    """How all that the fund received until a date goes to its investors and its manager, where the terms say
    so.
    """
    claims_start: Mapping[str, Array]
    claims_end: Mapping[str, Array]
    """What each party holds and has not cashed, on the eve of closing and at the exit date."""
    end_ebitda: Array
    """That the end value is a multiple of: before the rents of leased machines."""
    opening_cash: Array
    """The factory's cash on the eve of closing."""
    policy: Policy
    behaviour: str
    """``mechanics``, or ``full`` where machines bought or not have consequences."""
    shape: tuple[int, ...]

    @property
    def counted(self) -> slice:
        """The dates whose payments count when owners are compared."""
        return slice(0, self.last_payment + 1)

    @property
    def dates(self) -> int:
        """Dates in a series, closing day included."""
        return int(np.shape(self.positions.machines)[-1])

    def status(self, company: str) -> NDArray[np.int64]:
        """Status of ``factory`` or ``holding`` at each date; a deal that does not close says so until it
        fails, and a company whose breach of a covenant was waived or cured that year, or that lenders,
        members or an owner helped to pay.
        """
        raw = np.asarray(getattr(self.positions, f"{company}_status"))
        unfinanced = np.broadcast_to(self.closing.not_financed, self.shape)[..., None]
        marked = np.where((raw == Status.SOUND) & unfinanced, float(Status.NOT_FINANCED), raw)
        if company == ("holding" if self.form.has_holding else "factory"):
            sound, lines = marked == Status.SOUND, self.lines
            waits = (lines.principal_deferred > 0.0) | (lines.labour_share_blocked > 0.0)
            marked = np.where(sound & (self.positions.breached > 0.0), float(Status.WAIVED), marked)
            marked = np.where(sound & waits, float(Status.DEFERRED), marked)
            marked = np.where(sound & (lines.cured + lines.new_money > 0.0), float(Status.CURED), marked)
        return np.where(np.isnan(raw), -1, marked).astype(np.int64)


@dataclass(frozen=True)
class Run:
    """All deals of one scenario, played on the same factory, weather and law."""

    scenario: Scenario
    deals: Mapping[str, Result]


def result_of(
    setting: Setting,
    name: str,
    steps: list[Step],
    eve: Position,
    last_date: Number,
    shape: tuple[int, ...],
    given_back: Sequence[GivenBack] = (),
) -> Result:
    """Stack the years, add what owners gave back after the sale, and value what nobody has cashed at the exit
    date.
    """
    deal, form = setting.deal, setting.form
    dates = setting.scenario.horizon + 1 - setting.target.date
    last_step = steps[deal.exit.year]
    end = last_step.position
    value = end_value(setting, last_step, deal.exit.year) * end.alive
    start = setting.closing.enterprise_value
    flows: list[tuple[Flow, ...]] = [step.flows for step in steps]
    if given_back:
        flows += [()] * (dates - len(flows))
    for paid in given_back:
        flows[paid.date] = (*flows[paid.date], paid.payment)
    economics, waterfall = economics_of(deal.terms), None
    if economics is not None:
        house, tiers = house_of(economics, flows, last_date)
        flows = [(*one, *other) for one, other in zip(flows, house, strict=True)]
        waterfall = stack(tiers, shape, dates)
    flows += [()] * (dates - len(flows))
    last = np.broadcast_to(last_date, shape)
    return Result(
        name=name,
        start=setting.target.date,
        deal=deal,
        form=form,
        closing=setting.closing,
        ledger=gather(flows, shape),
        positions=stack([step.position for step in steps], shape, dates),
        lines=stack([step.lines for step in steps], shape, dates),
        eve=each(lambda cell: np.array(np.broadcast_to(cell, shape), dtype=np.float64), eve),
        last_date=last,
        last_payment=max((paid.date for paid in given_back if paid.counts), default=deal.exit.year),
        start_value=np.broadcast_to(start, shape),
        end_value=np.broadcast_to(value, shape),
        waterfall=waterfall,
        claims_start=_claims_start(setting, start, shape),
        claims_end=_claims_end(setting, end, value, shape),
        end_ebitda=np.broadcast_to(end_ebitda(setting, last_step, deal.exit.year), shape),
        policy=setting.scenario.policy,
        behaviour=setting.scenario.behaviour,
        opening_cash=np.broadcast_to(setting.target.cash, shape),
        shape=shape,
    )


def _claims_start(setting: Setting, value: Number, shape: tuple[int, ...]) -> dict[str, Array]:
    """On the eve of closing the old owner holds the shares, those who roll over their part, and the banks the
    debt; staff, State and lessor what the factory still owes them.
    """
    target, closing = setting.target, setting.closing
    worth = value + target.cash
    debts: dict[str, Number] = {"workers": target.participation_owed, "state": target.levy_owed}
    if target.lease_debt_due:
        debts["lessor"] = sum(target.lease_debt_due, 0.0)
    owed = dict(zip(debts, equations.paid_by_rank(worth, debts.values()), strict=True))
    debt = np.minimum(target.debt, worth - sum(owed.values(), 0.0))
    shares = worth - sum(owed.values(), debt)
    claims = {party: np.minimum(amount, shares) for party, amount in closing.rolled.items()}
    owner = "seller" if setting.form.buys else setting.form.owner
    claims[owner] = shares - sum(claims.values(), 0.0)
    for party, claim in (*owed.items(), (target.creditor, debt)):
        claims[party] = claims.get(party, 0.0) + claim
    return {party: np.array(np.broadcast_to(claim, shape)) for party, claim in claims.items()}


def _claims_end(setting: Setting, end: Position, value: Number, shape: tuple[int, ...]) -> dict[str, Array]:
    """At the exit date, value and cash are claimed by rank: staff and State, the lessor, lenders, workers'
    accounts, owners.
    """
    deal, form = setting.deal, setting.form
    members = shares_now(form, setting.closing, end)
    settled = form.settle(end, members)
    ranked: list[tuple[str, Number]] = [("workers", end.participation_owed), ("state", end.levy_owed)]
    ranks = [-3, -2]
    if end.lease_debt_due:
        ranked.append(("lessor", end.lease_debt))
        ranks.append(-1)
    if deal.funding.revolver is not None:
        ranked.append((deal.funding.revolver.lender, end.revolver))
        ranks.append(0)
    loans = zip(deal.funding.loans.values(), end.loans, strict=True)
    ranked += [(loan.lender, balance) for loan, balance in loans]
    ranks += [loan.rank for loan in deal.funding.loans.values()]
    ranked.append(("workers", sum(end.labour_share_owed, 0.0)))
    ranked += [(party, share * end.share_interest_owed) for party, share in members.items()]
    ranked += list(settled.at_par)
    total = value + end.factory_cash + end.holding_cash
    # Whoever comes after the lenders comes one after the other.
    ranks += range(AFTER_LENDERS, AFTER_LENDERS + len(ranked) - len(ranks))
    paid = equations.paid_by_rank(total, [claim for _, claim in ranked], ranks)
    claims: dict[str, Number] = {}
    for (party, _), amount in zip(ranked, paid, strict=True):
        claims[party] = claims.get(party, 0.0) + amount
    rest = np.maximum(0.0, total - sum(paid, 0.0))
    for party, part in (settled.parts or {settled.rest: 1.0}).items():
        claims[party] = claims.get(party, 0.0) + part * rest
    return {party: np.array(np.broadcast_to(claim, shape)) for party, claim in claims.items()}
