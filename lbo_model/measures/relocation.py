"""What moving jobs abroad brings to whoever decides it: to an operator who stays, to a fund that sells, and
what workers could offer instead.

Every argument is a Number of any batch shape; costs fall on the day of the decision, savings at the end of
each year after it.
"""

from dataclasses import dataclass

import numpy as np

from lbo_model import equations
from lbo_model.engine import Result
from lbo_model.position import Array, Number
from lbo_model.quantities import TOLERANCE


@dataclass(frozen=True)
class Move:
    """Jobs to be moved, what they cost here and there, and what moving them costs: the sum done on paper.

    Labour costs are per hour, contributions included; ``productivity`` is that of the site abroad beside this
    one; ``realised`` is the part of the saving that comes about. Money, but for these two shares.
    """

    jobs: Number
    hours: Number
    """Of one job in a year."""
    labour_cost: Number
    labour_cost_abroad: Number
    productivity: Number
    realised: Number
    severance_per_job: Number
    moving_per_job: Number
    ramp_up: Number
    site: Number

    @property
    def labour(self) -> Number:
        """What the jobs cost here in a year: ``jobs * hours * labour_cost``."""
        return self.jobs * self.hours * self.labour_cost

    @property
    def full_saving(self) -> Number:
        """What the same work costs less abroad: ``jobs * hours * (labour_cost - labour_cost_abroad /
        productivity)``. Money a year.
        """
        work = self.jobs * self.hours
        return equations.full_saving(self.labour, work, self.labour_cost_abroad, self.productivity)

    @property
    def saving(self) -> Number:
        """``realised * full_saving``. Money a year."""
        return self.realised * self.full_saving

    @property
    def cost(self) -> Number:
        """``jobs * (severance_per_job + moving_per_job) + ramp_up + site``. Money, once."""
        return self.jobs * (self.severance_per_job + self.moving_per_job) + self.ramp_up + self.site


def worth_of_years(rate: Number, years: Number) -> Number:
    """Worth today of one euro at the end of each year: ``(1 - (1 + rate) ** -years) / rate``; ``years`` where
    the rate is 0.
    """
    safe = np.where(np.equal(rate, 0.0), 1.0, rate)
    return np.where(np.equal(rate, 0.0), years, (1.0 - (1.0 + safe) ** -np.asarray(years, float)) / safe)


def payback(saving: Number, cost: Number) -> Number:
    """Years of savings that pay for the move, before tax: ``cost / saving``; else infinite."""
    return np.asarray(equations.ratio(cost, np.maximum(0.0, saving), otherwise=np.inf))


def operator_gain(saving: Number, cost: Number, tax_rate: Number, rate: Number, years: Number) -> Number:
    """Present value for an owner who stays: ``(1 - tax_rate) * (saving * worth_of_years - cost)``. Money."""
    return (1.0 - tax_rate) * (saving * worth_of_years(rate, years) - cost)


def fund_gain(
    saving: Number, cost: Number, tax_rate: Number, sold: Number, hurdle: Number, years: Number
) -> Number:
    """Net present value for a fund that sells after so many ``years``: ``sold / (1 + hurdle) ** years + (1 -
    tax_rate) * (saving * worth_of_years - cost)``.

    ``sold``: what the next buyer pays for the saving, its multiple of EBITDA times the part it believes in.
    Money.
    """
    return sold / (1.0 + hurdle) ** years + operator_gain(saving, cost, tax_rate, hurdle, years)


def counter_offer(saving: Number, cost: Number, rate: Number, years: Number) -> Number:
    """The yearly cut in labour cost at which an owner who stays gains as much by staying: ``max(0, saving -
    cost / worth_of_years)``. Money a year; the tax rate is of no consequence, for it bears on both alike.
    """
    worth = worth_of_years(rate, years)
    return np.maximum(0.0, saving - equations.ratio(cost, worth, otherwise=np.inf))


def counter_offer_to_fund(
    gain: Number, tax_rate: Number, sold_a_euro: Number, hurdle: Number, years: Number
) -> Number:
    """The same for a fund that sells: a cut whose worth, sold to the same buyer, is its ``gain``.

    ``max(0, gain) / (sold_a_euro / (1 + hurdle) ** years + (1 - tax_rate) * worth_of_years)``;
    ``sold_a_euro``: what that buyer pays for one euro a year. Money a year.
    """
    a_year = sold_a_euro / (1.0 + hurdle) ** years + (1.0 - tax_rate) * worth_of_years(hurdle, years)
    return np.maximum(0.0, gain) / a_year


def relocation(result: Result) -> dict[str, Array]:
    """The move that the plan declares, whether it happened or not; nothing where it declares none.

    ``jobs_moved``: workers who lost their jobs. ``cost``: once; ``saving``: a year, from the next;
    ``payback``: years, NaN where it is never paid back. ``gain``, ``counter_offer``: at the return that the
    deal requires, over the years from the decision until the exit, at the prices and the rate of tax of the
    move's year: of an owner that sells at the exit's multiple, or of one that stays; NaN where no return is
    required. ``counter_offer_share``: of what the work costs here.
    """
    plan = result.deal.plan.relocation
    if plan is None:
        return {}
    lines, dates = result.lines, slice(1, result.deal.exit.year + 1)
    jobs, cost, saving, labour = (
        np.asarray(np.nan_to_num(series[..., dates]).sum(axis=-1))
        for series in (lines.jobs_moved, lines.move_cost, lines.move_saving, lines.move_labour_cost)
    )
    years = np.asarray(payback(saving, cost))
    found = {
        "jobs_moved": jobs,
        "cost": cost,
        "saving": saving,
        "payback": np.where(np.isinf(years), np.nan, years),
    }
    gain, offer = _judged(result, plan.year, saving, cost)
    share = equations.ratio(offer, labour, otherwise=np.nan)
    judged = {"gain": gain, "counter_offer": offer, "counter_offer_share": share}
    return found | {
        name: np.where(labour > TOLERANCE, one, np.nan) + np.zeros(result.shape)
        for name, one in judged.items()
    }


def _judged(result: Result, year: Number, saving: Number, cost: Number) -> tuple[Number, Number]:
    """Gain and counter-offer, as the owner itself would count them."""
    asked = result.deal.required_return
    if asked is None:
        return np.nan, np.nan
    exit_, tax = result.deal.exit, result.policy.corporate_tax.rate
    years = np.maximum(0.0, exit_.year - np.asarray(year))
    rate = sum(
        (np.equal(year, date) * np.asarray(tax.at(result.start + date)) for date in range(1, exit_.year + 1)),
        np.zeros(()),
    )
    if not result.form.sells:
        return operator_gain(saving, cost, rate, asked, years), counter_offer(saving, cost, asked, years)
    # A buyer who looks at the year that ends sees nothing yet of a move at its end.
    seen = (years > 0.0) | (exit_.basis == "forward")
    multiple = np.where(seen, exit_.multiple_after(result.closing.multiple), 0.0)
    gain = fund_gain(saving, cost, rate, multiple * saving, asked, years)
    return gain, counter_offer_to_fund(gain, rate, np.where(seen, multiple, 1.0), asked, years)
