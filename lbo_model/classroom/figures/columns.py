"""Columns of bricks: who brings the money and what it is for; who has the factory at the purchase and at the
end.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from lbo_model.classroom import facts, palette
from lbo_model.classroom.cases import Case
from lbo_model.classroom.figures.picture import Picture, lines, owner_name, read_out, separators
from lbo_model.classroom.show import Table, plain
from lbo_model.words import Words

HEIGHT = 340
ENDS = {"sold": "resale", "restructured": "resale", "liquidated": "closed", "held": "worth"}
"""What stands under the second column, by how the deal ended."""
TWO_LINES = 0.105
ONE_LINE = 0.055
"""Least height of a brick, as a share of the highest column, that takes a label of two lines or of one."""


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
    columns += [Column("", owner_name(case, words), _sources(case)) for case in cases]
    return _picture(columns, words, title, "figures.sources_caption")


def purchase_and_resale(
    cases: Sequence[Case], words: Words, title: str, guess: float | None = None
) -> Picture:
    """Two columns for each owner: who paid for the factory, and whose it is at the end; one brick melts."""
    columns = []
    for case in cases:
        owner, years = owner_name(case, words), case.result.deal.exit.year
        known = {"years": years, "year": facts.failure_year(case)}
        end = words.say(f"figures.{ENDS[facts.ending(case)]}", **known)
        columns.append(Column(words.say("figures.purchase"), owner, _purchase(case)))
        columns.append(Column(end, owner, _end(case)))
    picture = _picture(columns, words, title, "figures.resale_caption")
    if guess is None:
        return picture
    mark = {
        "type": "scatter",
        "mode": "markers",
        "x": [1],
        "y": [guess / 1e6],
        "cliponaxis": False,
        "marker": {"symbol": "diamond-open", "size": 18, "color": "var(--text)", "line": {"width": 3}},
        "hoverinfo": "skip",
        "showlegend": False,
    }
    return replace(picture, figure={**picture.figure, "data": [*picture.figure["data"], mark]})


# --- what the columns hold ----------------------------------------------------------------------------------


def _uses(case: Case) -> tuple[Brick, ...]:
    uses = case.result.closing.uses
    return (
        Brick("price_of_shares", "seller", float(uses["price_of_shares"])),
        Brick("debt_refinanced", "factory", float(uses["debt_refinanced"])),
        Brick("fees", "advisers", float(uses["buyer_fees"] + uses["financing_fees"])),
        Brick("cash_in_till", "holding", float(uses["minimum_cash"] + uses["cash_left_over"])),
    )


def _sources(case: Case) -> tuple[Brick, ...]:
    closing = case.result.closing
    lenders = [loan.lender for loan in case.result.deal.funding.loans.values()]
    loans = [
        Brick("loan", lender, float(amount)) for lender, amount in zip(lenders, closing.loans, strict=True)
    ]
    stakes = [Brick(f"stake_{party}", party, float(amount)) for party, amount in closing.stakes.items()]
    missing = Brick("missing", "nobody_yet", float(closing.missing), palette.NOT_CASH)
    return (*loans, *stakes, missing)


def _purchase(case: Case) -> tuple[Brick, ...]:
    if case.result.form.buys:
        return _sources(case)
    stake = float(case.result.claims_start[case.result.form.owner])
    debt = float(sum(case.result.closing.loans, 0.0))
    return (Brick("loan", "banks", debt), Brick("stake_kept", case.party, stake, palette.NOT_CASH))


def _end(case: Case) -> tuple[Brick, ...]:
    result, date = case.result, case.result.deal.exit.year
    lenders = list(dict.fromkeys(loan.lender for loan in result.deal.funding.loans.values()))
    if facts.ending(case) == "held":
        claims = {party: float(claim) for party, claim in result.claims_end.items()}
        owed = [Brick("loan_left", lender, claims.pop(lender, 0.0), palette.NOT_CASH) for lender in lenders]
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
        return (*owed, missing, *held)
    ledger, eve = result.ledger, result.eve
    repaid = float(sum((amount[date] for amount in result.lines.loan_repaid_at_sale), 0.0))
    proceeds = [
        Brick(f"proceeds_{party}", party, float(ledger.received(party, ("sale_proceeds",))[date]))
        for party in result.closing.stakes
    ]
    costs = float(eve.participation_owed + eve.levy_owed + result.lines.holding_exit_costs[date])
    return (
        Brick("loan_repaid", lenders[0] if lenders else "banks", repaid),
        *proceeds,
        Brick("owed_and_costs", "advisers", costs),
        Brick("par_repaid", "nobody_yet", float(ledger.received("nobody_yet")[date])),
    )


# --- how they are drawn -------------------------------------------------------------------------------------


def _picture(columns: Sequence[Column], words: Words, title: str, caption: str) -> Picture:
    """Stacked columns on one axis, values written on bricks, and the same numbers as a table."""
    highest = max((sum(brick.amount for brick in column.bricks) for column in columns), default=1.0)
    deepest = max(len(column.bricks) for column in columns)
    levels = [_level(columns, level, highest, words) for level in range(deepest)]
    figure = {
        "data": levels,
        "layout": {
            "height": HEIGHT,
            "barmode": "stack",
            "bargap": 0.1,
            "showlegend": False,
            "separators": separators(words),
            # Fixed margins: plotly would draw the figure twice to find its own.
            "margin": {"l": 52, "r": 8, "t": 8, "b": 78 if columns[0].moment else 56},
            "xaxis": {
                "tickvals": list(range(len(columns))),
                "ticktext": [lines(column.moment or column.owner, 12) for column in columns],
                "tickangle": 0,
                "showgrid": False,
                "automargin": False,
            },
            "yaxis": {
                "title": {"text": words.say("figures.millions")},
                "range": [0, highest / 1e6 * 1.04],
                "automargin": False,
            },
            "annotations": [*_labels_on_hatches(columns, highest, words), *_owners_below(columns)],
        },
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


def _level(columns: Sequence[Column], level: int, highest: float, words: Words) -> dict[str, Any]:
    """The bricks that lie at one height of the stack: one trace over all columns."""
    cells = [column.bricks[level] if level < len(column.bricks) else None for column in columns]
    return {
        "type": "bar",
        "x": list(range(len(columns))),
        "y": [brick.amount / 1e6 if brick else 0.0 for brick in cells],
        "text": [_label(brick, highest, words) if brick and not brick.pattern else "" for brick in cells],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "marker": {
            "color": [palette.colour(brick.party) if brick else "var(--background)" for brick in cells],
            **_pattern(cells),
            "line": {"color": "var(--background)", "width": 1},
        },
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _pattern(cells: Sequence[Brick | None]) -> dict[str, Any]:
    """The hatches of one level, left out where it has none."""
    shapes = [brick.pattern["shape"] if brick and brick.pattern else "" for brick in cells]
    if not any(shapes):
        return {}
    return {"pattern": {**palette.NOT_CASH, "shape": shapes}}


def _label(brick: Brick, highest: float, words: Words) -> str:
    """What stands on a brick: its name and value, or its value alone, or nothing where it is too thin."""
    value = plain(words.show(brick.amount, "money_short"))
    if brick.amount >= TWO_LINES * highest:
        return f"{plain(words.say(f'bricks_short.{brick.name}'))}<br>{value}"
    return value if brick.amount >= ONE_LINE * highest else ""


def _labels_on_hatches(columns: Sequence[Column], highest: float, words: Words) -> list[dict[str, Any]]:
    """Labels of hatched bricks, on a plain ground so that they can be read."""
    labels = []
    for place, column in enumerate(columns):
        foot = 0.0
        for brick in column.bricks:
            text = _label(brick, highest, words)
            if brick.pattern and text:
                labels.append(
                    {
                        "x": place,
                        "y": (foot + brick.amount / 2.0) / 1e6,
                        "text": text,
                        "showarrow": False,
                        "bgcolor": "var(--background)",
                        "borderpad": 1,
                    }
                )
            foot += brick.amount
    return labels


def _owners_below(columns: Sequence[Column]) -> list[dict[str, Any]]:
    """The owner's name under each pair of columns."""
    if not columns[0].moment:
        return []
    return [
        {
            "x": place + 0.5,
            "y": 0,
            "yref": "paper",
            "yanchor": "top",
            "yshift": -34,
            "text": f"<b>{lines(columns[place].owner, 18)}</b>",
            "showarrow": False,
        }
        for place in range(0, len(columns), 2)
    ]
