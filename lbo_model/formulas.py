"""How each line of the three statements is made: the parts that add up to it, and where each comes from.

A sum names its lines, a line of the cash flow its payments in the ledger, a line of the balance sheet what
was there and what moved it. What an equation gives has the equation's own formula and the numbers that enter
it; it may have parts as well, such as the interest of each loan. ``sign * amounts`` of the parts add up to
the line as the statement has it, costs positive.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lbo_model import equations
from lbo_model.engine import Result
from lbo_model.engine.owners import shareholder_loans
from lbo_model.ledger import COMPANIES
from lbo_model.position import Array, Number, Status
from lbo_model.statements import CASH_LINES, Statement, Statements, statements

Kind = Literal["sum", "equation", "payments", "stock"]
Signed = Mapping[str, float]
Mask = NDArray[np.bool_]

STATEMENTS = ("income_statement", "cash_flow", "balance_sheet")
TOTALS = ("value_added", "ebitda", "net_income", "change", "closing_cash", "total_assets", "total_claims")
"""Lines that stand out, and stay where nothing happened."""


@dataclass(frozen=True)
class Part:
    """What a line is made of: ``kind`` and ``code`` name it, ``source`` says where it stands in the code.

    A ``line`` stands in the same statement, a ``move`` changed a stock, a ``loan`` and ``preferred`` are
    named by the file, a ``payment`` has its payer and its payee.
    """

    sign: float
    kind: Literal["line", "move", "loan", "preferred", "payment", "entity"]
    code: str
    amounts: Array
    source: str
    payer: str = ""
    payee: str = ""

    @property
    def signed(self) -> Array:
        """What it adds to the line."""
        return self.sign * self.amounts


@dataclass(frozen=True)
class Formula:
    """How one line is made."""

    kind: Kind
    code: str
    """In the code's own names."""
    parts: tuple[Part, ...] = ()
    reads: tuple[str, ...] = ()
    """Lines of the same statement that enter an equation without being added."""
    inputs: tuple[str, ...] = ()
    """Where the numbers that enter an equation stand in a scenario; ``*`` stands for any name."""
    how: str = ""
    """Of an equation: which sentence says it, where that is not the line's own."""


# --- sums ---------------------------------------------------------------------------------------------------

_TO_EBITDA: Mapping[str, Signed] = {
    "value_added": {
        "sales": 1,
        "purchases": -1,
        "other_costs": -1,
        "rents": -1,
        "hiring": -1,
        "work_abroad": -1,
    },
    "ebitda": {
        "value_added": 1,
        "production_taxes": -1,
        "gross_pay": -1,
        "employer_charges": -1,
        "short_time_pay": -1,
        "short_time_money": 1,
    },
}
_TO_NET_INCOME: Signed = {
    "ebitda": 1,
    "severance": -1,
    "moving_costs": -1,
    "production_tax_relief": 1,
    "owners_charge": -1,
    "depreciation": -1,
    "dividends_received": 1,
    "interest": -1,
    "shareholder_interest": -1,
    "deposit_interest": 1,
    "fees": -1,
    "participation": -1,
    "levy": -1,
    "labour_share": -1,
    "tax": -1,
    "tax_saved": 1,
    "gain_on_sale": 1,
    "exit_costs": -1,
    "assets_lost": -1,
    "closing_severance": -1,
    "court_costs": -1,
    "clawback": 1,
    "debt_forgiven": 1,
    "shareholder_loans_lost": 1,
}
"""Each entity has some of these lines."""
INCOME_SUMS: Mapping[str, Signed] = {**_TO_EBITDA, "net_income": _TO_NET_INCOME}


def sign_of(statement: str, line: str) -> float:
    """-1 for a cost of the income statement, which the statement has as a positive number."""
    if statement != "income_statement":
        return 1.0
    return next((signs[line] for signs in INCOME_SUMS.values() if line in signs), 1.0)


def _sums(statement: str, lines: Statement) -> dict[str, Signed]:
    """The lines of a statement that are sums of others, and the sign of each of these."""
    names = list(lines)
    if statement == "income_statement":
        found = {total: signs for total, signs in INCOME_SUMS.items() if total in lines}
        return {
            total: {name: sign for name, sign in signs.items() if name in lines}
            for total, signs in found.items()
        }
    if statement == "cash_flow":
        kinds = names[1 : names.index("change")]
        return {
            "change": dict.fromkeys(kinds, 1.0),
            "closing_cash": {"opening_cash": 1.0, "change": 1.0},
        }
    cut = names.index("total_assets")
    return {
        "total_assets": dict.fromkeys(names[:cut], 1.0),
        "total_claims": dict.fromkeys(names[cut + 1 : -1], 1.0),
    }


# --- equations ----------------------------------------------------------------------------------------------


def _said(equation: Callable[..., object]) -> str:
    """The formula that an equation states of itself."""
    found = re.search(r"``(.+?)``", equation.__doc__ or "", re.DOTALL)
    return " ".join(found[1].split()) if found else equation.__name__


_HAPPENS = "weather.happens.*.starts"
_WEATHER = ("weather.price_growth", "weather.volume_growth", "weather.demand", _HAPPENS)
_TAX = ("policy.corporate_tax.rate",)
_EQUATIONS: Mapping[str, Formula] = {
    "sales": Formula("equation", _said(equations.sales), inputs=("factory.operations.sales", *_WEATHER)),
    "purchases": Formula(
        "equation",
        "purchases * purchase_prices * sales",
        reads=("sales",),
        inputs=("factory.operations.purchases", "factory.operations.ebitda_margin", _HAPPENS),
    ),
    "other_costs": Formula(
        "equation",
        "other_costs * other_prices * trend_sales",
        inputs=("factory.operations.other_costs", "factory.operations.sales", *_WEATHER[:2], _HAPPENS),
    ),
    "rents": Formula("equation", _said(equations.lease_rent), inputs=("deals.*.plan.leasing.*",)),
    "production_taxes": Formula(
        "equation",
        "production_taxes * sales",
        reads=("sales",),
        inputs=("factory.operations.production_taxes",),
    ),
    "gross_pay": Formula(
        "equation",
        "headcount * gross_pay_per_head * price_index",
        inputs=(
            "factory.operations.staff",
            "factory.operations.pay.*",
            "factory.operations.jobs_follow_demand",
            "deals.*.plan.workforce.*",
            *_WEATHER,
        ),
    ),
    "employer_charges": Formula(
        "equation",
        "gross_pay * employer_charges",
        reads=("gross_pay",),
        inputs=("factory.operations.employer_charges",),
    ),
    "hiring": Formula("equation", _said(equations.hiring_cost), inputs=("deals.*.plan.workforce.hiring",)),
    "short_time_pay": Formula(
        "equation",
        _said(equations.short_time_pay),
        inputs=("deals.*.plan.workforce.short_time", "deals.*.plan.workforce.short_time_pay"),
    ),
    "short_time_money": Formula(
        "equation",
        "public_money * short_time_pay",
        reads=("short_time_pay",),
        inputs=("deals.*.plan.workforce.public_money",),
    ),
    "severance": Formula(
        "equation",
        _said(equations.severance),
        inputs=(
            "deals.*.plan.workforce.jobs",
            "deals.*.plan.workforce.severance",
            "deals.*.plan.relocation.share",
            "factory.work_abroad.severance",
        ),
    ),
    "work_abroad": Formula(
        "equation",
        _said(equations.cost_abroad),
        inputs=("factory.work_abroad.*", "deals.*.plan.relocation.share"),
    ),
    "moving_costs": Formula(
        "equation",
        _said(equations.moving_costs),
        reads=("sales",),
        inputs=("factory.work_abroad.*", "deals.*.plan.relocation.share"),
    ),
    "production_tax_relief": Formula(
        "equation",
        "production_tax_relief * production_taxes",
        reads=("production_taxes",),
        inputs=("deals.*.terms.production_tax_relief",),
    ),
    "owners_charge": Formula(
        "equation", "monitoring_fee * ebitda", reads=("ebitda",), inputs=("deals.*.terms.monitoring_fee",)
    ),
    "depreciation": Formula(
        "equation", _said(equations.depreciation), inputs=("factory.machines.depreciation.*",)
    ),
    "interest": Formula(
        "equation",
        _said(equations.interest_on_opening),
        inputs=(
            "deals.*.funding.loans.*.rate",
            "deals.*.funding.loans.*.margin",
            "deals.*.funding.loans.*.capitalised_rate",
            "weather.base_rate",
            _HAPPENS,
            "deals.*.funding.revolver.rate",
            "deals.*.funding.revolver.commitment_fee",
        ),
    ),
    "shareholder_interest": Formula(
        "equation", _said(equations.interest_on_opening), inputs=("deals.*.funding.preferred.*.rate",)
    ),
    "deposit_interest": Formula("equation", "deposit_rate * opening_cash", inputs=("weather.deposit_rate",)),
    "participation": Formula(
        "equation",
        _said(equations.participation),
        reads=("gross_pay", "value_added"),
        inputs=(
            "policy.participation.minimum_staff",
            "policy.participation.capital_return",
            "policy.participation.profit_share",
            *_TAX,
        ),
    ),
    "levy": Formula(
        "equation",
        "levy * (participation + labour_share)",
        reads=("participation", "labour_share"),
        inputs=("policy.participation.levy", "policy.cooperative.levy"),
    ),
    "labour_share": Formula(
        "equation",
        "labour_share * cooperative_surplus",
        inputs=("deals.*.terms.labour_share", "deals.*.terms.share_interest", *_TAX),
    ),
    "tax": Formula(
        "equation",
        _said(equations.corporate_tax),
        reads=("ebitda", "depreciation", "interest", "shareholder_interest"),
        inputs=(*_TAX, "policy.corporate_tax.losses_used_freely", "policy.corporate_tax.losses_used_beyond"),
    ),
    "assets_lost": Formula(
        "equation",
        "(1 - recovered) * (machines + working_capital)",
        inputs=("policy.distress.machines_recovered", "policy.distress.working_capital_recovered"),
    ),
    "closing_severance": Formula(
        "equation",
        _said(equations.severance),
        inputs=("deals.*.plan.workforce.severance", "policy.distress.takeover.jobs_kept"),
    ),
    "court_costs": Formula(
        "equation",
        "court_costs * (machines_sold + working_capital_recovered + taken_over)",
        inputs=("policy.distress.court_costs",),
    ),
    "clawback": Formula(
        "equation",
        _said(equations.asked_back),
        inputs=("policy.clawback.share", "policy.clawback.years"),
    ),
    "debt_forgiven": Formula("equation", "sum(claims) - sum(paid_by_rank(available, claims))"),
}
"""Lines of the income statement that are no sums of others."""
_IN_A_COOPERATIVE = {"tax": _said(equations.cooperative_tax), "levy": "levy * labour_share"}
_WITH_CONSEQUENCES = {
    "sales": "min(written_sales * price_index * volume_index * demand * market_share, capacity)"
}
_OF_A_WORKFORCE = {"gross_pay": "paid_work * gross_pay_per_head * price_index"}
_AGGREGATE = {"purchases": "(1 - ebitda_margin) * sales"}


# --- how the lines of a result are made ---------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Formulas:
    """How the lines of one result are made, worked out when asked for."""

    result: Result

    @cached_property
    def statements(self) -> Statements:
        """The statements that are explained."""
        return statements(self.result)

    @property
    def entities(self) -> tuple[str, ...]:
        """Those whose books differ: without a holding there is the factory alone."""
        return ("group", "factory", "holding") if self.result.form.has_holding else ("factory",)

    def of(self, entity: str, statement: str, line: str) -> Formula:
        """How a line is made."""
        entity = entity if self.result.form.has_holding else "factory"
        lines = self.statements[entity][statement]
        sums = _sums(statement, lines)
        if line in sums:
            return _summed(line, sums[line], lines)
        found = {"income_statement": self._income, "cash_flow": self._cash, "balance_sheet": self._stock}
        return found[statement](entity, line)

    # Income statements.

    def _income(self, entity: str, line: str) -> Formula:
        made = _EQUATIONS.get(line, Formula("sum", ""))
        form, lines = self.result.form, self.result.lines
        other: dict[str, str] = {}
        how = ""
        if form.code == "scop":
            other |= _IN_A_COOPERATIVE
            how = "tax_of_a_cooperative" if line == "tax" else how
        if self.result.behaviour == "full":
            other |= _WITH_CONSEQUENCES
            how = "sales_with_consequences" if line == "sales" else how
        if self.result.deal.plan.workforce is not None:
            other |= _OF_A_WORKFORCE
            how = "gross_pay_of_a_workforce" if line == "gross_pay" else how
        if not np.any(lines.gross_pay):
            other |= _AGGREGATE
        if any(loan.interest_on == "average" for loan in self.result.deal.funding.loans.values()):
            other["interest"] = _said(equations.interest_on_average)
        present = self.statements[entity]["income_statement"]
        parts = tuple(self._income_parts(entity, line))
        return replace(
            made,
            code=other.get(line, made.code) or _written(line, parts),
            parts=parts,
            how=how,
            reads=tuple(name for name in made.reads if np.any(np.nan_to_num(present.get(name, 0.0)))),
        )

    def _income_parts(self, entity: str, line: str) -> Iterable[Part]:
        if entity == "group":
            if line == "gain_on_sale":
                return self._group_gain()
            if line == "tax":
                return (
                    self._of_entity(1.0, "factory", "tax"),
                    self._of_entity(-1.0, "holding", "tax_saved"),
                )
            both = [one for one in COMPANIES if line in self.statements[one]["income_statement"]]
            if len(both) > 1:
                return [self._of_entity(1.0, one, line) for one in both]
            entity = both[0]
        lines = self.result.lines
        if line == "interest":
            return self._interest(entity)
        if line == "rents":
            interest, repaid = lines.lease_interest, lines.rent - lines.lease_interest
            since = np.where(np.arange(self.result.dates) > 0, 1.0, 0.0)
            return (
                self._move(1.0, "lease_interest", interest, "lease_interest"),
                self._move(1.0, "lease_repaid", since * repaid, "lease_repaid"),
            )
        if line == "sales" and self.result.behaviour == "full":
            served = self.statements["factory"]["income_statement"]["sales"]
            turned_away = np.where(np.arange(self.result.dates) > 0, lines.turned_away, 0.0)
            return (
                self._move(1.0, "orders", served + turned_away, "orders"),
                self._move(-1.0, "turned_away", turned_away, "turned_away"),
            )
        if line == "fees":
            return (
                self._move(
                    1.0, "financing_fees_expensed", getattr(lines, f"{entity}_fees"), f"{entity}_fees"
                ),
                self._move(1.0, "buyer_fees", getattr(lines, f"{entity}_buyer_fees"), f"{entity}_buyer_fees"),
            )
        if line == "shareholder_interest":
            pairs = zip(self.result.deal.funding.preferred.items(), lines.preferred_grown, strict=True)
            return [
                Part(1.0, "preferred", name, grown, f"preferred_grown[{name}]")
                for (name, one), grown in pairs
                if one.kind == "shareholder_loan"
            ]
        made: dict[str, Callable[[], Iterable[Part]]] = {
            "dividends_received": lambda: self._payments("holding", ("dividend",), received=True),
            "tax_saved": lambda: self._payments("holding", ("tax_to_holding", "corporate_tax")),
            "exit_costs": lambda: [
                replace(part, sign=-part.sign)
                for part in self._payments("holding", ("exit_costs", "exit_fee"))
            ],
            "gain_on_sale": lambda: (
                *self._payments("holding", ("price_of_shares", "liquidation_rest"), received=True),
                self._move(
                    -1.0, "shares_sold", self._gone(self.result.positions.shares_in_factory), "shares"
                ),
            ),
        }
        if entity == "holding" and line == "debt_forgiven":
            return self._forgiven_to_holding()
        if line == "shareholder_loans_lost":
            stock = self._moves("holding", "shareholder_loans")
            return [replace(part, sign=1.0) for part in stock if part.code == "not_repaid"]
        return made[line]() if line in made else ()

    def _group_gain(self) -> Iterable[Part]:
        positions = self.result.positions
        sold = np.where(self._sold, positions.factory_equity, 0.0)
        return (
            *self._payments("holding", ("price_of_shares",), received=True),
            self._move(-1.0, "equity_sold", sold, "factory_equity"),
            self._move(-1.0, "goodwill_gone", self._gone(positions.goodwill), "goodwill"),
        )

    def _interest(self, entity: str) -> Iterable[Part]:
        lines, funding = self.result.lines, self.result.deal.funding
        for (name, loan), amounts in zip(funding.loans.items(), lines.loan_interest, strict=True):
            if loan.entity == entity:
                yield Part(1.0, "loan", name, amounts, f"loan_interest[{name}]")
        if funding.revolver is not None and funding.revolver.entity == entity:
            yield self._move(1.0, "credit_line_cost", lines.revolver_interest, "revolver_interest")

    def _forgiven_to_holding(self) -> Iterable[Part]:
        missing = self._stock("holding", "missing_money").parts
        advance = self._stock("factory", "owed_to_owner").parts
        lost = [part for part in (*missing, *advance) if part.code == "not_repaid"]
        return (
            self._move(1.0, "written_off", self._of_loans("holding", "written_off"), "loan_written_off"),
            *(
                replace(part, sign=sign, code=code)
                for part, sign, code in zip(
                    lost, (1.0, -1.0), ("missing_money_lost", "advance_lost"), strict=True
                )
            ),
        )

    # Cash flows.

    def _cash(self, entity: str, line: str) -> Formula:
        lines = self.statements[entity]["cash_flow"]
        if line == "opening_cash":
            found = self.result.opening_cash if entity != "holding" else np.zeros(self.result.shape)
            parts: tuple[Part, ...] = (
                self._move(1.0, "opening", self._opening(lines["closing_cash"]), "closing_cash"),
                self._move(1.0, "found", self._at_closing(found), "opening_cash"),
            )
            return Formula("stock", _written(line, parts), parts)
        if line == "cash_sold_with_factory":
            sold = np.where(self._sold, self.result.positions.factory_cash, 0.0)
            parts = (self._move(-1.0, "left_with_factory", sold, "factory_cash"),)
            return Formula("payments", _written(line, parts), parts)
        parts = tuple(self._payments(entity, CASH_LINES[line]))
        return Formula("payments", _written(line, parts), parts)

    def _payments(self, entity: str, reasons: Iterable[str], received: bool = False) -> list[Part]:
        """The payments of an entity for some reasons, in the order of the ledger."""
        ours = COMPANIES if entity == "group" else (entity,)
        wanted = set(reasons)
        parts = []
        for (payer, payee, reason), amounts in self.result.ledger.amounts.items():
            sign = float(payee in ours) - float(payer in ours)
            if reason in wanted and sign and (sign > 0.0 or not received):
                source = f"ledger[{payer}, {payee}, {reason}]"
                parts.append(Part(sign, "payment", reason, self._lived(amounts), source, payer, payee))
        return parts

    # Balance sheets.

    def _stock(self, entity: str, line: str) -> Formula:
        if entity == "group":
            parts = self._group_stock(line)
        elif line == "cash":
            parts = self._rolled_cash(entity)
        else:
            parts = self._moves(entity, line)
        return Formula("stock", _written(line, parts), parts)

    def _rolled_cash(self, entity: str) -> tuple[Part, ...]:
        flow = self.statements[entity]["cash_flow"]
        return tuple(
            Part(1.0, "line", name, flow[name], f"cash_flow.{name}") for name in ("opening_cash", "change")
        )

    def _group_stock(self, line: str) -> tuple[Part, ...]:
        """A group's stock moves as its companies' do, until the factory leaves with its stocks."""
        if line == "cash":
            return self._rolled_cash("group")
        if line == "goodwill":
            goodwill, closing = self.result.positions.goodwill, self.result.closing
            price = self._at_closing(closing.price_of_shares)
            return (
                self._move(1.0, "opening", self._opening(goodwill), "goodwill"),
                self._move(1.0, "price_of_shares", price, "price_of_shares"),
                self._move(-1.0, "equity_bought", self._at_closing(self._equity_found), "equity"),
                self._move(-1.0, "goodwill_gone", self._gone(goodwill), "goodwill"),
            )
        if line == "equity":
            lines = self.result.lines
            income = self.statements["group"]["income_statement"]["net_income"]
            closing_equity = self.statements["group"]["balance_sheet"]["equity"]
            return (
                self._move(1.0, "opening", self._opening(closing_equity), "equity"),
                self._move(1.0, "net_income", income, "net_income"),
                self._move(1.0, "money_in", lines.holding_money_in, "holding_money_in"),
                self._move(-1.0, "distributions", lines.holding_distributions, "holding_distributions"),
            )
        found: dict[tuple[float, str], Part] = {}
        for company in COMPANIES:
            sheet = self.statements[company]["balance_sheet"]
            for part in self._moves(company, line) if line in sheet else ():
                key = (part.sign, part.code)
                total = part.amounts + (found[key].amounts if key in found else 0.0)
                found[key] = replace(part, amounts=total)
        below = self.statements["factory"]["balance_sheet"].get(line)
        if below is not None:
            left = self._move(-1.0, "left_with_factory", np.where(self._sold, below, 0.0), line)
            found[-1.0, "left_with_factory"] = left
        return tuple(found.values())

    def _moves(self, company: str, line: str) -> tuple[Part, ...]:
        """What was there, and what moved it; what nobody pays at an end closes the stock."""
        closing = self.statements[company]["balance_sheet"][line]
        opening = self._opening(closing)
        moves = list(self._changes(company, line))
        parts = [self._move(1.0, "opening", opening, line)]
        if company == "factory" and line in _FOUND:
            parts.append(self._move(1.0, "found", self._at_closing(self._found(line)), line))
        parts += moves
        if line in _LOST:
            code, at_the_sale = _LOST[line]
            left = sum((part.signed for part in parts), np.zeros_like(closing))
            ended = self._sold_or_stopped if at_the_sale else self._stopped
            parts.append(self._move(-1.0, code, np.where(ended, left, 0.0), line))
        if company == "factory" and line == "owed_to_owner":
            parts += self._payments_of("factory", 1.0, "debt_taken_over", ("debt_taken_over",))
        return tuple(parts)

    def _changes(self, company: str, line: str) -> Iterable[Part]:
        lines, of = self.result.lines, self._payments_of
        if line == "machines":
            yield self._move(1.0, "machines_bought", lines.capex, "capex")
            yield self._move(-1.0, "depreciation", lines.depreciation, "depreciation")
            yield from of(company, -1.0, "machines_sold", ("machines_sold",))
        elif line == "working_capital":
            yield self._move(
                1.0, "working_capital_built", lines.working_capital_built, "working_capital_built"
            )
            yield from of(company, -1.0, "working_capital_recovered", ("working_capital_recovered",))
        elif line == "unamortised_fees":
            yield from of(company, 1.0, "financing_fees_paid", ("financing_fee",))
            expensed = getattr(lines, f"{company}_fees")
            yield self._move(-1.0, "financing_fees_expensed", expensed, f"{company}_fees")
        elif line == "loans":
            yield self._move(1.0, "drawn", self._of_loans(company, "drawn"), "loan_drawn")
            yield self._move(1.0, "capitalised", self._of_loans(company, "capitalised"), "loan_capitalised")
            yield self._move(-1.0, "repaid", self._of_loans(company, "repaid"), "loan_repaid")
            yield self._move(-1.0, "converted", self._of_loans(company, "converted"), "loan_converted")
            yield self._move(-1.0, "written_off", self._of_loans(company, "written_off"), "loan_written_off")
        elif line in ("owed_to_owner", "advance_to_factory"):
            yield from of("factory", 1.0, "advance", ("advance",))
            yield from of("factory", -1.0, "advance_repaid", ("advance_repaid",))
        elif line == "missing_money":
            yield from of(company, 1.0, "missing_money", ("missing_money",))
            yield from of(company, -1.0, "missing_money_repaid", ("par_repaid",), "nobody_yet")
            yield self._move(-1.0, "converted", lines.gap_converted, "gap_converted")
        elif line in _ACCRUED:
            accrued, reason = _ACCRUED[line]
            yield self._move(1.0, "accrued", getattr(lines, accrued), accrued)
            yield from of(company, -1.0, "paid", (reason,))
        elif line == "shares_in_factory":
            paid = of(company, 1.0, "price_of_shares", ("price_of_shares",), only="paid")
            yield from paid
            yield from of(company, 1.0, "capital_increase", ("capital_increase",))
        elif line == "shareholder_loans":
            yield from of(company, 1.0, "shareholder_loan", ("shareholder_loan",))
            yield self._move(1.0, "shareholder_interest", lines.shareholder_interest, "shareholder_interest")
            yield from of(company, -1.0, "shareholder_loan_repaid", ("shareholder_loan_repaid",))
            ended = shareholder_loans(self.result.deal, lines.preferred_given_up)
            yield self._move(-1.0, "converted", np.asarray(ended + 0.0 * lines.ebitda), "preferred_given_up")
        elif line == "equity":
            yield self._move(1.0, "net_income", getattr(lines, f"{company}_net_income"), "net_income")
            yield self._move(1.0, "money_in", getattr(lines, f"{company}_money_in"), "money_in")
            out = getattr(lines, f"{company}_distributions")
            yield self._move(-1.0, "distributions", out, "distributions")
            if company == "factory":
                cancelled = lines.factory_shares_cancelled
                yield self._move(-1.0, "shares_cancelled", cancelled, "factory_shares_cancelled")

    def _found(self, line: str) -> Array:
        """What the owner found in the factory on closing day."""
        if line == "equity":
            return self._equity_found
        series: Array = self.statements["factory"]["balance_sheet"][line]
        return series[..., 0]

    @property
    def _equity_found(self) -> Array:
        """Book equity on the eve of closing: what there was less what was owed."""
        sheet, closing = self.statements["factory"]["balance_sheet"], self.result.closing
        has = self.result.opening_cash + sheet["machines"][..., 0] + sheet["working_capital"][..., 0]
        owes = sheet["participation_owed"][..., 0] + sheet["levy_owed"][..., 0]
        return np.asarray(has - owes - closing.debt_refinanced)

    # What all of them use.

    @cached_property
    def _sold(self) -> Mask:
        dates = np.arange(self.result.dates)
        return np.asarray(self.result.form.sells & (dates == self.result.deal.exit.year))

    @cached_property
    def _stopped(self) -> Mask:
        """The dates at which the factory was wound up."""
        gone = np.equal(self.result.positions.factory_status, float(Status.LIQUIDATED))
        return np.asarray(gone & ~np.concatenate([gone[..., :1], gone[..., :-1]], axis=-1))

    @property
    def _sold_or_stopped(self) -> Mask:
        return np.logical_or(self._sold, self._stopped)

    def _gone(self, series: Array) -> Array:
        """What there was of a stock when the factory was sold or wound up."""
        return np.where(self._sold_or_stopped, self._opening(series), 0.0)

    def _lived(self, series: Array) -> Array:
        """NaN after the sale, as in the statements."""
        return np.where(np.isnan(self.result.positions.machines), np.nan, series)

    def _opening(self, series: Array) -> Array:
        before = np.concatenate([np.zeros_like(series[..., :1]), series[..., :-1]], axis=-1)
        return self._lived(before)

    def _at_closing(self, amount: Number) -> Array:
        series = np.zeros((*self.result.shape, self.result.dates))
        series[..., 0] = amount
        return self._lived(series)

    def _of_loans(self, entity: str, what: str) -> Array:
        """A move of all loans of one company, its credit line included."""
        lines, funding = self.result.lines, self.result.deal.funding
        pairs = zip(funding.loans.values(), getattr(lines, f"loan_{what}"), strict=True)
        total = sum((series for loan, series in pairs if loan.entity == entity), np.zeros_like(lines.ebitda))
        line = funding.revolver
        if line is not None and line.entity == entity and what != "capitalised":
            total = total + getattr(lines, f"revolver_{what}")
        return self._lived(total)

    def _payments_of(
        self, company: str, sign: float, code: str, reasons: tuple[str, ...], payee: str = "", only: str = ""
    ) -> list[Part]:
        """The payments of a company for some reasons as one move."""
        parts = [
            part
            for part in self._payments(company, reasons)
            if payee in ("", part.payee) and (only != "paid" or part.payer == company)
        ]
        total = sum((part.amounts for part in parts), self._lived(np.zeros_like(self.result.lines.ebitda)))
        return [self._move(sign, code, total, f"ledger[{', '.join(reasons)}]")]

    def _move(self, sign: float, code: str, amounts: Array, source: str) -> Part:
        return Part(sign, "move", code, self._lived(amounts), source)

    def _of_entity(self, sign: float, entity: str, line: str) -> Part:
        amounts = self.statements[entity]["income_statement"][line]
        return Part(sign, "entity", entity, amounts, f"{entity}.{line}")


_FOUND = ("machines", "working_capital", "participation_owed", "levy_owed", "equity")
_LOST: Mapping[str, tuple[str, bool]] = {
    "machines": ("assets_lost", False),
    "working_capital": ("assets_lost", False),
    "owed_to_owner": ("not_repaid", True),
    "advance_to_factory": ("not_repaid", True),
    "missing_money": ("not_repaid", True),
    "participation_owed": ("not_repaid", False),
    "levy_owed": ("not_repaid", False),
    "labour_share_owed": ("not_repaid", False),
    "share_interest_owed": ("not_repaid", False),
    "shares_in_factory": ("shares_sold", True),
    "shareholder_loans": ("not_repaid", True),
}
"""Stocks that an end closes: what closes them, and whether a sale does so as a winding-up does."""
_ACCRUED = {
    "participation_owed": ("participation", "participation"),
    "levy_owed": ("levy", "levy"),
    "labour_share_owed": ("labour_share", "labour_share"),
    "share_interest_owed": ("share_interest", "interest_on_shares"),
}


def _summed(line: str, signs: Signed, lines: Statement) -> Formula:
    parts = tuple(Part(sign, "line", name, lines[name], name) for name, sign in signs.items())
    return Formula("sum", _written(line, parts), parts)


_OF_THE_STOCK = (
    "opening",
    "found",
    "not_repaid",
    "assets_lost",
    "shares_sold",
    "goodwill_gone",
    "equity_bought",
    "equity_sold",
    "left_with_factory",
)
"""Moves that are the stock itself, at another date or in other hands."""


def _written(line: str, parts: Iterable[Part]) -> str:
    """A sum in the code's own names; what is zero in every year is left out."""
    every = tuple(parts)
    kept = [part for part in every if np.any(np.nan_to_num(part.amounts))] or every
    terms = [f"{'-' if part.sign < 0 else '+'} {_term(part)}" for part in kept]
    return f"{line} = {' '.join(terms).removeprefix('+ ')}" if terms else line


def _term(part: Part) -> str:
    of_itself = part.kind == "move" and part.code in _OF_THE_STOCK
    return f"{part.code}({part.source})" if of_itself else part.source
