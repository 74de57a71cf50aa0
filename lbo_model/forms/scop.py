"""The co-operative of workers (SCOP) by transformation: the factory itself borrows and buys its own shares
back.

One company, one estate: the debt lies beside the machines. Surplus is split by law between labour, reserves
that can never be shared out, and interest on shares; shares are worth par, less losses.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from lbo_model.equations import (
    cooperative_surplus,
    cooperative_tax,
    lawful_split,
    legal_reserve_allocation,
    loss_on_capital,
)
from lbo_model.forms.form import Claims, Form, Purchase, Terms
from lbo_model.forms.law import CooperativeLaw, Policy
from lbo_model.forms.ordinary import interest_not_deducted, most_interest, no_charge
from lbo_model.forms.tax_return import TaxReturn
from lbo_model.position import Bill, Number, Position, Year
from lbo_model.quantities import Share


class ScopTerms(Terms):
    """How the surplus is split (reserves get the rest), how long the labour share stays in the firm, and who
    votes.

    ``production_tax_relief``: part of production taxes that the statute is exempt from (CGI art. 1456).
    """

    labour_share: Annotated[Number, Share(0, 1)]
    share_interest: Annotated[Number, Share(0, 1)]
    labour_share_blocked_years: Annotated[int, Field(ge=1, le=10)]
    workers_votes: Annotated[Number, Share(0, 1)]
    production_tax_relief: Annotated[Number, Share(0, 1)] | None = None

    @property
    def reserve_share(self) -> Number:
        """What labour share and interest on shares leave: ``1 - labour_share - share_interest``."""
        return 1.0 - self.labour_share - self.share_interest


@dataclass(frozen=True)
class _Surplus:
    """A year's profit, what past losses and tax leave of it, and what is taxed beside it."""

    relief: Number
    profit: Number
    """Before tax and before anything is shared."""
    absorbed: Number
    """By past losses."""
    not_deducted: Number
    """Interest above the law's limit."""
    surplus: Number
    tax: Number
    losses: Number
    """Still to make good at the end of the year."""


def _surplus(terms: ScopTerms, law: CooperativeLaw, policy: Policy, year: Year) -> _Surplus:
    opening, operations = year.opening, year.operations
    relief = (
        0.0 if terms.production_tax_relief is None else terms.production_tax_relief
    ) * operations.production_taxes
    profit = (
        operations.earned
        + relief
        - year.charge
        - year.depreciation
        - year.factory_interest
        + year.factory_deposit_interest
        - year.factory_fees
    )
    absorbed = np.minimum(np.maximum(profit, 0.0), opening.losses_to_absorb)
    shared = np.maximum(profit, 0.0) - absorbed
    net_interest = year.factory_interest - year.factory_deposit_interest
    kept = interest_not_deducted(policy.interest_limit, net_interest, operations.ebitda, opening)
    added_back = np.maximum(profit + kept, 0.0) - np.maximum(profit, 0.0)
    split = terms.labour_share, terms.reserve_share, year.tax_rate, law.levy, added_back
    surplus = cooperative_surplus(shared, *split)
    tax = cooperative_tax(shared, surplus, *split)
    losses = opening.losses_to_absorb - absorbed + np.maximum(tax - (profit - absorbed), 0.0)
    return _Surplus(relief, profit, absorbed, kept, surplus, tax, losses)


def cooperative_bill(terms: Terms, policy: Policy, year: Year) -> Bill:
    """Tax and legal split of the surplus, solved together (law 78-763 art. 33).

    Past losses are made good first, free of tax. Interest above the law's limit is taxed, even in a year of
    loss, and tax that profit does not cover makes the loss larger. The labour share is accrued now and paid
    when it is no longer blocked; interest on shares and the levy are paid the year after.
    """
    terms, law = _both(terms, policy)
    opening, found = year.opening, _surplus(terms, law, policy, year)
    labour_share = terms.labour_share * found.surplus
    return Bill(
        factory_tax=found.tax,
        interest_not_deducted=found.not_deducted,
        labour_share=labour_share,
        levy=law.levy * labour_share,
        share_interest=terms.share_interest * found.surplus,
        legal_reserve=legal_reserve_allocation(
            found.surplus, law.legal_reserve, opening.capital, opening.legal_reserve
        ),
        relief=found.relief,
        losses_to_absorb=found.losses,
    )


def cooperative_assessment(terms: Terms, policy: Policy, year: Year) -> Mapping[str, TaxReturn]:
    """How the tax of ``cooperative_bill`` is computed; the losses carried are those to make good, which tax
    that no profit covers makes larger.
    """
    terms, law = _both(terms, policy)
    found, ebitda = _surplus(terms, law, policy, year), year.operations.ebitda
    labour_share = terms.labour_share * found.surplus
    return {
        "factory": TaxReturn(
            result=found.profit + found.not_deducted,
            losses_opening=year.opening.losses_to_absorb,
            losses_used=found.absorbed,
            losses_closing=found.losses,
            rate=year.tax_rate,
            tax=found.tax,
            ebitda=ebitda,
            severance=year.operations.severance,
            moving_costs=year.operations.moving_costs,
            relief=found.relief,
            deposit_interest=year.factory_deposit_interest,
            charge=year.charge,
            depreciation=year.depreciation,
            interest=year.factory_interest,
            fees=year.factory_fees,
            interest_not_deducted=found.not_deducted,
            labour_share=labour_share,
            levy=law.levy * labour_share,
            provision=np.minimum(terms.labour_share, terms.reserve_share) * found.surplus,
            net_interest=year.factory_interest - year.factory_deposit_interest,
            interest_limit=most_interest(policy.interest_limit, ebitda, year.opening),
        )
    }


def _both(terms: Terms, policy: Policy) -> tuple[ScopTerms, CooperativeLaw]:
    assert isinstance(terms, ScopTerms), "a co-operative is run on the terms of a co-operative"
    assert policy.cooperative is not None, "a scenario with a co-operative states the law of co-operatives"
    return terms, policy.cooperative


def no_dividend(terms: Terms, payout: Number, cash: Number) -> Number:
    """A co-operative pays its members interest on shares out of the split, and no other dividend."""
    return 0.0 * cash


def unlawful(terms: Terms, policy: Policy, purchase: Purchase) -> Mapping[str, NDArray[np.bool_]]:
    """What forbids a purchase by a SCOP: too few workers' shares or votes, an unlawful split, equity eaten by
    price.

    Buying its own shares back takes the whole price out of equity, which must stay above half of the capital.
    """
    terms, law = _both(terms, policy)
    return {
        "equity_after_price": np.less(purchase.equity_after, law.equity_share_of_capital * purchase.capital),
        "workers_capital": np.less(purchase.workers_capital, law.workers_capital * purchase.capital),
        "workers_votes": np.less(terms.workers_votes, law.workers_votes),
        "unlawful_split": ~lawful_split(
            terms.labour_share, terms.reserve_share, terms.share_interest, law.labour_share, law.legal_reserve
        ),
    }


def held_in_common(position: Position, shares: Mapping[str, Number]) -> Claims:
    """Members hold their capital at par less losses, the missing money is owed at par, and the rest is
    nobody's.

    Reserves can never be shared out (law 78-763 art. 16 and 20).
    """
    reserves = position.factory_equity - position.capital - position.legal_reserve + position.losses_to_absorb
    lost = loss_on_capital(position.losses_to_absorb, position.capital, reserves)
    return Claims(
        at_par=(
            ("nobody_yet", position.gap),
            *((party, share * (position.capital - lost)) for party, share in shares.items()),
        ),
        rest="indivisible_reserves",
    )


SCOP = Form(
    code="scop",
    terms=ScopTerms,
    owner="indivisible_reserves",
    investors=("workers", "solidarity_lenders", "nobody_yet"),
    has_holding=False,
    buys=True,
    sells=False,
    borrows=True,
    charge=no_charge,
    tax=cooperative_bill,
    assess=cooperative_assessment,
    share=no_dividend,
    settle=held_in_common,
    forbids=unlawful,
)
