"""The accounts of a deal by year, on the page: three tables in which every figure opens what it is made of.

A line is opened in the browser alone: behind each line stand its formula in words and in the code's names,
and the amounts of each year that make it, folded until its box is ticked. Nothing is asked of the server.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from html import escape

import numpy as np
import streamlit as st

from lbo_model import sheet
from lbo_model.classroom import analyst, controls, law_told, names
from lbo_model.classroom.cases import Case
from lbo_model.classroom.every_number import Item, items_of, name_of, shown
from lbo_model.classroom.show import literal
from lbo_model.formulas import STATEMENTS, TOTALS, Formula, Formulas, Part, sign_of
from lbo_model.position import Array
from lbo_model.words import Words

A_CENT = 0.01
LAWS = ("after", "before")
"""Of a deal that a rule reaches, which of the two is shown."""


@dataclass(frozen=True)
class Shown:
    """Which table of which deal is shown."""

    case: Case
    formulas: Formulas
    entity: str
    statement: str
    dates: tuple[int, ...]
    """The dates that the deal lived, closing day included."""

    @cached_property
    def numbers(self) -> list[Item]:
        """Every number of the scenario, listed once for all lines of the table."""
        return items_of(self.case.scenario)


def draw(words: Words, cases: Sequence[Case]) -> None:
    """Choose a deal, an entity and a statement; see it, and the checks."""
    by_owner = {case.owner: case for case in cases}
    st.markdown(literal(words.say("accounts.about")))
    first, *places = st.columns(3)
    with first:
        statement = controls.pick(
            "accounts.statement",
            words.say("accounts.which"),
            STATEMENTS,
            lambda code: words.say(f"accounts.statements.{code}"),
            STATEMENTS[0],
        )
    case = cases[0]
    if len(cases) > 1:
        with places.pop(0):
            owner = controls.pick(
                "accounts.owner",
                words.say("accounts.whose"),
                list(by_owner),
                lambda code: names.of_owner(cases[0].shelf, code, words),
                case.owner,
            )
        case = by_owner[owner]
    case = _under_the_law(case, words)
    words = Words(words.language, case.scenario.currency)
    formulas = formulas_of(case)
    entity = formulas.entities[0]
    with places.pop(0):
        if len(formulas.entities) > 1:
            entity = controls.pick(
                "accounts.entity",
                words.say("accounts.entity"),
                formulas.entities,
                lambda code: words.say(f"accounts.entities.{code}"),
                entity,
            )
        else:
            st.markdown(literal(words.say("accounts.alone")))
    st.html(table(shown_of(case, entity, statement), words))
    if case.result.form.sells:
        st.caption(literal(words.say("accounts.sold")))
    asked = sheet.covenants(case.result, words)
    if asked.rows:
        st.html(analyst.table(asked))
        st.caption(literal(words.say("analyst.covenants")))
    told = checked(formulas, words)
    st.markdown(f"**{literal(told[0])}**\n\n" + "\n".join(f"* {literal(one)}" for one in told[1:]))


def _under_the_law(case: Case, words: Words) -> Case:
    """Where a rule came into force, the deal after it or before it, as chosen."""
    if case.reform is None:
        return case
    rule = law_told.rule_name(case.reform.choice.rule, words)
    law = controls.pick(
        "accounts.law",
        words.say("accounts.law"),
        LAWS,
        lambda code: words.say(f"accounts.laws.{code}", rule=rule),
        LAWS[0],
    )
    return case if law == "after" else case.reform.before


@lru_cache(maxsize=16)
def formulas_of(case: Case) -> Formulas:
    """How the lines of a case are made; worked out once."""
    return Formulas(case.result)


def shown_of(case: Case, entity: str, statement: str) -> Shown:
    """A table of a case, over the dates that it lived."""
    lived = ~np.isnan(case.result.positions.machines)
    return Shown(case, formulas_of(case), entity, statement, tuple(np.flatnonzero(lived).tolist()))


# --- the table ----------------------------------------------------------------------------------------------


def table(shown: Shown, words: Words) -> str:
    """The statement as HTML; ``style.css`` folds what a line is made of until its box is ticked."""
    lines = shown.formulas.statements[shown.entity][shown.statement]
    columns = [_date(shown, date, words) for date in shown.dates]
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in columns)
    body = "".join(
        "".join(_line(shown, line, amounts, words))
        for line, amounts in lines.items()
        if line in TOTALS or not _nothing(amounts, shown)
    )
    caption = escape(
        words.say(
            "accounts.caption",
            entity=words.say(f"accounts.entities.{shown.entity}"),
            statement=words.say(f"accounts.statements.{shown.statement}"),
            currency=words.currency,
        ),
        quote=True,
    )
    first = f'<th scope="col">{escape(words.say("accounts.line"))}</th>'
    return (
        f'<div class="show-scroll accounts" role="region" tabindex="0" aria-label="{caption}">'
        f"<table><caption><div>{caption}</div></caption><thead><tr>{first}{head}</tr></thead>{body}</table></div>"
    )


def _date(shown: Shown, date: int, words: Words) -> str:
    start = shown.case.result.start
    return words.say("accounts.year", year=start + date) if date else words.say("accounts.closing")


def _nothing(amounts: Array, shown: Shown) -> bool:
    return not np.any(np.abs(amounts[..., list(shown.dates)]) > A_CENT)


def _line(shown: Shown, line: str, amounts: Array, words: Words) -> Iterator[str]:
    """A line and, folded behind it, what it is made of."""
    name = escape(words.say(f"accounts.{shown.statement}.{line}"))
    key = f"made-{shown.statement}-{line}"
    sign = sign_of(shown.statement, line)
    cells = "".join(
        f'<td><label for="{key}">{_amount(sign * float(amounts[date]), words)}</label></td>'
        for date in shown.dates
    )
    kind = "total" if line in TOTALS else "plain"
    box = f'<input type="checkbox" id="{key}">'
    yield (
        f'<tbody class="{kind}"><tr><th scope="row"><label for="{key}">{box}<span>{name}</span></label></th>'
        f"{cells}</tr></tbody>"
    )
    made = shown.formulas.of(shown.entity, shown.statement, line)
    yield f'<tbody class="made">{"".join(_made(shown, line, made, sign, words))}</tbody>'


def _made(shown: Shown, line: str, made: Formula, sign: float, words: Words) -> Iterator[str]:
    """The rows behind a line: the formula, its parts by year, the numbers of the scenario that enter it."""
    told = f"accounts.how.{made.how or line}" if made.kind == "equation" else f"accounts.made.{made.kind}"
    code = f"<code>{escape(made.code)}</code>"
    yield (
        f'<tr class="said"><td colspan="{len(shown.dates) + 1}"><div>{escape(words.say(told))}<br>{code}'
        "</div></td></tr>"
    )
    for part in made.parts:
        if not _nothing(part.amounts, shown):
            yield _row(_part(part, shown, sign * part.sign, words), sign * part.signed, shown, words)
    for other in made.reads:
        lines = shown.formulas.statements[shown.entity][shown.statement]
        name = words.say("accounts.read", name=words.say(f"accounts.{shown.statement}.{other}"))
        yield _row(name, sign_of(shown.statement, other) * lines[other], shown, words, "read")
    for item in _inputs(shown, made):
        name, values = escape(name_of(item, words)), _values(item, shown, words)
        yield f'<tr class="read"><th scope="row">{name}</th>{values}</tr>'


def _row(name: str, amounts: Array, shown: Shown, words: Words, kind: str = "part") -> str:
    cells = "".join(f"<td>{_amount(float(amounts[date]), words)}</td>" for date in shown.dates)
    return f'<tr class="{kind}"><th scope="row">{escape(name)}</th>{cells}</tr>'


def _amount(amount: float, words: Words) -> str:
    """Nothing at all is a dash, so that what there is stands out."""
    if np.isnan(amount) or abs(amount) <= A_CENT:
        return "–"
    return escape(words.show(amount, "millions"))


def _part(part: Part, shown: Shown, sign: float, words: Words) -> str:
    """What a part is called, with the sign that it has in the line."""
    if part.kind == "payment":
        payer, payee = (words.say(f"parties.{party}") for party in (part.payer, part.payee))
        name = words.say(
            "accounts.payment", payer=payer, payee=payee, reason=words.say(f"accounts.reason.{part.code}")
        )
    elif part.kind == "line":
        statement = "cash_flow" if part.source.startswith("cash_flow.") else shown.statement
        name = words.say(f"accounts.{statement}.{part.code}")
    elif part.kind == "entity":
        name = words.say(f"accounts.entities.{part.code}")
    elif part.kind in ("loan", "preferred"):
        name = words.say(f"accounts.{part.kind}", name=part.code.replace("_", " "))
    else:
        name = words.say(f"accounts.move.{part.code}")
    return words.say("accounts.added" if sign > 0.0 else "accounts.taken", name=name)


def _inputs(shown: Shown, made: Formula) -> list[Item]:
    """The numbers of the scenario that enter a formula, in its order; those of the deal shown alone."""
    return [item for pattern in made.inputs for item in shown.numbers if _fits(item.path, pattern)]


def _fits(path: str, pattern: str) -> bool:
    found, wanted = path.split("."), pattern.split(".")
    return len(found) == len(wanted) and all(
        two in ("*", one) for one, two in zip(found, wanted, strict=True)
    )


def _values(item: Item, shown: Shown, words: Words) -> str:
    """The value of a number at each date of the deal; once for all where it never changes."""
    if len(item.values) == 1:
        return f'<td colspan="{len(shown.dates)}">{escape(shown_value(item, item.values[0], words))}</td>'
    start = 0 if item.path.startswith("deals.") else shown.case.result.start
    last = len(item.values) - 1
    values = [item.values[min(start + date, last)] for date in shown.dates]
    return "".join(f"<td>{escape(shown_value(item, value, words))}</td>" for value in values)


def shown_value(item: Item, value: float, words: Words) -> str:
    """A number of the scenario with its unit; large amounts in millions, as the table counts."""
    if item.unit == "money" and abs(value) >= 1e5:
        return words.show(value, "millions")
    return shown(value, item, words)


# --- the checks ---------------------------------------------------------------------------------------------


def checked(found: Formulas, words: Words) -> list[str]:
    """Whether the tables agree, in every entity: a title, and a sentence for each check, with its gap."""
    gaps = gaps_of(found)
    broken = any(gap > A_CENT for gap in gaps.values())
    told = [words.say("accounts.checks.broken" if broken else "accounts.checks.title")]
    for name, gap in gaps.items():
        check = words.say(f"accounts.checks.{name}")
        told.append(words.say("accounts.checks.gap", check=check, gap=gap) if gap > A_CENT else check)
    return told


def gaps_of(found: Formulas) -> dict[str, float]:
    """The largest gap of each check, over entities and dates."""
    gaps = {"balance": 0.0, "cash": 0.0, "equity": 0.0}
    for entity in found.entities:
        sheet, flow = (found.statements[entity][name] for name in ("balance_sheet", "cash_flow"))
        moved = sum(part.signed for part in found.of(entity, "balance_sheet", "equity").parts)
        gaps["balance"] = max(gaps["balance"], _gap(sheet["total_assets"], sheet["total_claims"]))
        gaps["cash"] = max(gaps["cash"], _gap(flow["closing_cash"], sheet["cash"]))
        gaps["equity"] = max(gaps["equity"], _gap(sheet["equity"], np.asarray(moved)))
    return gaps


def _gap(one: Array, other: Array) -> float:
    return float(np.nanmax(np.abs(one - other), initial=0.0))
