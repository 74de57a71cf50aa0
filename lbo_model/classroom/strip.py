"""The five-cell strip: who paid, owes, owns, decides, risks what, one row per owner. Its cells fill chapter
after chapter.
"""

from collections.abc import Sequence
from html import escape

from lbo_model.classroom import answers, facts, names
from lbo_model.classroom.cases import Case
from lbo_model.classroom.chapter import Chapter
from lbo_model.classroom.chapters import CHAPTERS
from lbo_model.words import Words

CELLS = ("paid", "owes", "owns", "decides", "risks")


def filled(upto: Chapter) -> frozenset[str]:
    """The cells that have been taught when a chapter ends."""
    told = CHAPTERS[: CHAPTERS.index(upto) + 1]
    return frozenset(cell for chapter in told for cell in chapter.strip)


def strip(cases: Sequence[Case], upto: Chapter, words: Words) -> str:
    """The strip as an HTML table; every text in it is escaped."""
    told = filled(upto)
    asked = {cell: _text(words.say(f"strip.{cell}.question")) for cell in CELLS}
    heads = "".join(f'<th scope="col">{asked[cell]}</th>' for cell in CELLS)
    rows = "".join(
        f'<tr><th scope="row">{_text(names.marked(case, words))}</th>'
        + "".join(
            # On a phone each question stands before its answer: the style sheet takes it from here.
            f'<td data-question="{asked[cell]}">'
            f"{_text(_cell(case, cell, words)) if cell in told else _blank(words)}</td>"
            for cell in CELLS
        )
        + "</tr>"
        for case in cases
    )
    widths = '<colgroup><col style="width: 14%"><col style="width: 24%"></colgroup>'
    table = f"<table>{widths}<thead><tr><td></td>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    caption = _text(words.say("strip.caption"))
    return f'<div class="strip" tabindex="0" role="group" aria-label="{caption}">{table}</div>'


def _cell(case: Case, cell: str, words: Words) -> str:
    return words.say(f"strip.{cell}.{_variant(case, cell)}", **facts.known(case))


def _variant(case: Case, cell: str) -> str:
    """Which words are true of this run."""
    indebted = facts.known(case)["debt"] >= 1.0
    if cell == "owes":
        return answers.debtor(case) if indebted else "nobody"
    if cell == "paid":
        return facts.ending(case) if indebted else "without_loan"
    if cell == "risks" and not indebted:
        return "without_loan" if case.kind in ("fund", "unlevered") else case.kind
    return case.kind


def _blank(words: Words) -> str:
    return f'<span aria-label="{_text(words.say("strip.later"))}">…</span>'


def _text(text: str) -> str:
    return escape(text, quote=True)
