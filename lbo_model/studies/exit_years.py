"""The same deal, ended earlier or later."""

from dataclasses import dataclass

import numpy as np

from lbo_model.engine import batch_shape, play
from lbo_model.measures import gain, owner_return
from lbo_model.position import Array
from lbo_model.scenario import Scenario
from lbo_model.studies.values import vary


@dataclass(frozen=True)
class ExitYears:
    """What the owner of a deal gets by year of the exit. Series have shape ``B + (years,)``."""

    years: Array
    """1, 2... up to the horizon; the first is later where the law keeps a buyer from selling before."""
    multiple: Array
    """Money received per euro put in."""
    irr: Array
    gain: Array
    """Of all owners of the shares, in money."""
    best_by_irr: Array
    """The year of the highest rate of return, the first of several; NaN where no year has one."""
    best_by_multiple: Array


def by_exit_year(scenario: Scenario, deal: str) -> ExitYears:
    """One run for each exit year from 1, or from the first lawful one, to the last that the horizon leaves
    it, all else equal; nobody follows.

    The form's owner is asked; a co-operative's members have a gain, but neither multiple nor rate.
    """
    shape = batch_shape(scenario)
    first = play(scenario, deal, shape)
    least = scenario.policy.held_at_least if first.form.sells else None
    years = np.arange(least or 1.0, scenario.horizon - first.start + 1.0)
    alone = followed_by_nobody(scenario, deal)
    results = [play(vary(alone, {f"deals.{deal}.exit.year": int(year)}), deal, shape) for year in years]
    owners = [owner_return(result, result.form.owner) for result in results]
    multiple = np.stack([owner["multiple"] for owner in owners], axis=-1)
    irr = np.stack([owner["irr"] for owner in owners], axis=-1)
    return ExitYears(
        years=years,
        multiple=multiple,
        irr=irr,
        gain=np.stack([gain(result) for result in results], axis=-1),
        best_by_irr=_best(years, irr),
        best_by_multiple=_best(years, multiple),
    )


def followed_by_nobody(scenario: Scenario, deal: str) -> Scenario:
    """The scenario without the deals that come after one."""
    after = scenario.chain(deal)[1:]
    deals = {name: one for name, one in scenario.deals.items() if name not in after}
    deals[deal] = deals[deal].model_copy(update={"then": None})
    return scenario.model_copy(update={"deals": deals})


def _best(years: Array, answers: Array) -> Array:
    """The year of the highest answer, NaN where there is none."""
    known = np.where(np.isnan(answers), -np.inf, answers)
    return np.where(np.all(np.isnan(answers), axis=-1), np.nan, years[np.argmax(known, axis=-1)])
