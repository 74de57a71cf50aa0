"""The named quantities of the model, in the order in which a teacher would tell them.

One quantity, one function, one formula. Every argument is a Number of batch shape ``B`` of **one** year or
date: an equation never sees time. Money in the scenario's currency, rates and shares as fractions. Where a
division could meet a zero, both branches are computed on a safe divisor.
"""

from lbo_model.equations.cash import capex_lenders_first, drawn, swept
from lbo_model.equations.deal import (
    converted,
    debt_service_cover,
    enterprise_value,
    most_acquisition_debt,
    price_of_shares,
    total_uses,
)
from lbo_model.equations.debt import (
    annuity_principal,
    commitment_fee,
    floating_rate,
    interest_on_average,
    interest_on_opening,
    left_at_maturity,
    linear_principal,
    most_debt,
    paid_by_rank,
)
from lbo_model.equations.factory import (
    depreciation,
    ebitda,
    gross_pay_per_head,
    headcount,
    sales,
    value_added,
)
from lbo_model.equations.fund import carried_interest, catch_up_due, management_fee, preferred_return
from lbo_model.equations.leasing import lease_rent, lease_repaid
from lbo_model.equations.luck import demand_missing, log_demand, log_variance, lucky_demand
from lbo_model.equations.machines import (
    capacity,
    equipment,
    growth_machines,
    market_share,
    quality,
    required_equipment,
    served,
    turned_away,
    wear,
)
from lbo_model.equations.number import Number, ratio
from lbo_model.equations.owners import gain_shared, ratchet_hurdle, ratchet_tier
from lbo_model.equations.profit import (
    cooperative_participation_floor,
    cooperative_surplus,
    cooperative_tax,
    corporate_tax,
    deductible_interest,
    equity_is_thin,
    lawful_split,
    legal_reserve_allocation,
    loss_on_capital,
    losses_used,
    participation,
    taxable_dividends,
)
from lbo_model.equations.workforce import (
    hired,
    hiring_cost,
    idle_work,
    paid_work,
    severance,
    short_time_pay,
    temporary_workers,
)

__all__ = [
    "Number",
    "annuity_principal",
    "capacity",
    "capex_lenders_first",
    "carried_interest",
    "catch_up_due",
    "commitment_fee",
    "converted",
    "cooperative_participation_floor",
    "cooperative_surplus",
    "cooperative_tax",
    "corporate_tax",
    "debt_service_cover",
    "deductible_interest",
    "demand_missing",
    "depreciation",
    "drawn",
    "ebitda",
    "enterprise_value",
    "equipment",
    "equity_is_thin",
    "floating_rate",
    "gain_shared",
    "gross_pay_per_head",
    "growth_machines",
    "headcount",
    "hired",
    "hiring_cost",
    "idle_work",
    "interest_on_average",
    "interest_on_opening",
    "lawful_split",
    "lease_rent",
    "lease_repaid",
    "left_at_maturity",
    "legal_reserve_allocation",
    "linear_principal",
    "log_demand",
    "log_variance",
    "loss_on_capital",
    "losses_used",
    "lucky_demand",
    "management_fee",
    "market_share",
    "most_acquisition_debt",
    "most_debt",
    "paid_by_rank",
    "paid_work",
    "participation",
    "preferred_return",
    "price_of_shares",
    "quality",
    "ratchet_hurdle",
    "ratchet_tier",
    "ratio",
    "required_equipment",
    "sales",
    "served",
    "severance",
    "short_time_pay",
    "swept",
    "taxable_dividends",
    "temporary_workers",
    "total_uses",
    "turned_away",
    "value_added",
    "wear",
]
