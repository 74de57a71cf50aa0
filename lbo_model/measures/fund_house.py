"""A fund's investors and its manager apart: who brought what, the tiers, and returns after fees and carry."""

import numpy as np

from lbo_model import equations
from lbo_model.engine import Result
from lbo_model.engine.fund_house import INVESTORS, MANAGER
from lbo_model.forms.fund import economics_of
from lbo_model.measures.returns import irr, money_multiple, owner_return
from lbo_model.position import Array


def fund_house(result: Result) -> dict[str, Array]:
    """What investors and manager paid and received, by tier; empty where the terms of the deal say nothing.

    ``contributions = invested + management_fees``. ``distributions = contributions_returned +
    preferred_return + catch_up + beyond = investors_received + carried_interest``, before and after the
    manager's part, which is ``carry_of_catch_up + carry_beyond``. ``investors_gain = investors_received -
    contributions``; ``manager_received = management_fees + carried_interest``, where what the manager gave
    back at the end is deducted. Gross is the deal for the fund as one party, net is what its investors are
    left with. Money, but for multiples and rates of return. What investors gave back after the sale, and what
    their manager then gave back to them, is taken off what each received.
    """
    economics, tiers = economics_of(result.deal.terms), result.waterfall
    if economics is None or tiers is None:
        return {}
    date, until = result.last_payment, result.counted

    def at_the_end(cumulated: Array) -> Array:
        return np.asarray(cumulated[..., date])

    fees = result.ledger.paid(INVESTORS, ("management_fee",))[..., until]
    carried = (
        result.ledger.received(MANAGER, ("carried_interest",))
        - result.ledger.paid(MANAGER, ("carried_interest_returned",))
    )[..., until]
    contributions, distributions = at_the_end(tiers.contributed), at_the_end(tiers.distributed)
    all_fees, all_carried = fees.sum(axis=-1), carried.sum(axis=-1)
    catch_up, beyond = at_the_end(tiers.catch_up), at_the_end(tiers.beyond)
    by_date = np.diff(tiers.distributed - tiers.contributed, axis=-1, prepend=0.0)[..., until]
    received = distributions - all_carried
    gross = owner_return(result, INVESTORS)
    carry, share = economics.carry, economics.catch_up
    return {
        "invested": contributions - all_fees,
        "management_fees": all_fees,
        "contributions": contributions,
        "distributions": distributions,
        "contributions_returned": at_the_end(tiers.contributions_returned),
        "preferred_return": at_the_end(tiers.preferred_return),
        "catch_up": catch_up,
        "beyond": beyond,
        "carry_of_catch_up": np.asarray(equations.carried_interest(catch_up, 0.0, carry, share)),
        "carry_beyond": np.asarray(equations.carried_interest(0.0, beyond, carry, share)),
        "carried_interest": all_carried,
        "investors_received": received,
        "investors_gain": received - contributions,
        "manager_received": all_fees + all_carried,
        "gross_multiple": gross["multiple"],
        "gross_irr": gross["irr"],
        "net_multiple": money_multiple(contributions, received),
        "net_irr": irr(by_date - carried),
    }
