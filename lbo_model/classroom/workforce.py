"""Who bore a fall of sales, under each owner whose plan says how idle work is met: a sentence, a table."""

from collections.abc import Sequence

import streamlit as st

from lbo_model import measures
from lbo_model.classroom import names
from lbo_model.classroom.cases import Case
from lbo_model.classroom.plain_table import show_table
from lbo_model.classroom.show import literal
from lbo_model.words import Words

PEOPLE = ("jobs_lost", "dismissed")
MONEY = ("severance", "short_time_pay", "public_money")
CHAPTERS = ("storm", "compare")
"""Where owners stand side by side in the same weather."""


def draw(words: Words, slug: str, cases: Sequence[Case]) -> None:
    """A drawer in the chapters that compare owners, where a plan has a workforce."""
    counted = [case for case in cases if case.result.deal.plan.workforce is not None]
    if slug not in CHAPTERS or not counted:
        return
    with st.expander(words.say("workforce.title")):
        st.markdown(literal(sentence(counted, words)))
        heads = [words.say("figures.who"), *(words.say(f"workforce.{name}") for name in (*PEOPLE, *MONEY))]
        show_table(words.say("workforce.caption"), heads, [row(case, words) for case in counted])


def sentence(cases: Sequence[Case], words: Words) -> str:
    """The first owner's fall in jobs and money, and what severance is not."""
    found, owner = _found(cases[0]), names.of_case(cases[0], words)
    return words.say("workforce.sentence", owner=owner, **found)


def row(case: Case, words: Words) -> list[str]:
    """An owner's cells: people in full-time jobs, then money."""
    found = _found(case)
    people = [words.show(found[name], "whole") for name in PEOPLE]
    return [names.of_case(case, words), *people, *(words.show(found[name], "money") for name in MONEY)]


def _found(case: Case) -> dict[str, float]:
    """Sums until the exit; severance is that of a closure too, which the wage guarantee may have paid."""
    found = {name: float(amount) for name, amount in measures.workforce(case.result).items()}
    return found | {"severance": found["severance"] + found["closing_severance"]}
