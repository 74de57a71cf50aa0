"""What the factory makes in a year, whoever owns it: sales, costs by whom they pay, jobs, EBITDA."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import mul

from lbo_model import equations
from lbo_model.position import Number, Operations
from lbo_model.scenario import AggregateOperations, Amount, DetailedOperations, Factory, Weather


@dataclass(frozen=True)
class Season:
    """What the year that ends at ``date`` brings to every owner alike; both indices are 1 at date 0."""

    date: int
    """Years since the first closing day of the scenario."""
    price_growth: Number
    price_index: Number
    volume_index: Number
    demand: Number
    purchase_prices: Number
    """Of what is bought in, and of other external costs, beside all other prices: 1 unless an event says."""
    other_prices: Number
    deposit_rate: Number
    """What cash earns."""
    base_rate: Number | None
    """What floating loans follow, if the scenario has any."""


def seasons(weather: Weather, dates: int) -> tuple[Season, ...]:
    """The weather by date; date 0 is the year before closing. Prices and volumes grow from date 1 on.

    Events that happen together multiply; points of interest add up.
    """
    found: list[Season] = []
    for date in range(dates):
        growth = weather.price_growth.at(date) if found else 0.0
        more = weather.volume_growth.at(date) if found else 0.0
        found.append(
            Season(
                date=date,
                price_growth=growth,
                price_index=(found[-1].price_index if found else 1.0) * (1.0 + growth),
                volume_index=(found[-1].volume_index if found else 1.0) * (1.0 + more),
                demand=product(weather.demand.at(date), weather.levels("demand", date, 1.0)),
                purchase_prices=product(1.0, weather.levels("purchases", date, 1.0)),
                other_prices=product(1.0, weather.levels("other_costs", date, 1.0)),
                deposit_rate=0.0 if weather.deposit_rate is None else weather.deposit_rate.at(date),
                base_rate=None
                if weather.base_rate is None
                else sum(weather.levels("base_rate", date, 0.0), weather.base_rate.at(date)),
            )
        )
    return tuple(found)


def operations_by_date(factory: Factory, weather: Weather, dates: int) -> list[Operations]:
    """Operations of the year that ends at each date, if the factory makes all that the market asks for."""
    return [operate(factory, season) for season in seasons(weather, dates)]


def product(start: Number, factors: Iterable[Number]) -> Number:
    """``start`` times all factors; itself where there are none."""
    return reduce(mul, factors, start)


def operate(factory: Factory, season: Season) -> Operations:
    """One year of the factory. Other external costs follow prices and the trend, not the year's demand."""
    date, demand, price_index, volume_index = (
        season.date,
        season.demand,
        season.price_index,
        season.volume_index,
    )
    described = factory.operations
    written = described.sales.at(date)
    sales = equations.sales(written, price_index, volume_index, demand)
    trend = equations.sales(written, price_index, volume_index, 1.0)
    if isinstance(described, AggregateOperations):
        earned = described.ebitda_margin.at(date) * sales
        return Operations(
            sales=sales,
            trend_sales=trend,
            purchases=sales - earned,
            other_costs=0.0,
            production_taxes=0.0,
            headcount=0.0,
            gross_pay=0.0,
            employer_charges=0.0,
            value_added=earned,
            ebitda=earned,
        )
    purchases = described.purchases.at(date) * season.purchase_prices * sales
    other_costs = described.other_costs.at(date) * season.other_prices * trend
    production_taxes = described.production_taxes.at(date) * sales
    workers = equations.headcount(described.staff, volume_index, demand, described.jobs_follow_demand)
    gross_pay = workers * closing_pay_per_head(described) * price_index
    charges = gross_pay * described.employer_charges
    added = equations.value_added(sales, purchases, other_costs)
    return Operations(
        sales=sales,
        trend_sales=trend,
        purchases=purchases,
        other_costs=other_costs,
        production_taxes=production_taxes,
        headcount=workers,
        gross_pay=gross_pay,
        employer_charges=charges,
        work=described.staff * volume_index * demand,
        value_added=added,
        ebitda=equations.ebitda(added, production_taxes, gross_pay, charges),
    )


def closing_pay_per_head(described: DetailedOperations) -> Number:
    """Gross pay of one worker in the year before closing, as written or as the payroll implies."""
    if described.pay.gross is not None:
        return described.pay.gross
    share = described.pay.payroll_share_of_sales
    assert share is not None, "pay is a choice of exactly one field"
    return equations.gross_pay_per_head(
        share * described.sales.at(0), described.staff, described.employer_charges
    )


def yearly_amount(rule: Amount, date: int, trend_sales: Number, machines: Number) -> Number:
    """A yearly amount as the scenario says it: fixed, a share of sales at their trend, or a share of
    machines.
    """
    if rule.amount is not None:
        return rule.amount.at(date)
    if rule.share_of_sales is not None:
        return rule.share_of_sales.at(date) * trend_sales
    assert rule.share_of_machines is not None, "an amount is a choice of exactly one field"
    return rule.share_of_machines.at(date) * machines
