"""Columns of bricks: who brings the money and what it is for; who has the factory at the purchase and at the
end.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from lbo_model import measures
from lbo_model.classroom import facts, palette, yearly
from lbo_model.classroom.cases import Case
from lbo_model.classroom.figures.frame import BARE, QUIET, framed
from lbo_model.classroom.figures.picture import (
    FRAME,
    NARROW,
    Picture,
    lines,
    owner_name,
    read_out,
    round_ticks,
    span,
    written,
)
from lbo_model.classroom.show import Table, plain
from lbo_model.words import Words

HEIGHT = 340
LEFT, RIGHT = 52, 8
"""Pixels beside the columns."""
GAP = 0.05
"""Between columns, as a share of the room that each has."""
ENDS = {"sold": "resale", "restructured": "resale", "liquidated": "closed"}
"""What stands under the second column where the owner does not keep the factory, by how the deal ended."""
TWO_LINES = 0.105
ONE_LINE = 0.05
"""Least height of a brick, as a share of the highest column, that takes a label of two lines or of one."""
LINE = 0.065
"""The height of a line of letters, as a share of the highest column."""


@dataclass(frozen=True)
class Brick:
    """One part of a column: what it is (a key of the words), whose colour, how much, and its hatch if not
    cash.
    """

    name: str
    party: str
    amount: float
    pattern: Any = None


@dataclass(frozen=True)
class Column:
    """Bricks from the bottom up, with what stands under them: the moment, and whose it is."""

    moment: str
    owner: str
    bricks: tuple[Brick, ...]


def sources_and_uses(cases: Sequence[Case], words: Words, title: str) -> Picture:
    """Closing day: one column for what is paid, one for each owner's sources, all of nearly the same
    height.
    """
    columns = [Column("", words.say("figures.uses"), _uses(cases[0]))]
    alone = len(cases) == 1
    columns += [
        Column("", words.say("figures.sources") if alone else owner_name(case, words), sources(case))
        for case in cases
    ]
    return _picture(columns, words, title, "figures.sources_caption")


def purchase_and_resale(
    cases: Sequence[Case], words: Words, title: str, guess: float | None = None
) -> Picture:
    """Two columns for each owner: who paid for the factory, and whose it is at the end; one brick melts."""
    columns = []
    for case in cases:
        owner, years = owner_name(case, words), case.result.deal.exit.year
        known = {"years": years, "year": facts.failure_year(case)}
        moment = "worth" if _still_held(case) else ENDS[facts.ending(case)]
        end = words.say(f"figures.{moment}", **known)
        columns.append(Column(words.say("figures.purchase"), owner, _purchase(case)))
        columns.append(Column(end, owner, _end(case)))
    picture = _picture(columns, words, title, "figures.resale_caption")
    return picture if guess is None else _with_bet(picture, guess, len(columns), words)


def _with_bet(picture: Picture, bet: float, place: int, words: Words) -> Picture:
    """The picture with one more column, hollow: what somebody bet would come back."""
    column = {
        "type": "bar",
        "x": [place],
        "y": [bet / 1e6],
        "text": [plain(words.show(bet, "money_short"))],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "marker": {"color": "var(--background)", "line": {"color": "var(--text)", "width": 2}},
        **QUIET,
    }
    name = written([place], [0.0], [lines(words.say("figures.bet"), 12)], "bottom center")
    layout = picture.figure["layout"]
    across = {**layout["xaxis"], "range": [-0.5, place + 0.5]}
    figure = {"data": [*picture.figure["data"], column, name], "layout": {**layout, "xaxis": across}}
    return replace(picture, figure=figure)


def silhouettes(words: Words, title: str, years: int, height_label: str = "") -> Picture:
    """Before anything is known: two empty columns of the same height, the purchase and the resale.

    ``height_label`` is written in both: what the heights have in common.
    """
    moments = words.say("figures.purchase"), words.say("figures.resale", years=years)
    columns = [Column(moment, "", ()) for moment in moments]
    layout = _layout(columns, 1e6, words)
    outlines = {
        "type": "bar",
        "x": [0, 1],
        "y": [1.0, 1.0],
        "text": [plain(height_label)] * 2,
        "textposition": "inside",
        "insidetextanchor": "middle",
        "marker": {"color": "var(--background)", "line": {"color": "var(--text)", "width": 2}},
        **QUIET,
        "meta": FRAME,
    }
    figure = {
        "data": [outlines, _below(columns, 1e6)],
        "layout": {**layout, "yaxis": {**layout["yaxis"], "title": {"text": ""}, "tickvals": []}},
    }
    return Picture(figure, title, words.say("figures.silhouettes", years=years), None)


# --- what the columns hold ----------------------------------------------------------------------------------


def _uses(case: Case) -> tuple[Brick, ...]:
    uses = case.result.closing.uses
    return (
        Brick("price_of_shares", "seller", float(uses["price_of_shares"])),
        Brick("debt_refinanced", "factory", float(uses["debt_refinanced"])),
        Brick(
            "fees", "advisers", float(uses["buyer_fees"] + uses["transaction_fee"] + uses["financing_fees"])
        ),
        Brick("growth_capital", "factory", float(uses["growth_capital"])),
        Brick("cash_in_till", "holding", float(uses["minimum_cash"] + uses["cash_left_over"])),
    )


def sources(case: Case) -> tuple[Brick, ...]:
    """Who brings the money of closing day, lenders first, then owners, then what is missing."""
    closing = case.result.closing
    lenders = [loan.lender for loan in case.result.deal.funding.loans.values()]
    loans = [
        Brick(_from("loan", lender), lender, float(amount))
        for lender, amount in zip(lenders, closing.loans, strict=True)
    ]
    stakes = [
        Brick(_of(case, "stake", party), party, float(amount)) for party, amount in closing.stakes.items()
    ]
    missing = Brick("missing", "nobody_yet", float(closing.missing), palette.NOT_CASH)
    return (*loans, *stakes, missing)


def _from(name: str, lender: str) -> str:
    """The name of a loan's brick: the bank's has the plain one."""
    return name if lender == "banks" else f"{name}_{lender}"


def _purchase(case: Case) -> tuple[Brick, ...]:
    if case.result.form.buys:
        return sources(case)
    stake = float(case.result.claims_start[case.result.form.owner])
    debt = float(sum(case.result.closing.loans, 0.0))
    return (Brick("loan", "banks", debt), Brick("stake_kept", case.party, stake, palette.NOT_CASH))


def _end(case: Case) -> tuple[Brick, ...]:
    # The date of the sale; of the winding-up where the factory closed before.
    result, date = case.result, min(int(case.result.last_date), case.result.deal.exit.year)
    funding = result.deal.funding
    lenders: list[str] = list(dict.fromkeys(loan.lender for loan in funding.loans.values()))
    line = funding.revolver
    if line is not None and line.lender not in lenders:
        lenders.append(line.lender)
    if _still_held(case):
        claims = {party: float(claim) for party, claim in result.claims_end.items()}
        owed = [
            Brick(_from("loan_left", lender), lender, claims.pop(lender, 0.0), palette.NOT_CASH)
            for lender in lenders
        ]
        missing = Brick("missing", "nobody_yet", claims.pop("nobody_yet", 0.0), palette.NOT_CASH)
        held = [
            Brick(
                f"held_{party}",
                party,
                claim,
                palette.IN_COMMON if party == "indivisible_reserves" else palette.NOT_CASH,
            )
            for party, claim in claims.items()
        ]
        return (*owed, missing, *held, _dividends(case))
    ledger = result.ledger
    repaid = dict.fromkeys(lenders, 0.0)
    for loan, amount in zip(funding.loans.values(), result.lines.loan_repaid_at_sale, strict=True):
        repaid[loan.lender] += float(amount[date])
    if line is not None:
        repaid[line.lender] += float(result.lines.revolver_repaid_at_sale[date])
    preferred = [
        Brick(_of(case, "preferred", party), party, yearly.preferred_at_the_end(case, party))
        for party in result.closing.stakes
    ]
    proceeds = [
        Brick(_of(case, "proceeds", party), party, yearly.ordinary_at_the_end(case, party))
        for party in result.closing.stakes
    ]
    debts, leases = _left_in_the_factory(case)
    costs = debts + float(result.lines.holding_exit_costs[date])
    costs += float(ledger.paid("factory", ("court_costs", "closing_severance"))[date])
    return (
        *(Brick(_from("loan_repaid", lender), lender, amount) for lender, amount in repaid.items()),
        *preferred,
        *proceeds,
        Brick("gain_share", "workers", float(ledger.received("workers", ("gain_share",))[date])),
        Brick("leases_taken_over", "lessor", leases),
        Brick("owed_and_costs", "advisers", costs),
        Brick("par_repaid", "nobody_yet", float(ledger.received("nobody_yet")[date])),
        _dividends(case),
    )


def _left_in_the_factory(case: Case) -> tuple[float, float]:
    """What the price pays of debts to workers and State, and of leases, which stay with the factory; where it
    does not cover them all the lessor's are left to the buyer first.
    """
    eve, account = case.result.eve, measures.sale_account(case.result)
    owed = float(eve.participation_owed + eve.levy_owed)
    if not account:
        return owed, 0.0
    unpaid, leases = float(account["left_to_the_buyer"]), -float(account["lease_debt"])
    return owed - max(0.0, unpaid - leases), max(0.0, leases - unpaid)


def _still_held(case: Case) -> bool:
    """Whether claims stand at the end: nobody sells, even where the holding no longer pays its lenders."""
    return not case.result.form.sells and facts.ending(case) != "liquidated"


def _dividends(case: Case) -> Brick:
    """What the owners had received before the end: it stands above what the factory is worth."""
    return Brick("dividends", case.party, float(facts.known(case)["distributions"]))


def _of(case: Case, what: str, party: str) -> str:
    """The name of a part of an owner's: a buyer without a loan is not called a fund."""
    alone = case.kind == "unlevered" and party == case.result.form.owner
    return f"{what}_{'buyer' if alone else party}"


# --- how they are drawn -------------------------------------------------------------------------------------


def _picture(columns: Sequence[Column], words: Words, title: str, caption: str) -> Picture:
    """Stacked columns on one axis, values written on bricks, and the same numbers as a table."""
    highest = max((sum(brick.amount for brick in column.bricks) for column in columns), default=1.0)
    placed = _placed(columns)
    hatched = [(place, foot, brick) for place, foot, brick in placed if brick.pattern]
    figure = {
        "data": [
            _bars(placed, highest, len(columns), words),
            *([_on_hatches(hatched, highest, len(columns), words)] if hatched else []),
            _below(columns, highest),
        ],
        "layout": _layout(columns, highest, words),
    }
    rows = [
        [", ".join(filter(None, (column.owner, column.moment))), words.say(f"bricks.{brick.name}"), amount]
        for column in columns
        for brick in column.bricks
        if abs(brick.amount) >= 0.5
        for amount in [words.show(brick.amount, "money")]
    ]
    heads = [words.say("figures.column"), words.say("figures.part"), words.say("figures.amount")]
    table = Table(words.say(caption), heads, rows)
    return Picture(figure, title, read_out(table), table)


def _layout(columns: Sequence[Column], highest: float, words: Words) -> dict[str, Any]:
    """Axes and margins. Margins are fixed: plotly would draw the figure twice to find its own."""
    room = 4.8 if columns[0].moment else 2.6  # lines of letters under the columns
    return {
        **framed(words, HEIGHT, (LEFT, RIGHT), top=8),
        "barmode": "overlay",
        "bargap": GAP,
        # What stands under the columns is written with the other words: tick labels are slow to redraw.
        "xaxis": {
            "range": [-0.5, len(columns) - 0.5],
            **BARE,
        },
        "yaxis": {
            "title": {"text": words.say("figures.millions")},
            "range": [-room * LINE * highest / 1e6, highest / 1e6 * 1.04],
            "tickvals": round_ticks(highest / 1e6),
            "automargin": False,
        },
    }


def _placed(columns: Sequence[Column]) -> list[tuple[int, float, Brick]]:
    """Every brick that can be seen, with its column and its foot."""
    placed = []
    for place, column in enumerate(columns):
        foot = 0.0
        for brick in column.bricks:
            if abs(brick.amount) >= 1.0:
                placed.append((place, foot, brick))
            foot += brick.amount
    return placed


def _bars(
    placed: Sequence[tuple[int, float, Brick]], highest: float, columns: int, words: Words
) -> dict[str, Any]:
    """All bricks as one trace: plotly redraws it faster than one for each level of the stack."""
    return {
        "type": "bar",
        "x": [place for place, _, _ in placed],
        "y": [brick.amount / 1e6 for _, _, brick in placed],
        "base": [foot / 1e6 for _, foot, _ in placed],
        "text": ["" if brick.pattern else _label(brick, highest, columns, words) for _, _, brick in placed],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "marker": {
            "color": [palette.colour(brick.party) for _, _, brick in placed],
            **_pattern([brick for _, _, brick in placed]),
            "line": {"color": "var(--background)", "width": 1},
        },
        **QUIET,
    }


def _pattern(bricks: Sequence[Brick]) -> dict[str, Any]:
    """The hatches of the bricks, left out where there is none."""
    shapes = [brick.pattern["shape"] if brick.pattern else "" for brick in bricks]
    return {"pattern": {**palette.NOT_CASH, "shape": shapes}} if any(shapes) else {}


def _label(brick: Brick, highest: float, columns: int, words: Words) -> str:
    """What stands on a brick: its name and value, or its value alone, or nothing where it is too thin."""
    name = words.say(f"bricks_short.{brick.name}")
    value = words.show(brick.amount, "money_short")
    if brick.amount >= TWO_LINES * highest:
        return f"{plain(name)}<br>{plain(value)}"
    if brick.amount < ONE_LINE * highest:
        return ""
    both = words.say("rows.named", name=name, value=value)
    room = (1.0 - GAP) * (NARROW - LEFT - RIGHT) / columns
    return plain(both if span(both) <= room else value)


def _on_hatches(
    hatched: Sequence[tuple[int, float, Brick]], highest: float, columns: int, words: Words
) -> dict[str, Any]:
    """Words on hatches, where they need a rim: ``show.js`` gives it to the trace of this name."""
    places = [place for place, _, _ in hatched]
    middles = [(foot + brick.amount / 2.0) / 1e6 for _, foot, brick in hatched]
    labels = [_label(brick, highest, columns, words) for _, _, brick in hatched]
    return {**written(places, middles, labels, "middle center"), "uid": "rimmed"}


def _below(columns: Sequence[Column], highest: float) -> dict[str, Any]:
    """Under each column its moment, under pairs the owner."""
    line = LINE * highest / 1e6
    pairs = range(0, len(columns), 2) if columns[0].moment and columns[0].owner else ()
    return written(
        [*range(len(columns)), *(place + 0.5 for place in pairs)],
        [-0.25 * line] * len(columns) + [-2.8 * line] * len(pairs),
        [
            *(lines(column.moment or column.owner, 12) for column in columns),
            *(f"<b>{lines(columns[place].owner, 18)}</b>" for place in pairs),
        ],
        "bottom center",
        frame=True,
    )
