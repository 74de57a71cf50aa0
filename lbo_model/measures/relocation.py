"""What moving jobs abroad would bring to whoever decides it: to an operator who stays, to a fund that sells,
and what workers could offer instead.

A calculation beside the run: no deal moves its jobs. Every argument is a Number of any batch shape; costs
fall on the day of the decision, savings at the end of each year after it.
"""

from dataclasses import dataclass

import numpy as np

from lbo_model import equations
from lbo_model.position import Number


@dataclass(frozen=True)
class Move:
    """Jobs to be moved, what they cost here and there, and what moving them costs.

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
        return self.jobs * self.hours * (self.labour_cost - self.labour_cost_abroad / self.productivity)

    @property
    def saving(self) -> Number:
        """``realised * full_saving``. Money a year."""
        return self.realised * self.full_saving

    @property
    def cost(self) -> Number:
        """``jobs * (severance_per_job + moving_per_job) + ramp_up + site``. Money, once."""
        return self.jobs * (self.severance_per_job + self.moving_per_job) + self.ramp_up + self.site


def worth_of_years(rate: Number, years: Number) -> Number:
    """Worth today of one euro at the end of each year: ``(1 - (1 + rate) ** -years) / rate``."""
    return 1.0 / equations.lease_rent(1.0, rate, years)


def payback(move: Move) -> Number:
    """Years of savings that pay for the move, before tax: ``cost / saving``; else infinite."""
    years = equations.ratio(move.cost, np.maximum(0.0, move.saving), otherwise=np.inf)
    return np.asarray(years)


def operator_gain(move: Move, tax_rate: Number, rate: Number, years: Number) -> Number:
    """Present value for an owner who stays: ``(1 - tax_rate) * (saving * worth_of_years - cost)``. Money."""
    return (1.0 - tax_rate) * (move.saving * worth_of_years(rate, years) - move.cost)


def fund_gain(
    move: Move, tax_rate: Number, multiple: Number, confidence: Number, hurdle: Number, years: Number
) -> Number:
    """Net present value for a fund that sells after so many ``years``.

    ``multiple * confidence * full_saving / (1 + hurdle) ** years + (1 - tax_rate) * (saving * worth_of_years
    - cost)``: the next buyer pays its multiple of EBITDA for the part of the saving that it believes in.
    Money.
    """
    sold = multiple * confidence * move.full_saving / (1.0 + hurdle) ** years
    return sold + operator_gain(move, tax_rate, hurdle, years)


def counter_offer(move: Move, rate: Number, years: Number) -> Number:
    """The yearly cut in labour cost at which an owner who stays gains as much by staying: ``max(0, saving -
    cost / worth_of_years)``. Money a year; the tax rate is of no consequence, for it bears on both alike.
    """
    return np.maximum(0.0, move.saving - move.cost / worth_of_years(rate, years))


def counter_offer_to_fund(
    move: Move, tax_rate: Number, multiple: Number, confidence: Number, hurdle: Number, years: Number
) -> Number:
    """The same for a fund that sells: a cut whose worth, sold at the same multiple and believed in as much,
    is ``fund_gain``.

    ``max(0, fund_gain) / (multiple * confidence / (1 + hurdle) ** years + (1 - tax_rate) * worth_of_years)``.
    Money a year.
    """
    gain = fund_gain(move, tax_rate, multiple, confidence, hurdle, years)
    a_year = multiple * confidence / (1.0 + hurdle) ** years + (1.0 - tax_rate) * worth_of_years(
        hurdle, years
    )
    return np.maximum(0.0, gain) / a_year
