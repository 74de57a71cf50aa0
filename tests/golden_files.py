"""Golden files: who got what in each shipped scenario, in cents, so that a review shows euros moving."""

from pathlib import Path

import numpy as np

from lbo_model import load, run
from lbo_model.measures import debt_repaid, gain, who_got_what
from lbo_model.scenario_file import shipped_names

FOLDER = Path(__file__).parent / "golden"


def written(name: str) -> str:
    """The golden file of a shipped scenario, as it is today."""
    scenario = load(name).scenario
    assert scenario is not None, f"{name} has problems"
    rows = ["deal,line,cash,claims_start,claims_end,total"]
    for deal, result in run(scenario).deals.items():
        for party, got in who_got_what(result).items():
            rows.append(f"{deal},{party}," + ",".join(cents(amount) for amount in got.values()))
        rows.append(f"{deal},gain of the owners,,,,{cents(gain(result))}")
        for line, amount in debt_repaid(result).items():
            rows.append(f"{deal},loans {line.replace('_', ' ')},,,,{cents(amount)}")
        rows.append(f"{deal},machines owed,,,,{cents(result.eve.machines_owed)}")
    return "\n".join(rows) + "\n"


def cents(amount: object) -> str:
    """An amount to the cent, without a minus before a zero."""
    return f"{float(np.round(np.asarray(amount, dtype=np.float64), 2)) + 0.0:.2f}"


def names() -> list[str]:
    """Shipped scenarios that have a deal."""
    found = {name: load(name).scenario for name in shipped_names()}
    return [name for name, scenario in found.items() if scenario is not None and scenario.deals]
