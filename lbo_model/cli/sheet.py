"""A deal as an analyst lays it out: sources and uses, debt by loan, statements, ratios, returns, shares.

The whole of what ``run --full`` prints. Amounts are millions with two decimals; a dash is nothing at all.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from lbo_model import measures
from lbo_model.cli.events import warnings
from lbo_model.engine import Result, Run
from lbo_model.formulas import STATEMENTS, Formulas, sign_of
from lbo_model.position import Array, Status
from lbo_model.words import Words

_WIDTH = 10
_A_CENT = 0.01
_TOTALS = ("value_added", "ebitda", "net_income", "change", "closing_cash", "total_assets", "total_claims")
_SIGNS = ("drawn", "capitalised", "scheduled", "early", "at_the_end", "written_off")
_SALE_TOTALS = ("enterprise_value", "to_owners")

Row = tuple[str, list[str]]


@dataclass(frozen=True)
class Block:
    """A title and its rows; columns have heads or none. An empty row is a line."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Row | None]


def sheet(run: Run, title: str, words: Words, deals: tuple[str, ...] | None = None) -> Iterator[str]:
    """The lines of a run: each deal in turn, owners in a row one after the other, then their account."""
    yield _plain(title)
    yield words.say("sheet.unit", currency=run.scenario.currency)
    if deals is not None:
        for name in deals:
            yield from _deal(run, name, words)
        return
    for first in run.scenario.first_deals:
        row = run.scenario.chain(first)
        for name in row:
            yield from _deal(run, name, words)
        if len(row) > 1:
            yield from _printed(_in_a_row(run, first, words))


def _deal(run: Run, name: str, words: Words) -> Iterator[str]:
    result = run.deals[name]
    yield ""
    yield _plain(words.say("cli.deal", form=words.say(f"cli.form.{result.form.code}"), name=name))
    if result.start:
        yield _plain(words.say("sheet.follows", year=result.start))
    if bool(result.closing.not_financed):
        yield f"** {words.say('cli.does_not_close')} **"
    yield from warnings([asdict(event) for event in measures.events(result)], result.start, words)
    blocks = [*_closing(result, words), *_debt(run, result, words), *_statements(result, words)]
    blocks += [_ratios(result, words), *_end(result, words), _returns(result, words), _bridge(result, words)]
    yield from _printed([*blocks, _house(result, words), _who(result, words)])


# --- closing day --------------------------------------------------------------------------------------------


def _closing(result: Result, words: Words) -> Iterator[Block]:
    closing = result.closing
    ebitda = float(closing.ebitda)
    yield Block(
        words.say("sheet.price"),
        (),
        [
            (words.say("sheet.ebitda"), [_millions(ebitda, words)]),
            (words.say("sheet.multiple"), [_times(float(closing.multiple), words)]),
            (words.say("sheet.enterprise_value"), [_millions(float(closing.enterprise_value), words)]),
        ],
    )
    heads = [words.say(f"sheet.head.{head}") for head in ("amount", "share", "times_ebitda")]
    for title, amounts in (("sources", _sources(result, words)), ("uses", _uses(result, words))):
        kept = [(label, amount) for label, amount in amounts if abs(amount) > _A_CENT]
        total = sum(amount for _, amount in kept)
        rows: list[Row | None] = [(label, _shared(amount, total, ebitda, words)) for label, amount in kept]
        rows += [None, (words.say("sheet.total"), _shared(total, total, ebitda, words))]
        yield Block(words.say(f"sheet.{title}"), heads, rows)


def _sources(result: Result, words: Words) -> Iterator[tuple[str, float]]:
    """Loans by rank, then each owner's preferred money and ordinary shares, then what is missing."""
    closing, funding = result.closing, result.deal.funding
    for (name, loan), amount in zip(funding.loans.items(), closing.loans, strict=True):
        yield _loan(name, loan.lender, words), float(amount)
    left = {party: float(amount) for party, amount in closing.stakes.items()}
    for one, amount in zip(funding.preferred.values(), closing.preferred, strict=True):
        left[one.holder] -= float(amount)
        yield _held(one.holder, one.kind, words), float(amount)
    for party, amount in left.items():
        yield _held(party, "ordinary", words), amount
    yield words.say("cli.missing"), float(closing.missing)


def _uses(result: Result, words: Words) -> Iterator[tuple[str, float]]:
    for use, amount in result.closing.uses.items():
        yield words.say(f"cli.use.{use}"), float(amount)


def _loan(name: str, lender: str, words: Words) -> str:
    return words.say("cli.named_loan", name=name, lender=words.say(f"parties.{lender}"))


def _held(party: str, kind: str, words: Words) -> str:
    return words.say("sheet.held", party=words.say(f"parties.{party}"), kind=words.say(f"sheet.kind.{kind}"))


def _shared(amount: float, total: float, ebitda: float, words: Words) -> list[str]:
    share = words.show(amount / total, "percent_short") if total else "–"
    return [_millions(amount, words), share, _times(amount / ebitda if ebitda > 0.0 else np.nan, words)]


# --- the years ----------------------------------------------------------------------------------------------


def _dates(result: Result) -> list[int]:
    return [int(date) for date in np.flatnonzero(~np.isnan(result.positions.machines))]


def _heads(result: Result, words: Words) -> list[str]:
    return [str(result.start + date) if date else words.say("cli.closing_day") for date in _dates(result)]


def _series(label: str, series: Array, result: Result, words: Words) -> Row:
    return label, [_millions(float(series[date]), words) for date in _dates(result)]


def _some(series: Array) -> bool:
    return bool(np.any(np.abs(np.nan_to_num(series)) > _A_CENT))


def _debt(run: Run, result: Result, words: Words) -> Iterator[Block]:
    """A block for each loan that was ever owed, and for the credit line."""
    heads, funding = _heads(result, words), result.deal.funding
    for name, loan in measures.debt_schedule(run.scenario, result).items():
        line = funding.revolver if name == "revolver" else None
        title = words.say("sheet.credit_line") if line else _loan(name, funding.loans[name].lender, words)
        if not line or _some(loan["drawn"]) or _some(loan["interest_paid"]):
            signs = dict(zip(_SIGNS, (1.0, 1.0, -1.0, -1.0, -1.0, -1.0), strict=True))
            rows: list[Row | None] = [
                _series(words.say("sheet.debt.opening"), loan["opening"], result, words)
            ]
            rows += [
                _series(words.say(f"sheet.debt.{move}"), sign * loan[move], result, words)
                for move, sign in signs.items()
                if _some(loan[move])
            ]
            rows += [None, _series(words.say("sheet.debt.closing"), loan["closing"], result, words)]
            rows.append(_series(words.say("sheet.debt.interest_paid"), loan["interest_paid"], result, words))
            yield Block(title, heads, rows)


def _statements(result: Result, words: Words) -> Iterator[Block]:
    """The group's three statements, or the factory's where it has no holding."""
    made = Formulas(result)
    entity, heads = made.entities[0], _heads(result, words)
    for statement in STATEMENTS:
        rows: list[Row | None] = []
        for line, series in made.statements[entity][statement].items():
            if line in _TOTALS or _some(series):
                label = words.say(f"accounts.{statement}.{line}")
                rows += [None] if line in _TOTALS else []
                rows.append(_series(label, sign_of(statement, line) * series, result, words))
        what, whose = words.say(f"accounts.statements.{statement}"), words.say(f"accounts.entities.{entity}")
        title = words.say("sheet.of", what=what, whose=whose)
        yield Block(title, heads, rows)


def _ratios(result: Result, words: Words) -> Block:
    serves = ~np.isin(result.status("holding"), (Status.RESTRUCTURED, Status.LIQUIDATED))
    covers = {
        "leverage": measures.leverage(result),
        "interest_cover": measures.interest_cover(result),
        "cover_before_capex": measures.cover_before_capex(result),
        "cover_after_needed_capex": measures.cover_after_needed_capex(result),
    }
    amounts = {
        "cash_for_debt": result.lines.cash_for_debt,
        "debt_service": result.lines.interest_due + result.lines.principal_due,
        "cash_after_debt_service": measures.cash_after_debt_service(result),
        "machines_owed": result.positions.machines_owed,
    }
    rows: list[Row | None] = [
        _series(words.say("sheet.ratio.net_debt"), measures.net_debt(result), result, words)
    ]
    for name, series in covers.items():
        # A ratio of a year belongs to a year that was lived; debt over EBITDA is one of a date.
        # Once the holding is in default its lenders are owed nothing by the year: no cover to speak of.
        shown = [
            _times(float(series[date]) if name == "leverage" or (date and serves[date]) else np.nan, words)
            for date in _dates(result)
        ]
        rows.append((words.say(f"sheet.ratio.{name}"), shown))
    rows += [_series(words.say(f"sheet.ratio.{name}"), one, result, words) for name, one in amounts.items()]
    return Block(words.say("sheet.ratios"), _heads(result, words), rows)


# --- the end ------------------------------------------------------------------------------------------------


def _end(result: Result, words: Words) -> Iterator[Block]:
    """From the value to what owners share; where nothing is sold, who holds what the factory is worth."""
    year = result.start + result.deal.exit.year
    account = measures.sale_account(result)
    rows: list[Row | None] = [
        (words.say("sheet.ebitda"), [_millions(float(result.end_ebitda), words)]),
        (
            words.say("sheet.multiple"),
            [_times(float(result.deal.exit.multiple_after(result.closing.multiple)), words)],
        ),
    ]
    for name, amount in account.items():
        if name in _SALE_TOTALS or abs(float(amount)) > _A_CENT:
            rows += [None] if name in _SALE_TOTALS else []
            rows.append((words.say(f"sheet.sale.{name}"), [_millions(float(amount), words)]))
    if account:
        yield Block(words.say("sheet.sold", year=year), (), rows)
        return
    rows.append((words.say("sheet.sale.enterprise_value"), [_millions(float(result.end_value), words)]))
    tills = result.positions.factory_cash + result.positions.holding_cash
    rows.append((words.say("sheet.sale.cash"), [_millions(float(tills[result.deal.exit.year]), words)]))
    rows.append(None)
    for party, held in result.claims_end.items():
        if abs(float(held)) > _A_CENT:
            claim = words.say("sheet.claim", party=words.say(f"parties.{party}"))
            rows.append((claim, [_millions(float(held), words)]))
    yield Block(words.say("sheet.kept", year=year), (), rows)


def _returns(result: Result, words: Words) -> Block:
    """Each owner and each lender; below an owner, what its preferred money brought."""
    heads = [words.say(f"sheet.head.{head}") for head in ("paid_in", "received", "times", "irr")]
    rows: list[Row | None] = []
    for party, found in measures.returns(result).items():
        rate = float(found["irr"])
        rows.append(
            (
                words.say(f"parties.{party}"),
                [
                    _millions(float(found["paid_in"]), words),
                    _millions(float(found["received"]), words),
                    _times(float(found["multiple"]), words),
                    "–" if np.isnan(rate) else words.show(rate, "percent"),
                ],
            )
        )
        rows += _preferred(result, party, words)
    return Block(words.say("sheet.returns"), heads, rows)


def _preferred(result: Result, party: str, words: Words) -> Iterator[Row]:
    lines, closing = result.lines, result.closing
    terms = result.deal.funding.preferred
    for number, (name, one) in enumerate(terms.items()):
        if one.holder == party:
            paid = lines.preferred_paid[number] + lines.preferred_paid_at_sale[number]
            received = float(np.nansum(paid[: result.deal.exit.year + 1]))
            brought = float(closing.preferred[number])
            of_it = words.say("sheet.of_which", kind=words.say(f"sheet.kind.{one.kind}"), name=name)
            times = _times(received / brought if brought else np.nan, words)
            yield of_it, [_millions(brought, words), _millions(received, words), times]


def _bridge(result: Result, words: Words) -> Block:
    rows: list[Row | None] = []
    for name, amount in measures.value_bridge(result).items():
        if abs(float(amount)) > _A_CENT:
            rows.append((words.say(f"sheet.bridge.{name}"), [_millions(float(amount), words)]))
    rows += [None, (words.say("sheet.bridge.gain"), [_millions(float(measures.gain(result)), words)])]
    return Block(words.say("sheet.bridge.title"), (), rows)


def _house(result: Result, words: Words) -> Block:
    """A fund's investors and its manager, where the terms say so."""
    rows: list[Row | None] = []
    found = measures.fund_house(result)
    forms = {"net_multiple": "multiple", "net_irr": "percent"}
    for name in ("contributions", "investors_received", "net_multiple", "net_irr", "manager_received"):
        if name in found:
            amount = float(found[name])
            cell = words.show(amount, forms[name]) if name in forms else _millions(amount, words)
            rows.append((words.say(f"sheet.house.{name}"), [cell]))
    return Block(words.say("sheet.house.title"), (), rows)


def _who(result: Result, words: Words) -> Block:
    heads = [words.say(f"sheet.head.{head}") for head in ("in_cash", "held_before", "held_after", "in_all")]
    rows: list[Row | None] = [
        (
            words.say(f"parties.{party}"),
            [_millions(float(got[name]), words) for name in ("cash", "claims_start", "claims_end", "total")],
        )
        for party, got in measures.who_got_what(result).items()
    ]
    return Block(words.say("sheet.who"), heads, rows)


def _in_a_row(run: Run, first: str, words: Words) -> Iterator[Block]:
    """What all owners of a chain come to."""
    owners = measures.owners_in_a_row(run, first)
    account = measures.cumulated_account(owners)
    names = [result.name for result in owners]
    rows: list[Row | None] = [
        (words.say(f"parties.{party}"), [_millions(float(total), words)])
        for party, total in account.items()
        if abs(float(total)) > _A_CENT
    ]
    total = sum(float(amount) for amount in account.values())
    rows += [None, (words.say("sheet.total"), [_millions(total, words)])]
    yield Block(words.say("sheet.account", names=" + ".join(names)), (), rows)
    burden = measures.cumulated_burden(owners)
    lines: list[Row | None] = [
        (
            words.say(f"sheet.burden.{name}"),
            [_millions(float(amount), words) for amount in (*columns, columns.sum())],
        )
        for name, columns in burden.items()
    ]
    yield Block(words.say("sheet.burden.title"), [*names, words.say("sheet.total")], lines)


# --- cells and columns --------------------------------------------------------------------------------------


def _millions(amount: float, words: Words) -> str:
    return "–" if np.isnan(amount) or abs(amount) <= _A_CENT else words.show(amount, "millions")


def _times(ratio: float, words: Words) -> str:
    """Always two decimals, so that columns align."""
    return (
        "–" if np.isnan(ratio) else words.say("formats.multiple", amount=words.show(ratio * 1e6, "millions"))
    )


def _printed(blocks: Iterable[Block]) -> Iterator[str]:
    """Blocks one under the other: labels as wide as the widest, columns as their widest head or cell."""
    found = [block for block in blocks if block.rows]
    label = max(len(row[0]) for block in found for row in block.rows if row) + 2
    for block in found:
        rows = [row for row in block.rows if row]
        cells = [*block.heads, *(cell for _, row in rows for cell in row)]
        width = max(_WIDTH, *(len(cell) + 2 for cell in cells))
        columns = max(len(block.heads), *(len(row) for _, row in rows))
        heads = "".join(f"{head:>{width}}" for head in block.heads)
        yield ""
        title = block.title if len(block.title) <= label else f"{block.title}\n  {'':<{label}}"
        yield _plain(f"  {title:<{label}}{heads}".rstrip() if heads else f"  {block.title}")
        for one in block.rows:
            if one is None:
                yield "  " + " " * label + "-" * (width * columns)
            else:
                yield _plain(f"  {one[0]:<{label}}" + "".join(f"{cell:>{width}}" for cell in one[1]))


def _plain(text: str) -> str:
    """Text of which a Windows console knows every sign: its minus, its spaces."""
    return text.replace("\u2212", "-").replace("\u202f", "\u00a0")
