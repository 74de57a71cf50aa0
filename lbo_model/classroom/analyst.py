"""A part of a deal as financiers write it: tables of ``sheet``, in a drawer of the chapter that tells it."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape

import streamlit as st

from lbo_model import sheet
from lbo_model.classroom import controls, facts, names
from lbo_model.classroom.cases import Case
from lbo_model.classroom.chapter import Chapter
from lbo_model.classroom.show import literal
from lbo_model.sheet import Block
from lbo_model.words import Words


def _closing(case: Case, words: Words) -> Iterator[Block]:
    yield sheet.price(case.result, words)
    yield sheet.sources(case.result, words, terms=True)
    yield sheet.uses(case.result, words)


def _years(case: Case, words: Words) -> Iterator[Block]:
    yield from sheet.debt(case.scenario, case.result, words)
    yield from sheet.preferred(case.result, words)
    yield sheet.relocation(case.result, words)
    yield sheet.ratios(case.result, words)
    yield sheet.covenants(case.result, words)
    yield from sheet.tax(case.result, words)


def _end(case: Case, words: Words) -> Iterator[Block]:
    if facts.ending(case) != "liquidated":
        yield sheet.price_paid(case.result, words)
    yield sheet.sale_by_rank(case.result, words)
    yield sheet.returns(case.result, words)
    yield sheet.house(case.result, words)


PARTS: Mapping[str, Callable[[Case, Words], Iterator[Block]]] = {
    "closing": _closing,
    "years": _years,
    "end": _end,
}
"""What each part of a deal is laid out in."""


def draw(words: Words, chapter: Chapter, cases: Sequence[Case]) -> None:
    """A drawer, filled only once it is opened; where several owners are compared, of the one chosen."""
    part = chapter.sheet
    if part is None:
        return
    title = words.say(f"analyst.{part}.title")
    panel = st.expander(title, key=f"analyst.{chapter.slug}", on_change="rerun")
    if panel.open:
        with panel:
            case = _chosen(words, cases)
            words = Words(words.language, case.scenario.currency)
            for sentence in explained(part, case, words):
                st.markdown(literal(sentence))
            st.caption(literal(words.say("analyst.unit", currency=words.currency)))
            st.html("".join(table(block) for block in blocks(part, case, words)))


def _chosen(words: Words, cases: Sequence[Case]) -> Case:
    by_owner = {case.owner: case for case in cases}
    if len(by_owner) == 1:
        return cases[0]
    owner = controls.pick(
        "analyst.owner",
        words.say("accounts.whose"),
        list(by_owner),
        lambda code: names.of_owner(cases[0].shelf, code, words),
        cases[0].owner,
    )
    return by_owner[owner]


def blocks(part: str, case: Case, words: Words) -> list[Block]:
    """The tables of a part of a deal; those that would be empty are left out."""
    return [block for block in PARTS[part](case, words) if block.rows]


def explained(part: str, case: Case, words: Words) -> list[str]:
    """What its words mean: those of every deal, then those that only this deal needs."""
    deal = case.result.deal
    needed = {
        "closed": part == "end" and facts.ending(case) == "liquidated",
        "preferred": bool(deal.funding.preferred),
        "tax": part == "years",
        "covenants": part == "years" and deal.funding.covenants is not None,
        "house": part == "end" and case.result.waterfall is not None,
    }
    said = [f"analyst.{part}.about", *(f"analyst.{code}" for code, here in needed.items() if here)]
    return [words.say(key) for key in said]


ONE_LINE = 20
"""Letters. A column of words in which none is longer keeps to one line."""


def table(block: Block) -> str:
    """A table as HTML: it scrolls by itself where the screen is narrow."""
    title = escape(block.title, quote=True)
    rows = [row[1] for row in block.rows if row]
    columns = range(max(len(block.heads), *map(len, rows)))
    kinds = [_kind([cells[at] for cells in rows if at < len(cells)]) for at in columns]
    heads = "".join(
        f'<th scope="col" class="{kind}">{escape(head)}</th>'
        for head, kind in zip(block.heads, kinds, strict=False)
    )
    head = f"<thead><tr><td></td>{heads}</tr></thead>" if heads else ""
    body, kind = "", "plain"
    for row in block.rows:
        if row is None:
            kind = "total"
            continue
        label, cells = row
        padded = [*cells, *[""] * (len(kinds) - len(cells))]
        filled = "".join(
            f'<td class="{one}">{escape(cell)}</td>' for cell, one in zip(padded, kinds, strict=True)
        )
        body += f'<tbody class="{kind}"><tr><th scope="row">{escape(label)}</th>{filled}</tr></tbody>'
        kind = "plain"
    return (
        f'<div class="show-scroll accounts sheet" role="region" tabindex="0" aria-label="{title}">'
        f"<table><caption><div>{title}</div></caption>{head}{body}</table></div>"
    )


def _kind(cells: Sequence[str]) -> str:
    """How a column is set: numbers on the right, words on the left, long ones on several lines."""
    if not any(re.search(r"[^\W\d_]{3}", cell) for cell in cells):
        return "number"
    return "long text" if max(map(len, cells)) > ONE_LINE else "text"
