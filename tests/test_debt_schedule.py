"""The debt as lenders write it, and the sale as a seller reads it: both add up, in every life."""

import numpy as np
import pytest

from lbo_model.engine import run
from lbo_model.measures import debt_schedule, sale_account
from lbo_model.scenario_file import load, shipped_names
from lbo_model.studies import vary
from tests.scenario_texts import scenario_of
from tests.test_chain import FOUR_FUNDS
from tests.test_formulas import ALL_KINDS, LEASED, WEATHERS

FILES = {**dict.fromkeys(shipped_names()), "four.yaml": FOUR_FUNDS, "kinds.yaml": ALL_KINDS}
FILES["leased.yaml"] = LEASED


@pytest.mark.parametrize("weather", WEATHERS)
@pytest.mark.parametrize("name", FILES)
def test_each_loan_rolls_forward_and_contracts_are_counted_once(name: str, weather: str) -> None:
    scenario = scenario_of(load(name, FILES[name]) if FILES[name] else load(name))
    if WEATHERS[weather] is not None:
        scenario = vary(scenario, {"weather.demand": WEATHERS[weather]})
    for result in run(scenario).deals.values():
        found = debt_schedule(scenario, result)
        for loan in found.values():
            total = (
                loan["opening"]
                + loan["drawn"]
                + loan["capitalised"]
                - loan["written_off"]
                - loan["converted"]
            )
            total = total - loan["scheduled"] - loan["early"] - loan["at_the_end"]
            np.testing.assert_allclose(total, loan["closing"], atol=1e-6)
            assert np.nanmin(loan["scheduled"]) >= 0.0
            assert np.nanmin(loan["early"]) >= -1e-6
        sound = result.status("holding") == 0
        lenders = [loan["scheduled"] for name, loan in found.items() if name != "leases"]
        asked = sum(lenders, np.zeros(result.dates))
        kept = sound & (result.status("factory") == 0)
        np.testing.assert_allclose(asked[kept], result.lines.principal_due[kept], atol=1e-6)


@pytest.mark.parametrize("weather", WEATHERS)
@pytest.mark.parametrize("name", FILES)
def test_the_price_goes_to_lenders_costs_and_owners(name: str, weather: str) -> None:
    scenario = scenario_of(load(name, FILES[name]) if FILES[name] else load(name))
    if WEATHERS[weather] is not None:
        scenario = vary(scenario, {"weather.demand": WEATHERS[weather]})
    for result in run(scenario).deals.values():
        account = sale_account(result)
        assert bool(account) == result.form.sells
        if not account:
            continue
        value = account["by_multiple"] + account["machines_deducted"] + account["distress_discount"]
        assert value == pytest.approx(account["enterprise_value"], abs=1e-6)
        used = (
            "enterprise_value",
            "cash",
            "owed_to_workers_and_state",
            "lease_debt",
            "debt_repaid",
            "missing_money_repaid",
        )
        left = sum(account[part] for part in (*used, "costs", "manager_fee", "left_to_the_buyer"))
        assert left == pytest.approx(account["to_owners"], abs=1e-4)
        assert account["preferred"] + account["ordinary"] == pytest.approx(account["to_owners"], abs=1e-6)
