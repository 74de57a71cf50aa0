"""How high each buyer of a scenario can bid for the return that it declares, with and without levers of law.

The price is no input of a lever: it is what the buyers' highest bids make of it.
"""

from lbo_model.forms.law import Policy
from lbo_model.forms.levers import LEVERS
from lbo_model.scenario import Scenario
from lbo_model.studies.price import Bid, highest_price


def highest_bids(scenario: Scenario) -> dict[str, Bid]:
    """The highest price of each deal at which its owner earns what ``required_return`` says, under the
    scenario's law, by deal; deals that declare none are left out. See ``highest_price``.
    """
    return {
        name: highest_price(scenario, name, deal.required_return)
        for name, deal in scenario.deals.items()
        if deal.required_return is not None
    }


def without_levers(scenario: Scenario) -> Scenario:
    """The scenario under the law as it is: levers of policy are off, and equity may be thin beside debt.

    Numbers of the law that a file has changed, such as the interest that may be deducted, stay as they are.
    """
    law = scenario.policy
    limit = law.interest_limit
    if limit is not None:
        limit = limit.model_copy(update={"least_equity_to_debt": None})
    off = {**dict.fromkeys(LEVERS), "interest_limit": limit}
    return scenario.model_copy(update={"policy": law.model_copy(update=off)})


def with_levers(scenario: Scenario, law: Policy) -> Scenario:
    """The scenario with the levers of another law, and no others; the rest of its own law stays.

    Of the limit on interest the least equity beside debt is a lever; a scenario whose law says no limit
    takes over the other law's where that has one of these.
    """
    bare = without_levers(scenario)
    changed = {name: getattr(law, name) for name in LEVERS}
    if law.interest_limit is not None and law.interest_limit.least_equity_to_debt is not None:
        thin = {"least_equity_to_debt": law.interest_limit.least_equity_to_debt}
        limit = bare.policy.interest_limit
        changed["interest_limit"] = law.interest_limit if limit is None else limit.model_copy(update=thin)
    return bare.model_copy(update={"policy": bare.policy.model_copy(update=changed)})
