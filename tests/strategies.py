"""Random valid scenarios, as the dictionaries that ``Scenario.model_validate`` reads.

One description serves two drawers: Hypothesis, which shrinks a failing scenario to a small one, and a plain
random generator. Every number is a whole number of thousandths between two ends, so that a failing example
can be read.
"""

import random
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from hypothesis import strategies

Option = TypeVar("Option")
Drawn = dict[str, Any]

STEPS = 1000


class Drawer(Protocol):
    """Where choices come from."""

    def whole(self, low: int, high: int) -> int:
        """A whole number between two ends, both included."""

    def pick(self, options: Sequence[Option]) -> Option:
        """One of several; the first is the simplest."""


class RandomDrawer:
    """Choices from a plain random generator."""

    def __init__(self, seed: int) -> None:
        self.source = random.Random(seed)

    def whole(self, low: int, high: int) -> int:
        return self.source.randint(low, high)

    def pick(self, options: Sequence[Option]) -> Option:
        return self.source.choice(options)


class HypothesisDrawer:
    """Choices from Hypothesis."""

    def __init__(self, draw: Callable[[Any], Any]) -> None:
        self.draw = draw

    def whole(self, low: int, high: int) -> int:
        return int(self.draw(strategies.integers(low, high)))

    def pick(self, options: Sequence[Option]) -> Option:
        return self.draw(strategies.sampled_from(options))


@strategies.composite
def scenarios(draw: Callable[[Any], Any]) -> Drawn:
    """A valid scenario drawn by Hypothesis."""
    return drawn_scenario(HypothesisDrawer(draw))


def random_scenario(seed: int) -> Drawn:
    """The valid scenario of one seed."""
    return drawn_scenario(RandomDrawer(seed))


def drawn_scenario(drawer: Drawer) -> Drawn:
    """One factory, one weather, one law, and one deal of any form, or up to four owners in a row."""
    owners = 1 + chance(drawer, 1, 3) * drawer.whole(1, 3)
    years = [drawer.whole(1, 8 if owners == 1 else 4) for _ in range(owners)]
    horizon = sum(years) + chance(drawer, 1, 2) * drawer.whole(0, 3)
    detailed = drawer.pick((True, True, True, False))
    sales = between(drawer, 5e6, 1e8)
    behaviour = drawer.pick(("mechanics", "full"))
    found: Drawn = {
        "format": 1,
        "title": {"fr": "Tirage", "en": "Draw"},
        "story": {"fr": "Tirage", "en": "Draw"},
        "currency": "EUR",
        "horizon": horizon,
        "behaviour": behaviour,
        "factory": factory(drawer, horizon, sales, detailed) | consequences(drawer, behaviour),
        "weather": weather(drawer, horizon),
        "policy": policy(drawer),
        "deals": chain(drawer, years, sales, detailed),
    }
    found["policy"]["corporate_tax"] |= tax_rules(drawer, horizon)
    if chance(drawer, 1, 3):
        found["policy"]["interest_limit"] = {
            "share_of_ebitda": drawer.pick((0.3, 0.1, 0.0)),
            "freely": drawer.pick((0.0, 0.005 * sales)),
            **drawer.pick(({}, {"least_equity_to_debt": 0.66})),
        }
    found["policy"] |= levers(drawer)
    found["weather"] |= events(drawer, horizon, detailed)
    if detailed and chance(drawer, 1, 4):
        found["factory"]["work_abroad"] = work_abroad(drawer, sales)
        for one in found["deals"].values():
            owners = [party for party in one["funding"]["equity"] if party != "nobody_yet"]
            one["plan"] |= drawer.pick(({}, {"relocation": relocation(drawer, horizon, sales, owners)}))
    found["policy"] |= clawback(drawer)
    return found


def levers(drawer: Drawer) -> Drawn:
    """Levers of policy, in one scenario out of four."""
    found: Drawn = {}
    if chance(drawer, 1, 4):
        limits = ({"most_times_ebitda": 2.0}, {"most_times_ebitda": 0.0}, {"least_equity": 0.5})
        found["acquisition_debt"] = {
            **drawer.pick((*limits, {"most_times_ebitda": 3.5, "least_equity": 0.3})),
            "staff_exempt": drawer.pick((False, True)),
        }
    if chance(drawer, 1, 4):
        found["machines_first"] = drawer.pick(("before_owners", "before_lenders"))
        found["held_at_least"] = 1
    if chance(drawer, 1, 4):
        found["workers_share_of_gain"] = drawer.pick((0.1, 0.05))
    return found


def clawback(drawer: Drawer) -> Drawn:
    """What sellers give back where the factory closes soon after, in one scenario out of two."""
    if not chance(drawer, 1, 2):
        return {}
    return {"clawback": {"share": drawer.pick((0.5, 1.0, 0.0)), "years": drawer.pick((3.0, 1.0, 10.0, 0.0))}}


def chain(drawer: Drawer, years: list[int], sales: float, detailed: bool) -> Drawn:
    """Deals in a row: all but the last sell, all but the first buy at the price of that sale."""
    found: Drawn = {}
    for number, year in enumerate(years):
        followed, follows = number < len(years) - 1, number > 0
        forms = tuple(
            form
            for form in FORMS_BY_SIMPLICITY
            if not (followed and form in KEEPS) and not (follows and form == "family")
        )
        one = deal(drawer, year, sales, detailed, forms)
        if follows:
            price = {name: one["price"][name] for name in ("basis", "cash")}
            one["price"] = price | {"as_sold": True}
        if followed:
            one["then"] = f"deal{number + 2}"
        found["deal" if number == 0 else f"deal{number + 1}"] = one
    return found


def chance(drawer: Drawer, part: int, whole: int) -> bool:
    """True in ``part`` cases out of ``whole``; False is the simplest."""
    return drawer.whole(1, whole) > whole - part


def between(drawer: Drawer, low: float, high: float) -> float:
    """A number between two ends."""
    return low + (high - low) * drawer.whole(0, STEPS) / STEPS


def by_date(drawer: Drawer, horizon: int, low: float, high: float) -> Any:
    """One value for all dates, or a list by date."""
    if not chance(drawer, 1, 4):
        return between(drawer, low, high)
    return [between(drawer, low, high) for _ in range(drawer.whole(1, horizon + 2))]


def amount(drawer: Drawer, horizon: int, sales: float, low: float, high: float) -> Drawn:
    """A yearly amount worth between two shares of sales, in one of its three spellings."""
    kind = drawer.pick(("share_of_sales", "share_of_machines", "amount"))
    scale = sales if kind == "amount" else 1.0
    return {kind: by_date(drawer, horizon, low * scale, high * scale)}


def factory(drawer: Drawer, horizon: int, sales: float, detailed: bool) -> Drawn:
    """A factory whose EBITDA lies between a small loss and a quarter of sales."""
    return {
        "operations": operations(drawer, horizon, sales, detailed),
        "machines": {
            "opening": between(drawer, 0.0, 0.8) * sales,
            "depreciation": amount(drawer, horizon, sales, 0.0, 0.12),
            "needed": amount(drawer, horizon, sales, 0.0, 0.08),
        },
        "working_capital": by_date(drawer, horizon, 0.05, 0.25),
        "opening_cash": drawer.pick((0.0, 0.02, 0.3)) * sales,
        "opening_debt": drawer.pick((0.0, 0.1, 0.25, 0.9)) * sales,
        "distributable_reserves": drawer.pick((0.1, 0.0, 1.0)) * sales,
    }


def consequences(drawer: Drawer, behaviour: str) -> Drawn:
    """What machines do to sales, at its limits too: always in ``full``, sometimes idle in ``mechanics``."""
    if behaviour == "mechanics" and not chance(drawer, 1, 4):
        return {}
    rule = {
        "equipment_per_sales": between(drawer, 0.2, 1.0),
        "opening_capacity": drawer.pick((1.0, 1.15)),
        "worn_out_turns": drawer.pick((1.0, 0.5, 0.0)),
        "quality_elasticity": drawer.pick((0.2, 0.0, 1.0)),
        "quality_years": drawer.whole(1, 4),
        "share_elasticity": drawer.pick((1.0, 0.0, 3.0)),
        "share_speed": drawer.pick((0.333, 1.0, 0.0)),
    }
    return {"consequences": rule}


def operations(drawer: Drawer, horizon: int, sales: float, detailed: bool) -> Drawn:
    """Sales and one margin, or sales and every cost."""
    if not detailed:
        return {"sales": sales, "ebitda_margin": by_date(drawer, horizon, 0.06, 0.25)}
    pay = drawer.pick(
        (
            {"payroll_share_of_sales": between(drawer, 0.2, 0.32)},
            {"gross": between(drawer, 1.2e-3, 1.8e-3) * sales},
        )
    )
    return {
        "sales": [sales, sales * between(drawer, 0.9, 1.1)] if chance(drawer, 1, 6) else sales,
        "purchases": by_date(drawer, horizon, 0.38, 0.42),
        "other_costs": by_date(drawer, horizon, 0.14, 0.2),
        "production_taxes": between(drawer, 0.0, 0.02),
        "staff": between(drawer, 10.0, 140.0),
        "pay": pay,
        "employer_charges": between(drawer, 0.0, 0.5),
        "jobs_follow_demand": between(drawer, 0.0, 1.0),
    }


def weather(drawer: Drawer, horizon: int) -> Drawn:
    """Calm, or years of falling demand; prices and volumes that grow or shrink; interest with or without."""
    fallen = [1.0, *(drawer.pick((1.0, 0.95, 0.65, 0.05, 1.2)) for _ in range(horizon))]
    found: Drawn = {
        "price_growth": drawer.pick((0.0, 0.02, -0.03)),
        "volume_growth": drawer.pick((0.0, 0.01, -0.05, 0.1)),
        "demand": fallen if chance(drawer, 1, 3) else 1.0,
        "base_rate": by_date(drawer, horizon, -0.02, 0.06),
    }
    if chance(drawer, 1, 2):
        found["deposit_rate"] = by_date(drawer, horizon, 0.0, 0.04)
    return found


def events(drawer: Drawer, horizon: int, detailed: bool) -> Drawn:
    """Nothing that happens, or one event or two, of which one may only be declared; what they move beside
    demand is drawn with each.
    """
    if not chance(drawer, 1, 3):
        return {}
    found: Drawn = {}
    for name in ("crisis", "other"):
        event: Drawn = {"demand": [drawer.pick((0.65, 0.95, 1.1)) for _ in range(drawer.whole(1, 3))]}
        if detailed and chance(drawer, 1, 2):
            event |= {"purchases": drawer.pick((1.1, 0.95)), "other_costs": drawer.pick((1.2, 0.9))}
        if chance(drawer, 1, 2):
            event["base_rate"] = by_date(drawer, horizon, -0.01, 0.04)
        found[name] = event
    happening = ("crisis", "other") if chance(drawer, 1, 2) else ("crisis",)
    starts = {name: {"starts": float(drawer.whole(1, horizon + 1))} for name in happening}
    return {"events": found, "happens": starts}


def policy(drawer: Drawer) -> Drawn:
    """Taxes with losses lost or carried, with or without participation, and the law of co-operatives."""
    tax: Drawn = {"rate": drawer.pick((0.25, 0.0, 0.34)), "fees_deductible": drawer.pick((True, False))}
    if chance(drawer, 2, 3):
        tax |= {"losses": "carried", "losses_used_freely": drawer.pick((0.0, 1e6)), "losses_used_beyond": 0.5}
    else:
        tax["losses"] = "lost"
    found: Drawn = {
        "corporate_tax": tax,
        "dividends_from": drawer.pick(("cash", "cash", "profit")),
        "cooperative": {
            "workers_capital": 0.51,
            "workers_votes": 0.65,
            "labour_share": 0.25,
            "legal_reserve": 0.15,
            "equity_share_of_capital": 0.5,
            "levy": drawer.pick((0.08, 0.0)),
        },
        "distress": {
            "price_share": between(drawer, 0.0, 1.0),
            "court_costs": between(drawer, 0.0, 0.2),
            "machines_recovered": between(drawer, 0.0, 0.6),
            "working_capital_recovered": between(drawer, 0.0, 1.0),
            **drawer.pick(({}, {"suppliers_owed": 0.16})),
            **drawer.pick(({}, {"takeover": {"hope": 0.7, "jobs_kept": 0.7}})),
            **restructuring(drawer),
        },
    }
    if chance(drawer, 2, 3):
        found["participation"] = {
            "minimum_staff": drawer.pick((0.0, 50.0)),
            "capital_return": 0.05,
            "profit_share": 0.5,
            "levy": drawer.pick((0.2, 0.0)),
        }
    return found


def restructuring(drawer: Drawer) -> Drawn:
    """Lenders who wait, or who take the shares: with all debt kept, some or none."""
    rule = {"debt_kept": drawer.pick((2.5, 0.0, 6.0)), "hope": drawer.pick((0.7, 0.0, 1.0))}
    return drawer.pick(({}, {"restructuring": rule}))


def tax_rules(drawer: Drawer, horizon: int) -> Drawn:
    """A rate of corporate tax by date, each company taxed alone, a taxed part of dividends; or none of
    these.
    """
    found: Drawn = {"rate": by_date(drawer, horizon, 0.0, 0.4)} if chance(drawer, 1, 3) else {}
    if chance(drawer, 1, 3):
        return found | {"regime": "parent_subsidiary", "dividend_taxable": drawer.pick((0.05, 0.0, 1.0))}
    return found | drawer.pick(({}, {}, {"dividend_taxable": 0.01}, {"dividend_taxable": 0.5}))


LENDERS = ("banks", "mezzanine", "seller", "solidarity_lenders")
SELLING = ("fund", "unlevered", "workers_holding")
HOLDING = ("fund", "unlevered", "workers_holding", "family_purchase")
FORMS_BY_SIMPLICITY = ("fund", "workers_holding", "scop", "unlevered", "family", "family_purchase")
KEEPS = ("scop", "family", "family_purchase")
"""Forms that do not sell."""


def deal(
    drawer: Drawer, year: int, sales: float, detailed: bool, forms: tuple[str, ...] = FORMS_BY_SIMPLICITY
) -> Drawn:
    """One deal of one of some forms, which ends in a given year."""
    form = drawer.pick(forms)
    price: Drawn = {
        "basis": drawer.pick(("trailing", "forward")),
        "cash": drawer.pick(("paid_for", "included")),
    }
    price |= drawer.pick(
        ({"multiple": between(drawer, 1.0, 8.0)}, {"amount": between(drawer, 0.1, 1.2) * sales})
    )
    paid_by = funding(drawer, form, sales, detailed)
    lived = plan(drawer, year, sales, detailed)
    if chance(drawer, 1, 3):
        owners = [party for party in paid_by["equity"] if party != "nobody_yet"]
        lived["rescues"] = rescues(drawer, sales, owners)
    return {
        "form": form,
        "terms": terms(drawer, form),
        "price": price,
        "fees": fees(drawer, sales),
        "funding": paid_by,
        "plan": lived,
        **drawer.pick(({}, {"required_return": 0.15})),
        "exit": {
            "year": year,
            **exit_multiple(drawer),
            "basis": drawer.pick(("trailing", "forward")),
            "costs": drawer.pick((0.0, 0.02)),
            **drawer.pick(({}, {"manager_fee": 0.01})),
            "catch": drawer.pick((0.0, 0.5, 1.0)),
        },
    }


def exit_multiple(drawer: Drawer) -> Drawn:
    """The multiple at the exit, in one of its two spellings."""
    changes = [{"multiple_change": change} for change in (0.0, 1.5, -2.0)]
    return drawer.pick((*changes, {"multiple": 4.5}))


def plan(drawer: Drawer, horizon: int, sales: float, detailed: bool) -> Drawn:
    """Machines between a floor and a target, with or without some for growth, some of them leased or none;
    owners paid or not.
    """
    found: Drawn = {
        "served_first": drawer.pick(("lenders", "machines")),
        "capex_target": amount(drawer, horizon, sales, 0.0, 0.07),
        "capex_floor": amount(drawer, horizon, sales, 0.0, 0.02),
        "payout": drawer.pick((0.0, 0.3, 1.0)),
    }
    found |= drawer.pick(({}, {"growth_machines": 1.0}, {"growth_machines": 0.4}))
    if chance(drawer, 1, 3):
        found["leasing"] = {
            "share": drawer.pick((0.5, 0.75, 0.0)),
            "years": drawer.whole(1, 7),
            "rate": drawer.pick((0.05, 0.0, 0.1)),
        }
    if detailed and chance(drawer, 1, 3):
        found["workforce"] = workforce(drawer)
    return found


def work_abroad(drawer: Drawer, sales: float) -> Drawn:
    """What work costs abroad and what moving it costs, at its limits too: dearer there, free to leave."""
    return {
        "labour_cost": drawer.pick((1e-3, 5e-3, 1e-4)) * sales,
        "productivity": drawer.pick((0.85, 1.0, 0.5)),
        "realised": drawer.pick((0.6, 1.0, 0.0)),
        "severance": drawer.pick((0.0, 2.0, 0.35)),
        "moving_per_job": drawer.pick((0.0, 1e-3)) * sales,
        "ramp_up": drawer.pick((0.1, 0.0)),
        "site": drawer.pick((0.0, 0.01)) * sales,
    }


def relocation(drawer: Drawer, horizon: int, sales: float, owners: list[str]) -> Drawn:
    """A move of some or all of the work, in a year that comes or does not, with or without lenders' word."""
    found: Drawn = {
        "year": float(drawer.whole(1, horizon)),
        "share": drawer.pick((0.2, 1.0, 0.0, 0.6)),
    }
    if chance(drawer, 1, 2):
        found["lenders_agree_below"] = drawer.pick((3.0, 0.0, 20.0))
    if owners and chance(drawer, 2, 3):
        most = drawer.pick(({"amount": 0.05 * sales}, {"amount": sales}, {"per_head": 2000.0}))
        found["owner_brings"] = {"party": drawer.pick(owners), "most": most}
    return found


def workforce(drawer: Drawer) -> Drawn:
    """How idle work is met, at its limits too: nobody leaves, all leave, all are temporary."""
    jobs, pay, short_time = drawer.pick(
        ((0.1, 0.05, 0.35), (0.0, 0.0, 0.0), (0.8, 0.0, 0.0), (0.0, 0.4, 0.4), (0.3, 0.2, 0.2))
    )
    return {
        "temporary_staff": drawer.pick((0.1, 0.0, 0.8)),
        "jobs": jobs,
        "pay": pay,
        "short_time": short_time,
        "short_time_pay": drawer.pick((0.6, 0.0, 0.8)),
        "public_money": drawer.pick((0.6, 0.0, 0.8)),
        "severance": between(drawer, 0.0, 4.0),
        "hiring": drawer.pick((0.2, 0.0, 1.0)),
    }


def rescues(drawer: Drawer, sales: float, owners: list[str]) -> Drawn:
    """Some of the ways through a year in which cash is short."""
    found: Drawn = drawer.pick(({}, {"deferral": 1.0}, {"deferral": 2.0}))
    found |= drawer.pick(({}, {"blocked_labour_share": 1.0}, {"blocked_labour_share": 0.5}))
    if owners and chance(drawer, 2, 3):
        most = drawer.pick(({"amount": 0.05 * sales}, {"amount": 0.5 * sales}, {"per_head": 2000.0}))
        asked = drawer.pick(({}, {"required_return": 0.2}))
        found["new_money"] = {
            "party": drawer.pick(owners),
            "most": most,
            "hope": drawer.pick((1.0, 0.5)),
            **asked,
        }
    return found


def terms(drawer: Drawer, form: str) -> Drawn:
    """A form's own terms."""
    if form in ("fund", "unlevered"):
        return drawer.pick(({}, {"monitoring_fee": 0.03})) | fund_economics(drawer)
    if form != "scop":
        return {}
    labour, reserves = drawer.pick(((0.45, 0.45), (0.25, 0.5), (0.85, 0.15), (0.5, 0.5)))
    found: Drawn = {
        "labour_share": labour,
        "share_interest": round(1.0 - labour - reserves, 6),
        "labour_share_blocked_years": drawer.whole(1, 6),
        "workers_votes": 1.0,
    }
    if chance(drawer, 1, 2):
        found["production_tax_relief"] = between(drawer, 0.0, 1.0)
    return found


def fund_economics(drawer: Drawer) -> Drawn:
    """What a fund's investors pay its manager, in one deal out of three."""
    if not chance(drawer, 1, 3):
        return {}
    rule = {
        "management_fee": between(drawer, 0.0, 0.03),
        "fee_years": drawer.pick((5.0, 2.0, 0.0, 1.5)),
        "later_fee": drawer.pick((0.02, 0.0)),
        "hurdle": drawer.pick((0.08, 0.0, 0.02)),
        "hurdle_is": drawer.pick(("compounded", "simple")),
        "catch_up": drawer.pick((1.0, 0.0, 0.5, 0.2)),
        "carry": drawer.pick((0.2, 0.0, 0.3)),
    }
    return {"fund_economics": rule}


def fees(drawer: Drawer, sales: float) -> Drawn:
    """Fees of closing day, or none."""
    found: Drawn = {}
    if chance(drawer, 2, 3):
        found["buyer"] = drawer.pick(({"share_of_price": 0.03}, {"amount": 0.01 * sales}))
    if chance(drawer, 1, 4):
        found["transaction"] = {"share_of_price": 0.01}
    if chance(drawer, 2, 3):
        found["financing"] = {
            "share_of_debt": between(drawer, 0.0, 0.04),
            "amortised": drawer.pick((True, False)),
        }
    return found


def funding(drawer: Drawer, form: str, sales: float, detailed: bool) -> Drawn:
    """Loans, a credit line, cash to keep, owners."""
    found: Drawn = {}
    equity = stakes(drawer, form, sales, detailed)
    if chance(drawer, 1, 3):
        found["minimum_cash"] = {"amount": 0.02 * sales, "funded": drawer.pick((True, False))}
    if chance(drawer, 1, 3):
        found["growth_capital"] = between(drawer, 0.0, 0.15) * sales
    if form != "unlevered":
        nobody_is_the_rest = not any(stake == "rest" or stake.get("rest") for stake in equity.values())
        found["loans"] = loans(drawer, form, sales, nobody_is_the_rest)
        if chance(drawer, 1, 3):
            found["revolver"] = {
                "lender": drawer.pick(LENDERS),
                "entity": entity(drawer, form),
                "limit": between(drawer, 0.0, 0.1) * sales,
                "rate": between(drawer, 0.0, 0.08),
                "commitment_fee": drawer.pick((0.0, 0.01)),
            }
    if form in HOLDING and chance(drawer, 1, 3):
        found["covenants"] = covenants(drawer, sales, [party for party in equity if party != "nobody_yet"])
    if form in HOLDING and chance(drawer, 1, 2):
        found["preferred"] = preferred(drawer, [party for party in equity if party != "nobody_yet"])
    if "managers" in equity and form in SELLING and chance(drawer, 1, 2):
        low = drawer.pick((0.0, 0.08))
        found["ratchet"] = {"first": {"above": low, "share": between(drawer, 0.0, 0.3)}}
        if chance(drawer, 1, 2):
            found["ratchet"]["second"] = {"above": low + 0.1, "share": between(drawer, 0.0, 0.5)}
    return found | {"equity": equity}


def covenants(drawer: Drawer, sales: float, owners: list[str]) -> Drawn:
    """Ratios to keep, loose or tight, and what becomes of a breach."""
    found: Drawn = {"leverage": drawer.pick((4.0, 2.0, [6.0, 5.0, 3.0]))}
    found |= drawer.pick(({}, {"cover": 1.0}, {"cover": 0.3, "interest_cover": 2.0}))
    found |= drawer.pick(({}, {"waiver": {"fee": 0.005, "rate_step": 0.01}}))
    cure = {"party": drawer.pick(owners), "most": 0.05 * sales, "required_return": drawer.pick((0.0, 0.2))}
    return found | drawer.pick(({}, {"cure": cure}))


def preferred(drawer: Drawer, holders: list[str]) -> Drawn:
    """One or two kinds of preferred money, one of which may convert."""
    found: Drawn = {}
    for number in range(drawer.whole(1, 2)):
        found[f"preferred{number + 1}"] = {
            "rank": drawer.pick((number + 1, 1)),
            "holder": drawer.pick(holders),
            "kind": drawer.pick(("shareholder_loan", "preference_shares")),
            "size": {"share_of_stake": between(drawer, 0.0, 0.9)},
            "rate": between(drawer, 0.0, 0.15),
            **drawer.pick(({}, {"participating": True}, {"converts_into": 0.4} if number == 0 else {})),
        }
    return found


def entity(drawer: Drawer, form: str) -> str:
    """A company that this form has."""
    return drawer.pick(("holding", "factory")) if form in HOLDING else "factory"


def stakes(drawer: Drawer, form: str, sales: float, detailed: bool) -> Drawn:
    """Owners' money: one of them brings the rest, sometimes somebody who is still to be found."""
    if form == "family":
        return {}
    workers = {"per_head": between(drawer, 0.0, 2e4), "take_up": between(drawer, 0.5, 1.0)}
    if form in ("fund", "unlevered"):
        found: Drawn = {"fund": "rest"}
        if chance(drawer, 1, 3):
            size = drawer.pick(("share_of_uses", "share_of_equity"))
            found["managers"] = {size: 0.05, "rollover": drawer.pick((False, True))}
        if chance(drawer, 1, 6):
            found["industrial_group"] = {"amount": 0.01 * sales}
        return declared(drawer, found)
    if form == "family_purchase":
        rest = drawer.pick(("family", "nobody_yet"))
        found = {rest: "rest"} | ({} if rest == "family" else {"family": {"share_of_uses": 0.1}})
        if chance(drawer, 1, 3):
            found["managers"] = {"share_of_uses": 0.05, "rollover": drawer.pick((False, True))}
        return found
    rest = drawer.pick(("workers", "nobody_yet", "solidarity_lenders"))
    found = {rest: "rest"}
    if rest != "workers":
        found["workers"] = workers if detailed else {"amount": 0.05 * sales}
    if form == "workers_holding" and chance(drawer, 1, 3):
        found["managers"] = {"share_of_uses": 0.02, "rollover": True}
    return found


def declared(drawer: Drawer, owners: Drawn) -> Drawn:
    """Stakes whose parts of the ordinary shares are sometimes declared, up to one or not."""
    if not chance(drawer, 1, 5):
        return owners
    return {
        party: ({"rest": True} if stake == "rest" else stake)
        | {"ordinary_share": drawer.pick((0.5, 0.8, 0.0 if party != "fund" else 0.1))}
        for party, stake in owners.items()
    }


def loans(drawer: Drawer, form: str, sales: float, one_is_the_rest: bool) -> Drawn:
    """Up to three loans at both companies, never above what is bought by much."""
    count = drawer.whole(1, 4) if one_is_the_rest else drawer.pick((1, 1, 2, 3, 6, 0))
    ranks = drawer.pick(((1, 2, 3, 4, 5, 6), (30, 7, 12, 99, 1, 8), (1, 1, 2, 2, 2, 3)))[:count]
    found: Drawn = {}
    for number, rank in enumerate(ranks):
        if one_is_the_rest and number == 0:
            size: Any = "rest"
        elif one_is_the_rest:
            size = {"share_of_uses": 0.2 if count < 4 else 0.1}
        else:
            size = drawer.pick(
                (
                    {"share_of_uses": between(drawer, 0.2, 0.95) / count},
                    {"times_ebitda": between(drawer, 0.0, 6.0) / count},
                    {"amount": between(drawer, 0.0, 0.4) * sales / count},
                    {"beyond_equity": 1.0 - between(drawer, 0.2, 0.95) / count},
                )
            )
        found[f"loan{number + 1}"] = loan(drawer, form, rank, size)
    if form in HOLDING and chance(drawer, 1, 4):
        found["later"] = later_loan(drawer, form, sales)
    return found


def later_loan(drawer: Drawer, form: str, sales: float) -> Drawn:
    """A loan drawn after closing day, for owners or to repay the holding's loans."""
    found = loan(
        drawer,
        form,
        50,
        drawer.pick(({"up_to_leverage": 3.0}, {"times_ebitda": 0.7}, {"amount": 0.02 * sales})),
    )
    found = {name: value for name, value in found.items() if name not in ("yearly_share", "grace", "balloon")}
    repayment = drawer.pick(("bullet", "annuity"))
    return found | {
        "repayment": repayment,
        "years": drawer.pick((7.0, 2.0, 1.0)),
        "drawn": drawer.whole(1, 3),
        "purpose": drawer.pick(("owners", "loans")),
    }


def loan(drawer: Drawer, form: str, rank: int, size: Any) -> Drawn:
    """One loan on any terms."""
    repayment = drawer.pick(("linear", "annuity", "bullet", "yearly_share"))
    found: Drawn = {
        "rank": rank,
        "lender": drawer.pick(LENDERS),
        "entity": entity(drawer, form),
        "size": size,
        "interest_on": drawer.pick(("opening", "average")),
        "repayment": repayment,
    }
    if chance(drawer, 1, 3):
        found["margin"] = between(drawer, 0.0, 0.06)
        found |= drawer.pick(({}, {"floor": 0.01}))
    else:
        found["rate"] = drawer.pick((between(drawer, 0.0, 0.1), 0.0))
    if chance(drawer, 1, 4):
        found["capitalised_rate"] = between(drawer, 0.0, 0.06)
    if chance(drawer, 1, 3):
        found["sweep"] = drawer.pick((0.5, 1.0))
        found |= drawer.pick(({}, {"sweep_rank": 100 - rank}))
    if chance(drawer, 1, 5):
        steps = {"high": {"above": 3.0, "share": 0.75}, "low": {"above": 1.5, "share": 0.25}}
        found["sweep_steps"] = steps
    if repayment in ("linear", "annuity"):
        found["years"] = drawer.pick((7.0, 5.0, 12.0, 2.0, 1.0, 6.5))
        found |= drawer.pick(({}, {"grace": 2.0}, {"grace": 12.0}))
        found |= drawer.pick(({}, {"balloon": 0.5}, {"balloon": 1.0}))
    elif repayment == "yearly_share":
        found["yearly_share"] = between(drawer, 0.0, 0.15)
        found |= drawer.pick(({}, {"years": 4.0}))
    else:
        found |= drawer.pick(({}, {"years": 7.0}, {"years": 3.0}))
    if "years" in found and chance(drawer, 1, 4):
        found["at_maturity"] = {
            "up_to_leverage": drawer.pick((4.0, 0.5)),
            "more_years": drawer.pick((2.0, 20.0)),
            "rate_step": drawer.pick((0.01, 0.0)),
            "fee": drawer.pick((0.01, 0.0)),
        }
    return found
