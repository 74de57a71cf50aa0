"""How corporate tax of each year was computed: the form's own rule, read again from positions and lines."""

import numpy as np

from lbo_model.engine import Result
from lbo_model.forms.tax_return import TaxReturn
from lbo_model.position import Array, LinesOf, Operations, Status, Year, each, stack


def tax_returns(result: Result) -> dict[str, TaxReturn]:
    """Line by line, by date: of the tax ``group`` or of the ``holding``, if there is one, then of the
    ``factory``.

    A factory in a tax group pays its holding the tax that it would owe alone: its computation says that. NaN
    on closing day, in the year in which a factory stops, which is asked for no tax, and after a sale.
    """
    lived = result.deal.exit.year if result.form.sells else result.dates - 1
    companies = ("group", "holding", "factory") if result.form.has_holding else ("factory",)
    years = []
    for date in range(1, lived + 1):
        filed = result.form.assess(result.deal.terms, result.policy, _year(result, date))
        asked = np.asarray(result.positions.factory_status)[..., date] != Status.LIQUIDATED
        years.append(
            {
                company: each(lambda line, asked=asked: np.where(asked, line, np.nan), filed[company])
                for company in companies
                if company in filed
            }
        )
    nothing = each(lambda line: np.full_like(line, np.nan), years[0])
    answer: dict[str, TaxReturn] = stack([nothing, *years], result.shape, result.dates)
    return answer


_OPERATIONS = tuple(name for name in Operations.__dataclass_fields__ if name in LinesOf.__dataclass_fields__)
_OF_THE_YEAR = (
    "charge",
    "depreciation",
    "factory_interest",
    "holding_interest",
    "shareholder_interest",
    "factory_deposit_interest",
    "holding_deposit_interest",
    "holding_dividends",
)


def _year(result: Result, date: int) -> Year:
    """The year as its form saw it."""
    lines = {name: getattr(result.lines, name)[..., date] for name in (*_OPERATIONS, *_OF_THE_YEAR)}
    made = {name: lines[name] for name in _OPERATIONS}
    return Year(
        opening=each(lambda series: series[..., date - 1], result.positions),
        # Of what a form may see, only the trend is in no line; no tax looks at it.
        operations=Operations(**made, trend_sales=lines["sales"]),
        factory_fees=_fees(result, "factory", date),
        holding_fees=_fees(result, "holding", date),
        fees_deductible=float(result.policy.corporate_tax.fees_deductible),
        tax_rate=result.policy.corporate_tax.rate.at(result.start + date),
        **{name: lines[name] for name in _OF_THE_YEAR},
    )


def _fees(result: Result, company: str, date: int) -> Array:
    """Financing fees expensed in a year, before an end expenses the rest of them."""
    name = f"{company}_unamortised_fees"
    left, eve = getattr(result.positions, name), getattr(result.eve, name)
    expensed: Array = left[..., date - 1] - np.where(result.last_date == date, eve, left[..., date])
    return expensed
