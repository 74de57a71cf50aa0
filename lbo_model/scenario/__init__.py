"""The frozen inputs: one factory, one weather, one policy (the law), and several deals.

Every field says its unit and bounds once; every cross-check of a record is a validator that raises a code and
facts, never a sentence. No default number lives here: a number that a scenario does not give is absent, not
guessed.
"""

from lbo_model.scenario.covenants import Covenants, Cure, Waiver
from lbo_model.scenario.deal import AnyDeal, BuyerFee, Deal, Exit, Fees, FinancingFee, Plan, Price
from lbo_model.scenario.factory import (
    AggregateOperations,
    Amount,
    Consequences,
    DetailedOperations,
    Factory,
    Machines,
    Pay,
)
from lbo_model.scenario.funding import (
    AFTER_LENDERS,
    AtMaturity,
    Funding,
    Lender,
    Loan,
    LoanSize,
    MinimumCash,
    Preferred,
    PreferredSize,
    Revolver,
    Stake,
    SweepStep,
)
from lbo_model.scenario.record import FIELDS_ALONE, Choice, Code, Entity, Investor, Record
from lbo_model.scenario.relocation import OwnersMoney, Relocation, WorkAbroad
from lbo_model.scenario.rescues import MostMoney, NewMoney, Rescues
from lbo_model.scenario.scenario import Citation, Knob, Scenario, Text
from lbo_model.scenario.weather import Crises, Event, Happening, Luck, Weather
from lbo_model.scenario.workforce import Workforce

__all__ = [
    "AFTER_LENDERS",
    "FIELDS_ALONE",
    "AggregateOperations",
    "Amount",
    "AnyDeal",
    "AtMaturity",
    "BuyerFee",
    "Choice",
    "Citation",
    "Code",
    "Consequences",
    "Covenants",
    "Crises",
    "Cure",
    "Deal",
    "DetailedOperations",
    "Entity",
    "Event",
    "Exit",
    "Factory",
    "Fees",
    "FinancingFee",
    "Funding",
    "Happening",
    "Investor",
    "Knob",
    "Lender",
    "Loan",
    "LoanSize",
    "Luck",
    "Machines",
    "MinimumCash",
    "MostMoney",
    "NewMoney",
    "OwnersMoney",
    "Pay",
    "Plan",
    "Preferred",
    "PreferredSize",
    "Price",
    "Record",
    "Relocation",
    "Rescues",
    "Revolver",
    "Scenario",
    "Stake",
    "SweepStep",
    "Text",
    "Waiver",
    "Weather",
    "WorkAbroad",
    "Workforce",
]
