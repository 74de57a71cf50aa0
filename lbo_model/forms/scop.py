"""The co-operative of workers (SCOP) by transformation: the factory itself borrows and buys its own shares
back.

One company, one estate: the debt lies beside the machines. Surplus is split by law between labour, reserves
that can never be shared out, and interest on shares; shares are worth par, less losses.
"""

from collections.abc import Mapping
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
from lbo_model.forms.law import Policy
from lbo_model.forms.ordinary import interest_not_deducted, no_charge
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


def cooperative_bill(terms: Terms, policy: Policy, year: Year) -> Bill:
    """Tax and legal split of the surplus, solved together (law 78-763 art. 33).

    Past losses are made good first, free of tax. Interest above the law's limit is taxed, even in a year of
    loss, and tax that profit does not cover makes the loss larger. The labour share is accrued now and paid
    when it is no longer blocked; interest on shares and the levy are paid the year after.
    """
    assert isinstance(terms, ScopTerms), "a co-operative is run on the terms of a co-operative"
    assert policy.cooperative is not None, "a scenario with a co-operative states the law of co-operatives"
    opening, operations, law = year.opening, year.operations, policy.cooperative
    relief = (
        0.0 if terms.production_tax_relief is None else terms.production_tax_relief
    ) * operations.production_taxes
    profit = (
        operations.ebitda
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
    labour_share = terms.labour_share * surplus
    return Bill(
        factory_tax=tax,
        interest_not_deducted=kept,
        labour_share=labour_share,
        levy=law.levy * labour_share,
        share_interest=terms.share_interest * surplus,
        legal_reserve=legal_reserve_allocation(
            surplus, law.legal_reserve, opening.capital, opening.legal_reserve
        ),
        relief=relief,
        losses_to_absorb=opening.losses_to_absorb - absorbed + np.maximum(tax - (profit - absorbed), 0.0),
    )


def no_dividend(terms: Terms, payout: Number, cash: Number) -> Number:
    """A co-operative pays its members interest on shares out of the split, and no other dividend."""
    return 0.0 * cash


def unlawful(terms: Terms, policy: Policy, purchase: Purchase) -> Mapping[str, NDArray[np.bool_]]:
    """What forbids a purchase by a SCOP: too few workers' shares or votes, an unlawful split, equity eaten by
    price.

    Buying its own shares back takes the whole price out of equity, which must stay above half of the capital.
    """
    assert isinstance(terms, ScopTerms), "a co-operative is run on the terms of a co-operative"
    assert policy.cooperative is not None, "a scenario with a co-operative states the law of co-operatives"
    law = policy.cooperative
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
    share=no_dividend,
    settle=held_in_common,
    forbids=unlawful,
)
