"""Studies: the same run over other numbers, and the questions that a run answers backwards.

``values``: other numbers, a map, a target. ``comparable``: whether two deals may stand side by side.
``price``: the most that a buyer can pay. ``bids``: what each buyer of a scenario can pay, with and without
levers of policy. ``cover``: the largest debt, the least earnings. ``exit_years``: the same deal, ended
earlier or later. ``storms``: random weather, and how deals end in it. ``search``: how the largest number is
found for a whole batch.
"""

from lbo_model.studies.bids import highest_bids, with_levers, without_levers
from lbo_model.studies.comparable import differences
from lbo_model.studies.cover import Debt, Earnings, bearable_debt, ebitda_needed
from lbo_model.studies.exit_years import ExitYears, by_exit_year
from lbo_model.studies.price import Bid, at_price, highest_price
from lbo_model.studies.storms import Odds, odds, storms
from lbo_model.studies.values import grid, solve, vary

__all__ = [
    "Bid",
    "Debt",
    "Earnings",
    "ExitYears",
    "Odds",
    "at_price",
    "bearable_debt",
    "by_exit_year",
    "differences",
    "ebitda_needed",
    "grid",
    "highest_bids",
    "highest_price",
    "odds",
    "solve",
    "storms",
    "vary",
    "with_levers",
    "without_levers",
]
