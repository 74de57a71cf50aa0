"""Three statements of factory, holding and group, drawn from three places.

Income statements come from the lines (the equations), cash flows from the ledger (the payments), balance
sheets from the positions (the stocks). That they tie proves something. Costs are positive numbers under their
own name: ``net_income = ebitda - depreciation - interest ...``; cash flows are signed, receipts positive.
Every line is a series of shape ``B + (dates,)``.

The group is the holding with its factory, as long as it owns it: at the date of a sale only the holding is
left, and the factory's cash leaves with the factory.
"""

from collections.abc import Mapping

import numpy as np

from lbo_model.engine import Result
from lbo_model.ledger import COMPANIES
from lbo_model.position import Array

Statement = dict[str, Array]
Statements = dict[str, dict[str, Statement]]

CASH_LINES: Mapping[str, frozenset[str]] = {
    "operations": frozenset(
        {
            "sales",
            "purchases",
            "other_costs",
            "rent",
            "gross_pay",
            "employer_charges",
            "short_time_pay",
            "short_time_money",
            "hiring",
            "severance",
            "work_abroad",
            "moving_costs",
            "closing_severance",
            "production_taxes",
            "working_capital_built",
            "working_capital_released",
            "monitoring_fee",
            "deposit_interest",
        }
    ),
    "workers_share_of_profit": frozenset({"participation", "levy", "labour_share"}),
    "tax": frozenset({"corporate_tax", "tax_to_holding"}),
    "machines": frozenset(
        {
            "machines",
            "machines_sold",
            "working_capital_recovered",
            "taken_over",
            "bills_unpaid",
            "suppliers_paid",
        }
    ),
    "interest": frozenset({"interest"}),
    "borrowed": frozenset({"loan", "credit_line_drawn", "missing_money"}),
    "repaid": frozenset({"principal", "credit_line_repaid", "old_debt_repaid"}),
    "fees": frozenset(
        {"buyer_fees", "transaction_fee", "financing_fee", "exit_costs", "exit_fee", "court_costs"}
    ),
    "price": frozenset({"price_of_shares", "debt_taken_over"}),
    "between_companies": frozenset({"advance", "advance_repaid", "capital_increase"}),
    "owners": frozenset(
        {
            "equity",
            "shareholder_loan",
            "preference_shares",
            "dividend",
            "interest_on_shares",
            "shareholder_loan_repaid",
            "preference_shares_repaid",
            "sale_proceeds",
            "ratchet",
            "gain_share",
            "par_repaid",
            "liquidation_rest",
            "clawback",
        }
    ),
}
"""Which reasons of the ledger make each line of a cash flow statement; every reason belongs to exactly one
line.
"""


def statements(result: Result) -> Statements:
    """Income statement, cash flow and balance sheet of ``factory``, ``holding`` and ``group``.

    A form without a holding has an empty one (all zeros), and its group is its factory.
    """
    factory = {
        "income_statement": _factory_income(result),
        "cash_flow": _cash_flow(result, "factory"),
        "balance_sheet": _factory_balance(result),
    }
    holding = {
        "income_statement": _holding_income(result),
        "cash_flow": _cash_flow(result, "holding"),
        "balance_sheet": _holding_balance(result),
    }
    group = _group(result, factory, holding) if result.form.has_holding else factory
    return {"factory": factory, "holding": holding, "group": group}


def _factory_income(result: Result) -> Statement:
    lines = result.lines
    return {
        "sales": _since_closing(lines.sales),
        "purchases": _since_closing(lines.purchases),
        "other_costs": _since_closing(lines.other_costs),
        "rents": _since_closing(lines.rent),
        "hiring": lines.hiring,
        "work_abroad": _since_closing(lines.work_abroad),
        "value_added": _since_closing(lines.value_added),
        "production_taxes": _since_closing(lines.production_taxes),
        "gross_pay": _since_closing(lines.gross_pay),
        "employer_charges": _since_closing(lines.employer_charges),
        "short_time_pay": lines.short_time_pay,
        "short_time_money": lines.short_time_money,
        "ebitda": _since_closing(lines.ebitda),
        "severance": lines.severance,
        "moving_costs": lines.moving_costs,
        "production_tax_relief": lines.relief,
        "owners_charge": lines.charge,
        "depreciation": lines.depreciation,
        "interest": lines.factory_interest,
        "deposit_interest": lines.factory_deposit_interest,
        "fees": lines.factory_fees + lines.factory_buyer_fees,
        "participation": lines.participation,
        "levy": lines.levy,
        "labour_share": lines.labour_share,
        "tax": lines.factory_tax,
        "assets_lost": lines.factory_assets_lost,
        "closing_severance": lines.closing_severance,
        "court_costs": lines.factory_court_costs,
        "clawback": lines.clawback,
        "debt_forgiven": lines.factory_debt_forgiven,
        "net_income": lines.factory_net_income,
    }


def _since_closing(series: Array) -> Array:
    """The year before closing belongs to the seller: at date 0 only what closing day itself does is shown."""
    own = np.array(series)
    own[..., 0] = 0.0
    return own


def _holding_income(result: Result) -> Statement:
    lines = result.lines
    return {
        "dividends_received": lines.holding_dividends,
        "interest": lines.holding_interest,
        "shareholder_interest": lines.shareholder_interest,
        "deposit_interest": lines.holding_deposit_interest,
        "fees": lines.holding_fees + lines.holding_buyer_fees,
        "tax_saved": np.maximum(lines.holding_tax_saved, 0.0),
        "tax": np.maximum(-lines.holding_tax_saved, 0.0),
        "gain_on_sale": lines.holding_gain_on_sale,
        "exit_costs": lines.holding_exit_costs,
        "debt_forgiven": lines.holding_debt_forgiven,
        "shareholder_loans_lost": lines.shareholder_loans_lost,
        "net_income": lines.holding_net_income,
    }


def _cash_flow(result: Result, company: str) -> Statement:
    """Cash of one company from the ledger alone: opening cash, each kind of payment, closing cash."""
    ledger = result.ledger
    kinds = {
        kind: _until(ledger.received(company, reasons) - ledger.paid(company, reasons), result)
        for kind, reasons in CASH_LINES.items()
    }
    change = _until(ledger.net(company), result)
    return _rolled(kinds, change, result.opening_cash if company == "factory" else np.zeros(result.shape))


def _until(series: Array, result: Result) -> Array:
    """NaN after the sale, where the ledger has nothing to say."""
    return np.where(np.isnan(result.positions.machines), np.nan, series)


def _rolled(kinds: Statement, change: Array, opening: Array) -> Statement:
    closing = np.asarray(opening)[..., None] + np.cumsum(change, axis=-1)
    return {"opening_cash": closing - change, **kinds, "change": change, "closing_cash": closing}


def _loans_of(result: Result, entity: str) -> Array:
    positions, funding = result.positions, result.deal.funding
    total = np.zeros_like(positions.machines)
    for loan, balance in zip(funding.loans.values(), positions.loans, strict=True):
        total = total + (balance if loan.entity == entity else 0.0)
    at_entity = funding.revolver is not None and funding.revolver.entity == entity
    return total + (positions.revolver if at_entity else 0.0)


def _shareholder_loans(result: Result) -> Array:
    pairs = zip(result.deal.funding.preferred.values(), result.positions.preferred, strict=True)
    loans = [balance for one, balance in pairs if one.kind == "shareholder_loan"]
    return sum(loans, np.zeros_like(result.positions.machines))


def _factory_balance(result: Result) -> Statement:
    positions = result.positions
    assets = {
        "cash": positions.factory_cash,
        "machines": positions.machines,
        "working_capital": positions.working_capital,
        "unamortised_fees": positions.factory_unamortised_fees,
    }
    claims = {
        "loans": _loans_of(result, "factory"),
        "owed_to_owner": positions.advance,
        "missing_money": np.zeros_like(positions.gap) if result.form.has_holding else positions.gap,
        "participation_owed": positions.participation_owed,
        "levy_owed": positions.levy_owed,
        "labour_share_owed": sum(positions.labour_share_owed, np.zeros_like(positions.machines)),
        "share_interest_owed": positions.share_interest_owed,
        "equity": positions.factory_equity,
    }
    return _sheet(assets, claims)


def _holding_balance(result: Result) -> Statement:
    positions = result.positions
    held = np.zeros_like(positions.advance)
    if result.form.has_holding:
        held = np.where(_sold(result), 0.0, positions.advance)
    assets = {
        "cash": positions.holding_cash,
        "shares_in_factory": positions.shares_in_factory,
        "advance_to_factory": held,
        "unamortised_fees": positions.holding_unamortised_fees,
    }
    claims = {
        "loans": _loans_of(result, "holding"),
        "missing_money": positions.gap if result.form.has_holding else np.zeros_like(positions.gap),
        "shareholder_loans": _shareholder_loans(result),
        "equity": positions.holding_equity,
    }
    return _sheet(assets, claims)


def _sheet(assets: Statement, claims: Statement) -> Statement:
    total_assets = sum(assets.values(), np.zeros(()))
    total_claims = sum(claims.values(), np.zeros(()))
    return {**assets, "total_assets": total_assets, **claims, "total_claims": total_claims}


def _sold(result: Result) -> Array:
    """True at the date of the sale, when the holding no longer owns its factory."""
    dates = np.arange(result.dates)
    return np.broadcast_to(
        result.form.sells & (dates == result.deal.exit.year), result.positions.machines.shape
    )


def _group(
    result: Result, factory: dict[str, Statement], holding: dict[str, Statement]
) -> dict[str, Statement]:
    """Both companies as one: what they owe each other and pay each other is left out."""
    return {
        "income_statement": _group_income(result, factory["income_statement"], holding["income_statement"]),
        "cash_flow": _group_cash_flow(result),
        "balance_sheet": _group_balance(result, factory["balance_sheet"], holding["balance_sheet"]),
    }


def _group_income(result: Result, below: Statement, above: Statement) -> Statement:
    lines = result.lines
    own = {name: below[name] for name in list(below)[: list(below).index("interest")]}
    net_income = (
        below["net_income"]
        + above["net_income"]
        - above["dividends_received"]
        - above["gain_on_sale"]
        + lines.group_gain_on_sale
    )
    return {
        **own,
        "interest": below["interest"] + above["interest"],
        "shareholder_interest": above["shareholder_interest"],
        "deposit_interest": below["deposit_interest"] + above["deposit_interest"],
        "fees": below["fees"] + above["fees"],
        "participation": below["participation"],
        "levy": below["levy"],
        "labour_share": below["labour_share"],
        "tax": lines.group_tax,
        "gain_on_sale": lines.group_gain_on_sale,
        "exit_costs": above["exit_costs"],
        "assets_lost": below["assets_lost"],
        "closing_severance": below["closing_severance"],
        "court_costs": below["court_costs"],
        "clawback": below["clawback"],
        "debt_forgiven": below["debt_forgiven"] + above["debt_forgiven"],
        "shareholder_loans_lost": above["shareholder_loans_lost"],
        "net_income": net_income,
    }


def _group_cash_flow(result: Result) -> Statement:
    outside: dict[str, Array] = {}
    zero = np.zeros((*result.shape, result.dates))
    for kind, reasons in CASH_LINES.items():
        total = zero
        for (payer, payee, reason), amounts in result.ledger.amounts.items():
            if reason in reasons and not (payer in COMPANIES and payee in COMPANIES):
                total = total + amounts * (float(payee in COMPANIES) - float(payer in COMPANIES))
        outside[kind] = _until(total, result)
    del outside["between_companies"]
    outside["cash_sold_with_factory"] = np.where(_sold(result), -result.positions.factory_cash, 0.0)
    outside["cash_sold_with_factory"] = _until(outside["cash_sold_with_factory"], result)
    change = sum(outside.values(), zero)
    return _rolled(outside, change, result.opening_cash)


def _group_balance(result: Result, below: Statement, above: Statement) -> Statement:
    lines, kept = result.lines, np.where(_sold(result), 0.0, 1.0)
    assets = {
        "cash": above["cash"] + kept * below["cash"],
        "machines": kept * below["machines"],
        "working_capital": kept * below["working_capital"],
        "goodwill": result.positions.goodwill,
        "unamortised_fees": above["unamortised_fees"] + kept * below["unamortised_fees"],
    }
    group_income = _group_income(result, _factory_income(result), _holding_income(result))["net_income"]
    moved = group_income + lines.holding_money_in - lines.holding_distributions
    claims = {
        "loans": above["loans"] + kept * below["loans"],
        "missing_money": above["missing_money"],
        "shareholder_loans": above["shareholder_loans"],
        "participation_owed": kept * below["participation_owed"],
        "levy_owed": kept * below["levy_owed"],
        "labour_share_owed": kept * below["labour_share_owed"],
        "share_interest_owed": kept * below["share_interest_owed"],
        "equity": np.cumsum(moved, axis=-1),
    }
    return _sheet(assets, claims)
