"""The model's answer as plain JSON: what other programs may rely on.

The shape is a contract, described in ``docs/json.md`` and kept by a test: fields may be added, never renamed.
Series are lists, one item a date; NaN (no value) is ``null``; a batch gives nested lists, the date last.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from lbo_model.engine import Result, Run, batch_shape, play, run
from lbo_model.equations import ratio
from lbo_model.forms import FORMS
from lbo_model.forms.tax_return import TaxReturn
from lbo_model.measures import events, measure, preferred_returns, preferred_schedule, returns, tax_returns
from lbo_model.position import Status
from lbo_model.scenario import Scenario
from lbo_model.scenario.paths import SAME
from lbo_model.statements import statements
from lbo_model.studies import (
    bearable_debt,
    by_exit_year,
    ebitda_needed,
    highest_price,
    odds,
    storms,
    without_levers,
)

PROGRAM = "Reprise en main"


def as_json(
    played: Run, name: str, deals: tuple[str, ...] | None = None, terms: str = SAME
) -> dict[str, Any]:
    """A run as a tree of dictionaries, lists, texts and numbers that ``json.dumps`` takes as it is.

    ``name`` is the scenario's name; ``deals`` keeps only some of its deals; ``terms`` are those that were put
    in before it was played.
    """
    chosen = played.deals if deals is None else {deal: played.deals[deal] for deal in deals}
    return {
        **_head(played.scenario, name, terms),
        "dates": list(range(played.scenario.horizon + 1)),
        "deals": {deal: _deal(result) for deal, result in chosen.items()},
    }


def limits_as_json(
    scenario: Scenario,
    name: str,
    required_return: Any,
    cover: Any,
    deals: tuple[str, ...] | None = None,
    terms: str = SAME,
) -> dict[str, Any]:
    """How far the deals of a scenario can go, as a tree that ``json.dumps`` takes as it is.

    ``required_return`` is what owners ask a year, ``cover`` how many times cash must cover what lenders are
    due; ``deals`` keeps only some; ``terms`` are those that were put in.
    """
    return {
        **_head(scenario, name, terms),
        "required_return": plain(required_return),
        "cover": plain(cover),
        "deals": {
            deal: _limits(scenario, deal, required_return, cover)
            for deal in (scenario.deals if deals is None else deals)
        },
    }


def storms_as_json(
    scenario: Scenario, name: str, paths: int, deals: tuple[str, ...] | None = None, terms: str = SAME
) -> dict[str, Any]:
    """How the deals of a scenario end in random weather, as a tree that ``json.dumps`` takes as it is.

    ``paths`` is how many lives are drawn; ``deals`` keeps only some; ``terms`` are those that were put in.

    Raises:
        InputError: where the scenario says nothing of luck.
    """
    played = run(storms(scenario, paths)).deals
    luck = scenario.weather.luck
    assert luck is not None, "storms refuse a scenario without luck"
    return {
        **_head(scenario, name, terms),
        "paths": paths,
        "seed": luck.seed,
        "deals": {
            deal: {
                "form": played[deal].form.code,
                "owner": played[deal].form.owner,
                "start": played[deal].start,
                **plain(asdict(odds(played[deal]))),
            }
            for deal in (played if deals is None else deals)
        },
    }


def _limits(scenario: Scenario, deal: str, required_return: Any, cover: Any) -> dict[str, Any]:
    form, result = FORMS[scenario.deals[deal].form], play(scenario, deal, batch_shape(scenario))
    closing = result.closing
    debt = sum(closing.loans, 0.0)
    covers = {"after_needed_capex": False, "before_capex": True}
    return {
        "form": form.code,
        "owner": form.owner,
        "sells": form.sells,
        "start": result.start,
        "events": plain([asdict(one) for one in events(result)]),
        "today": {
            "price_multiple": plain(closing.multiple),
            "price": plain(closing.enterprise_value),
            "debt_times_ebitda": plain(ratio(debt, closing.ebitda)),
            "debt": plain(debt),
            "ebitda": plain(result.lines.ebitda[..., 0]),
        },
        "highest_price": plain(asdict(highest_price(scenario, deal, required_return))),
        "own_bid": _own_bid(scenario, deal),
        "bearable_debt": {
            name: plain(asdict(bearable_debt(scenario, deal, cover, before_capex=before)))
            for name, before in covers.items()
        },
        "ebitda_needed": {
            name: plain(asdict(ebitda_needed(scenario, deal, cover, before_capex=before)))
            for name, before in covers.items()
        },
        "by_exit_year": plain(asdict(by_exit_year(scenario, deal))),
    }


def _own_bid(scenario: Scenario, deal: str) -> dict[str, Any] | None:
    """The highest price for the return that the deal declares, under the file's law and without levers."""
    asked = scenario.deals[deal].required_return
    if asked is None:
        return None
    laws = {"bid": scenario, "without_levers": without_levers(scenario)}
    bids = {name: plain(asdict(highest_price(law, deal, asked))) for name, law in laws.items()}
    return {"required_return": plain(asked), **bids}


def _head(scenario: Scenario, name: str, terms: str) -> dict[str, Any]:
    return {
        "program": PROGRAM,
        "format": scenario.format,
        "scenario": name,
        "currency": scenario.currency,
        "behaviour": scenario.behaviour,
        "terms": terms,
    }


def _deal(result: Result) -> dict[str, Any]:
    closing = result.closing
    labels = list(result.deal.funding.loans)
    sources = {**dict(zip(labels, closing.loans, strict=True)), **closing.stakes}
    return {
        "form": result.form.code,
        "entities": ["factory", "holding"] if result.form.has_holding else ["factory"],
        "exit_year": result.deal.exit.year,
        "start": result.start,
        "then": result.deal.then,
        "closing": {
            "sources": plain(sources),
            "uses": plain(closing.uses),
            "missing": plain(closing.missing),
            "debt_refused": plain(closing.debt_refused),
            "not_financed": plain(closing.not_financed),
            "forbidden": {
                reason: plain(cells) for reason, cells in closing.forbidden.items() if np.any(cells)
            },
        },
        "ledger": [
            {"payer": payer, "payee": payee, "reason": reason, "amounts": plain(amounts)}
            for (payer, payee, reason), amounts in result.ledger.amounts.items()
        ],
        "loans": _loans(result),
        "preferred": _preferred(result),
        "statements": plain(statements(result)),
        "tax": {company: _computed(filed) for company, filed in tax_returns(result).items()},
        "status": {company: _status_names(result.status(company)) for company in ("factory", "holding")},
        "events": plain([asdict(one) for one in events(result)]),
        "returns": plain(returns(result)),
        "measures": plain(measure(result)),
    }


def _loans(result: Result) -> dict[str, Any]:
    """Each loan's roll-forward.

    ``opening + drawn + capitalised - repaid - converted - written_off = closing``
    """
    lines, positions, funding = result.lines, result.positions, result.deal.funding
    rows = zip(
        funding.loans.items(),
        positions.loans,
        lines.loan_drawn,
        lines.loan_capitalised,
        lines.loan_repaid,
        lines.loan_converted,
        lines.loan_written_off,
        lines.loan_interest,
        strict=True,
    )
    answer = {
        name: {
            "entity": loan.entity,
            "rank": loan.rank,
            "lender": loan.lender,
            **_roll(closing, drawn, capitalised, repaid, converted, written_off, interest),
        }
        for (name, loan), closing, drawn, capitalised, repaid, converted, written_off, interest in rows
    }
    if funding.revolver is not None:
        answer["revolver"] = {
            "entity": funding.revolver.entity,
            "rank": 0,
            "lender": funding.revolver.lender,
            **_roll(
                positions.revolver,
                lines.revolver_drawn,
                0.0 * lines.revolver_drawn,
                lines.revolver_repaid,
                lines.revolver_converted,
                lines.revolver_written_off,
                lines.revolver_interest,
            ),
        }
    return answer


def _preferred(result: Result) -> dict[str, Any]:
    """Owners' preferred money: opening + brought + grown - paid - not_paid = closing."""
    terms, returned = result.deal.funding.preferred, preferred_returns(result)
    return {
        name: {
            "holder": terms[name].holder,
            "kind": terms[name].kind,
            "rank": terms[name].rank,
            **{move: plain(series) for move, series in moves.items()},
            "returns": plain(returned[name]),
        }
        for name, moves in preferred_schedule(result).items()
    }


def _computed(filed: TaxReturn) -> dict[str, Any]:
    """The lines of a computation of tax, and what they come to."""
    sums = {name: getattr(filed, name) for name in ("loss", "losses_added", "taxable")}
    return {name: plain(series) for name, series in {**asdict(filed), **sums}.items()}


def _roll(
    closing: Any,
    drawn: Any,
    capitalised: Any,
    repaid: Any,
    converted: Any,
    written_off: Any,
    interest: Any,
) -> dict[str, Any]:
    closing = np.asarray(closing)
    opening = np.concatenate([np.zeros((*closing.shape[:-1], 1)), closing[..., :-1]], axis=-1)
    gone = np.isnan(closing)
    return {
        "opening": plain(np.where(gone, np.nan, opening)),
        "drawn": plain(drawn),
        "capitalised": plain(capitalised),
        "repaid": plain(repaid),
        "converted": plain(converted),
        "written_off": plain(written_off),
        "closing": plain(closing),
        "interest": plain(interest),
    }


def _status_names(codes: Any) -> Any:
    if isinstance(codes, np.ndarray) and codes.ndim > 0:
        return [_status_names(cell) for cell in codes]
    return None if codes < 0 else Status(int(codes)).name.lower()


def plain(value: Any) -> Any:
    """Arrays as nested lists, NaN as None, negative zero as zero."""
    if isinstance(value, Mapping):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, (np.ndarray, np.generic)):
        return plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return value + 0.0 if math.isfinite(value) else None
    return value
