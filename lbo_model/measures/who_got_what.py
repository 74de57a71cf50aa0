"""What each party got, in cash and in claims, and what there was to share."""

import numpy as np

from lbo_model.engine import Result
from lbo_model.ledger import COMPANIES, PARTIES
from lbo_model.position import Array


def who_got_what(result: Result) -> dict[str, dict[str, Array]]:
    """Per party: cash, claims on the eve of closing, claims at the exit date, and ``total = cash + end -
    start``. What owners gave back after the sale is in the cash.

    The two companies are not parties: their cash belongs to those who hold claims on them.
    """
    until = result.counted
    zero = np.zeros(result.shape)
    answers = {}
    nets = result.ledger.nets()
    for party in PARTIES:
        if party == "market" or party in COMPANIES:
            continue
        cash = nets[party][..., until].sum(axis=-1) if party in nets else zero
        start = result.claims_start.get(party, zero)
        end = result.claims_end.get(party, zero)
        if np.any(cash) or np.any(start) or np.any(end):
            answers[party] = {
                "cash": cash,
                "claims_start": start,
                "claims_end": end,
                "total": cash + end - start,
            }
    return answers


def shared_out(result: Result) -> Array:
    """What there was to share: value added less machines, working capital and what a move abroad cost beside
    severance, plus the change in value.

    ``sum(value_added + rent - capex - leased - working_capital_built - moving_costs) + recovered in a
    winding-up + end_value - start_value``: rents go to a party, which buys machines with them. It equals the
    totals of ``who_got_what``, which are counted from payments.
    """
    lines = result.lines
    made = lines.value_added - lines.capex - lines.working_capital_built + lines.factory_recovered
    made = made + lines.rent - lines.leased + lines.lease_recovered - lines.moving_costs
    years = made[..., 1 : result.deal.exit.year + 1]
    return np.asarray(years.sum(axis=-1) + result.end_value - result.start_value)
