"""How corporate tax of one year is computed, line by line: from EBITDA to result, taxable profit and tax."""

from dataclasses import dataclass

import numpy as np

from lbo_model.position import Number


@dataclass(frozen=True)
class TaxReturn:
    """How the tax of one company, or of a tax group, comes about in one year. Money, but for ``rate``.

    ``result = ebitda + relief + deposit_interest - severance - moving_costs - charge - depreciation -
    participation - interest - shareholder_interest - fees + interest_not_deducted + taxed_dividends``;
    ``taxable = result + loss - losses_used - labour_share - levy - provision``; ``tax = rate * taxable``;
    ``losses_opening + losses_added - losses_used = losses_closing``.
    """

    result: Number
    """Before past losses and before what a co-operative gives its workers and keeps to invest."""
    losses_opening: Number
    losses_used: Number
    losses_closing: Number
    rate: Number
    tax: Number
    ebitda: Number = 0.0
    severance: Number = 0.0
    moving_costs: Number = 0.0
    relief: Number = 0.0
    deposit_interest: Number = 0.0
    charge: Number = 0.0
    depreciation: Number = 0.0
    participation: Number = 0.0
    """Of the year before, which is paid and deducted in this one, and its levy."""
    interest: Number = 0.0
    """Of loans, paid or added to them."""
    shareholder_interest: Number = 0.0
    fees: Number = 0.0
    """Financing fees expensed this year, as far as the law deducts them."""
    interest_not_deducted: Number = 0.0
    """The part of ``net_interest`` above ``interest_limit``, added back."""
    taxed_dividends: Number = 0.0
    labour_share: Number = 0.0
    """A co-operative's, which is granted out of this year's surplus."""
    levy: Number = 0.0
    """On the labour share."""
    provision: Number = 0.0
    """What a co-operative sets aside to invest, as much as the smaller of labour share and reserves."""
    net_interest: Number = 0.0
    """Interest of loans less interest on cash, which the law limits."""
    interest_limit: Number = float("inf")
    """The most of it that may be deducted; infinite where the law has no limit."""

    @property
    def loss(self) -> Number:
        """A result below zero, on which there is no tax: ``max(0, -result)``."""
        return np.maximum(0.0, -self.result)

    @property
    def losses_added(self) -> Number:
        """What the year adds to the losses carried on: ``losses_closing - losses_opening + losses_used``."""
        return self.losses_closing - self.losses_opening + self.losses_used

    @property
    def taxable(self) -> Number:
        """What the rate is applied to."""
        shared = self.labour_share + self.levy + self.provision
        return self.result + self.loss - self.losses_used - shared
