"""A holding that cannot pay, and whose lenders do not wait: its debt becomes shares on that day.

What the firm would bring in a sale in distress, if a part of the fall of its EBITDA passes, is shared out by
absolute priority: nobody gets anything before those who come first have all that they are owed. Lenders keep
as much debt as the firm can bear, by rank; what each gets beyond it is shares; the rest is lost. Owners keep
what is left of the value once all claims are served, or lose all. The factory's own lenders come first and
are served as before. Nothing is paid in cash on that day.
"""

from dataclasses import dataclass, replace

import numpy as np

from lbo_model import equations
from lbo_model.engine.bookkeeping import Step
from lbo_model.engine.failure import line_at_holding
from lbo_model.engine.last_claims import by_loan, lenders_claims, lenders_ranks, stays_with_the_factory
from lbo_model.engine.owners import owners_shares, shareholder_loans
from lbo_model.engine.setting import Setting
from lbo_model.forms.law import Restructuring
from lbo_model.position import Lines, Number, Position, Status, choose
from lbo_model.quantities import TOLERANCE
from lbo_model.scenario import AFTER_LENDERS

Numbers = tuple[Number, ...]


def first_shares(setting: Setting, zero: Number) -> dict[str, Number]:
    """Who owns the holding on closing day, with all who may come to own it; nobody where no debt becomes
    shares.
    """
    if setting.scenario.policy.distress.restructuring is None or not setting.form.has_holding:
        return {}
    alive, owners = setting.target.alive, owners_shares(setting.form, setting.closing)
    shares = {party: alive * part + zero for party, part in owners.items()}
    return shares | {party: zero for party in creditors(setting) if party not in shares}


def creditors(setting: Setting) -> tuple[str, ...]:
    """Who has the claims on the holding: credit line, loans, missing money, owners' preferred money."""
    funding = setting.deal.funding
    # Claims are listed with a credit line whether there is one or not: nobody then claims nothing.
    line = "nobody_yet" if funding.revolver is None else funding.revolver.lender
    loans = [loan.lender for loan in funding.loans.values() if loan.entity == "holding"]
    return (line, *loans, "nobody_yet", *(one.holder for one in funding.preferred.values()))


@dataclass(frozen=True)
class Shared:
    """How the worth of a holding is shared out. Tuples in the order of ``creditors``."""

    claims: Numbers
    recovered: Numbers
    """In debt kept and in shares, as the plan values them."""
    kept: Numbers
    """As debt; nothing but lenders' claims is."""
    parts: Numbers
    """Of the shares."""
    owners: Number
    """What is left of the shares to those who had them."""


def restructured(setting: Setting, rule: Restructuring, before: Position, step: Step) -> Step:
    """The year once the lenders of a holding that fails in it have taken its shares; other cells are left as
    they are.
    """
    failed = np.equal(step.position.holding_status, float(Status.RESTRUCTURED))
    fails = (before.standing > 0.0) & failed
    if not np.any(fails):
        return step
    shared = _shared(setting, rule, step)
    return replace(
        step,
        position=choose(fails, _position(setting, step.position, shared), step.position),
        lines=choose(fails, _lines(setting, step.position, step.lines, shared), step.lines),
    )


def _shared(setting: Setting, rule: Restructuring, step: Step) -> Shared:
    """By absolute priority, out of the worth of the day.

    Where debt kept is worth all of it, shares are theirs who would have the next euro.
    """
    eve = step.position
    hoped = equations.hoped_ebitda(step.lines.ebitda_before_rents, setting.closing.ebitda, rule.hope)
    below = sum(lenders_claims(setting, eve, "factory"), 0.0)
    worth = _worth(setting, eve, hoped, below + stays_with_the_factory(eve))
    lenders, ranks = lenders_claims(setting, eve, "holding"), lenders_ranks(setting, "holding")
    claims = [*lenders, eve.gap, *eve.preferred]
    later = [AFTER_LENDERS, *(AFTER_LENDERS + one.rank for one in setting.deal.funding.preferred.values())]
    lent, owed_below = sum(lenders, 0.0), sum(eve.lease_debt_due, below)
    debt = equations.debt_kept(lent, rule.debt_kept, hoped, owed_below, worth)
    kept = [*equations.paid_by_rank(debt, lenders, ranks), *(0.0 for _ in later)]
    seen = np.where(np.greater(worth - debt, TOLERANCE), worth, worth + 1.0)
    due = equations.paid_by_rank(seen, claims, [*ranks, *later])
    owners = equations.part_of_shares(np.maximum(0.0, seen - sum(claims, 0.0)), 0.0, seen, debt)
    parts = [equations.part_of_shares(all_, debts, seen, debt) for all_, debts in zip(due, kept, strict=True)]
    return Shared(
        claims=tuple(claims),
        recovered=tuple(equations.paid_by_rank(worth, claims, [*ranks, *later])),
        kept=tuple(kept),
        # Together they have all shares, to the last digit, or cash would be lost with every payment.
        parts=tuple((1.0 - owners) * equations.ratio(part, sum(parts, 0.0), otherwise=0.0) for part in parts),
        owners=owners,
    )


def _worth(setting: Setting, eve: Position, ebitda: Number, owed_before: Number) -> Number:
    """What a sale by the lenders would leave to the holding's creditors, at the exit's multiple."""
    distress = setting.scenario.policy.distress
    multiple = setting.deal.exit.multiple_after(setting.closing.multiple)
    value, cash = equations.enterprise_value(multiple, ebitda), eve.factory_cash + eve.holding_cash
    return equations.worth_in_distress(distress.price_share, value, distress.court_costs, cash, owed_before)


def _position(setting: Setting, eve: Position, shared: Shared) -> Position:
    """Both companies that evening: debts kept, shares in other hands."""
    loans, line = _lenders(setting, shared.kept)
    shares = {party: shared.owners * part for party, part in eve.shares.items()}
    for party, part in zip(creditors(setting), shared.parts, strict=True):
        shares[party] = shares[party] + part
    held = [loan.entity == "holding" for loan in setting.deal.funding.loans.values()]
    income, money_in = _books(setting, eve, shared)
    return replace(
        eve,
        loans=tuple(
            kept if own else balance for own, kept, balance in zip(held, loans, eve.loans, strict=True)
        ),
        revolver=line if line_at_holding(setting) else eve.revolver,
        preferred=tuple(0.0 * claim for claim in eve.preferred),
        gap=0.0 * eve.gap,
        shares=shares,
        holding_equity=eve.holding_equity + income + money_in,
    )


def _books(setting: Setting, eve: Position, shared: Shared) -> tuple[Number, Number]:
    """Income of the holding, and shares subscribed with claims.

    Lenders subscribe with what their shares are worth, and what they lose is income (as IFRIC 19 has it);
    owners' loans and the missing money become capital at par. None of it is taxed: claims may be set off
    against new shares at par (Commercial Code, L225-128), which leaves no profit.
    """
    lost = _less(shared.claims, shared.recovered)
    forgiven = sum(_of_lenders(setting, lost), 0.0)
    converted = sum(_of_lenders(setting, _less(shared.recovered, shared.kept)), 0.0)
    return forgiven, converted + eve.gap + shareholder_loans(setting.deal, eve.preferred)


def _lines(setting: Setting, eve: Position, lines: Lines, shared: Shared) -> Lines:
    """What the day adds to the lines of its year."""
    loans, line = _lenders(setting, _less(shared.recovered, shared.kept))
    lost, line_lost = _lenders(setting, _less(shared.claims, shared.recovered))
    income, money_in = _books(setting, eve, shared)
    return replace(
        lines,
        loan_converted=loans,
        loan_written_off=tuple(one + more for one, more in zip(lines.loan_written_off, lost, strict=True)),
        revolver_converted=line,
        revolver_written_off=lines.revolver_written_off + line_lost,
        gap_converted=eve.gap,
        preferred_given_up=eve.preferred,
        holding_debt_cut=sum(loans, line) + income + eve.gap,
        holding_debt_forgiven=lines.holding_debt_forgiven + income,
        holding_net_income=lines.holding_net_income + income,
        holding_money_in=lines.holding_money_in + money_in,
    )


def _of_lenders(setting: Setting, amounts: Numbers) -> Numbers:
    """The credit line's and the loans' of what ``creditors`` have."""
    return amounts[: len(lenders_ranks(setting, "holding"))]


def _lenders(setting: Setting, amounts: Numbers) -> tuple[Numbers, Number]:
    """Of what ``creditors`` have, each loan's, nothing for the factory's own, and the credit line's."""
    return by_loan(setting, "holding", list(_of_lenders(setting, amounts)))


def _less(claims: Numbers, other: Numbers) -> Numbers:
    return tuple(one - less for one, less in zip(claims, other, strict=True))
