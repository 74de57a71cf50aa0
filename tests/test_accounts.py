"""The accounts on the page: reached from every chapter, every figure with what it is made of, in words."""

import html
import itertools
import re
from functools import cache
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from lbo_model.classroom import accounts
from lbo_model.classroom.cases import Case, shelf, shelf_of
from lbo_model.classroom.chapters import CHAPTERS
from lbo_model.formulas import STATEMENTS, Formulas
from lbo_model.scenario_file import load
from lbo_model.statements import CASH_LINES
from lbo_model.words import Words, sentences
from tests.scenario_texts import HEAD
from tests.screens import BEFORE, LANGUAGES, SCREENS, link_of, listed, on, opened
from tests.test_formulas import lives

LEFT_OVER = re.compile(r"\{\w*\}|\baccounts\.\w|\bnan\b|−0[.,]00\b")
LIVES = pytest.mark.xdist_group("lives")
"""With the tests that play these lives: once, by one worker."""
OPENER = "accounts.open"
ASIDE = "chapter.accounts"


def told(page: AppTest) -> str:
    """The table of the page as HTML."""
    (body,) = [
        one.proto.body for one in page.main.get("html") if 'class="show-scroll accounts"' in one.proto.body
    ]
    return str(body)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.slug)
def test_every_chapter_has_the_accounts_of_its_deals(chapter, language: str) -> None:
    page = opened(lang=language, chapter=chapter.slug, beat="accounts")
    assert page.title[0].value.replace("\\", "") == Words(language).say("accounts.title")
    assert not LEFT_OVER.search(told(page))
    for statement in STATEMENTS[1:]:
        listed(page.selectbox, "accounts.statement").set_value(statement).run()
        assert not page.exception
        assert html.escape(Words(language).say(f"accounts.statements.{statement}")) in told(page)


@pytest.mark.parametrize(("slug", "beat"), SCREENS)
def test_the_accounts_lead_back_to_the_beat_that_one_left(slug: str, beat: str) -> None:
    page = opened(lang="en", chapter=slug, beat=beat)
    keys = [button.key for button in page.button]
    assert (OPENER in keys) == (beat not in BEFORE), "they would tell the answer"
    page.button(key=ASIDE).click().run()
    assert link_of(page)["beat"] == "accounts"
    page.button(key="accounts.back").click().run()
    assert link_of(page).get("beat", "question") == beat
    assert link_of(page).get("chapter", "bet") == slug


def test_the_workshop_leads_to_the_accounts_too() -> None:
    page = opened(lang="en", chapter="workshop")
    page.button(key=ASIDE).click().run()
    assert not page.exception
    assert "accounts" in told(page)


def test_nothing_is_computed_for_accounts_until_they_are_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Case] = []
    found = accounts.formulas_of
    monkeypatch.setattr(accounts, "formulas_of", lambda case: (calls.append(case), found(case))[1])
    page = opened(lang="en", chapter="deal", beat="reveal")
    on(page)
    assert calls == []
    page.button(key=OPENER).click().run()
    assert calls


def test_another_deal_and_other_books_are_chosen_among_those_compared() -> None:
    page = opened(lang="en", chapter="compare", beat="accounts")
    group = told(page)
    assert listed(page.selectbox, "accounts.owner").options == ["Fund", "Workers' holding", "SCOP co-op"]
    listed(page.selectbox, "accounts.entity").set_value("holding").run()
    assert "Dividends received" in told(page) != group
    listed(page.selectbox, "accounts.owner").set_value("scop").run()
    assert not [box for box in page.selectbox if box.key == "accounts.entity"], (
        "one company, one set of books"
    )
    assert Words("en").say("accounts.income_statement.labour_share") in told(page)


def test_a_knob_moves_the_accounts() -> None:
    first, other = (
        told(opened(lang="en", chapter="deal", beat="accounts", **link)) for link in ({}, {"price": "4"})
    )
    assert first != other


# --- the table ----------------------------------------------------------------------------------------------


@cache
def film() -> Case:
    return shelf().case("fund", {})


def rows(text: str) -> dict[str, list[str]]:
    """The cells of every row by its name; of rows of one name, the first."""
    found: dict[str, list[str]] = {}
    for row in re.findall(r"<tr.*?</tr>", text):
        name, *cells = [
            html.unescape(re.sub(r"<[^>]*>", "", cell)) for cell in re.findall(r"<t[hd].*?</t[hd]>", row)
        ]
        found.setdefault(name, cells)
    return found


def test_the_film_s_income_statement_is_the_one_done_by_hand() -> None:
    """30 M of sales, costs of 40, 15.1 and 0.9 %, a payroll of 30 %; wear: 10 % of 18 M; 7 % of 19.9 M."""
    found = rows(accounts.table(accounts.shown_of(film(), "group", "income_statement"), Words("en")))
    first = {name: cells[1] for name, cells in found.items() if len(cells) == 6}
    assert first["Sales"] == "30.00"
    assert first["Purchases"] == "−12.00"
    assert first["Value added"] == "13.47"
    assert first["Gross pay"] == "−6.38"
    assert first["EBITDA"] == "4.20"
    assert first["Wear of machines (depreciation)"] == "−1.80"
    assert first["Interest on loans"] == "−1.39"
    assert first["− Employer’s contributions"] == "−2.62", "what EBITDA is made of"
    assert found["Purchases"][0] == "–", "the year before closing is the seller's"
    assert "Labour share (SCOP)" not in found, "lines of zeros are left out"


def test_an_opened_figure_shows_formula_parts_and_the_numbers_of_the_scenario() -> None:
    text = accounts.table(accounts.shown_of(film(), "group", "income_statement"), Words("fr"))
    assert "ebitda = value_added - production_taxes - gross_pay - employer_charges" in text
    assert "Achats aux fournisseurs, en part des ventes" in text
    assert "40\u202f%" in text or "40\u00a0%" in text
    flow = accounts.table(accounts.shown_of(film(), "holding", "cash_flow"), Words("fr"))
    assert "− holding → banques\u00a0: intérêts" in flow
    assert "ledger[holding, banks, interest]" in flow
    sheet = accounts.table(accounts.shown_of(film(), "factory", "balance_sheet"), Words("fr"))
    assert "machines = opening(machines) + found(machines) + capex - depreciation" in sheet


class Heard(Words):
    """Words that remember which of them were said."""

    def __init__(self, language: str) -> None:
        super().__init__(language)
        self.keys_said: set[str] = set()

    def say(self, key: str, /, **slots: Any) -> str:
        self.keys_said.add(key)
        return super().say(key, **slots)


@LIVES
def test_every_line_of_every_life_has_words() -> None:
    """Every table in one language; in the others every table that says something for the first time: they
    have the same keys, with the same slots (``test_words``), and the same numbers.
    """
    first, *others = map(Heard, LANGUAGES)
    scenario = film().scenario

    def said(shown: accounts.Shown, words: Words) -> None:
        text = accounts.table(shown, words)
        assert not LEFT_OVER.search(text)
        assert text.count("<input") == text.count('class="made"') > 0 or shown.statement != "balance_sheet"

    for result in lives().values():
        case = Case("fund", scenario, "fund", result, {}, "mechanics", film().shelf)
        for entity, statement in itertools.product(Formulas(result).entities, STATEMENTS):
            shown, known = accounts.shown_of(case, entity, statement), len(first.keys_said)
            said(shown, first)
            if len(first.keys_said) > known:
                for words in others:
                    said(shown, words)
    assert len(first.keys_said) > 100
    assert all(words.keys_said == first.keys_said for words in others)


@LIVES
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_of_the_ledger_has_a_name_and_no_name_is_idle(language: str) -> None:
    keys = [key for key in sentences(language) if key.startswith("accounts.reason.")]
    reasons = {reason for reasons in CASH_LINES.values() for reason in reasons}
    assert {key.rpartition(".")[2] for key in keys} == reasons
    lines = {
        f"accounts.{statement}.{line}"
        for result in lives().values()
        for tables in Formulas(result).statements.values()
        for statement, table in tables.items()
        for line in table
    }
    named = [key for key in sentences(language) if key.split(".")[1] in STATEMENTS]
    assert set(named) == lines


@LIVES
def test_every_move_that_has_a_name_is_one_that_some_life_makes() -> None:
    moves = {
        part.code
        for result in lives().values()
        for made in [Formulas(result)]
        for entity in made.entities
        for statement in STATEMENTS
        for line in made.statements[entity][statement]
        for part in made.of(entity, statement, line).parts
        if part.kind == "move"
    }
    named = {key.rpartition(".")[2] for key in sentences("en") if key.startswith("accounts.move.")}
    assert moves == named


def test_names_of_a_file_are_shown_as_they_stand() -> None:
    hostile = load("x.yaml", 'format: 1\nextends: film\ntitle: {fr: E, en: T}\nstory: {fr: E, en: T}\n'
                             'currency: "<b>Ecu</b>"\n').scenario  # fmt: skip
    assert hostile is not None
    text = accounts.table(
        accounts.shown_of(shelf_of("own", hostile).case("fund", {}), "group", "cash_flow"),
        Words("en", hostile.currency),
    )
    assert "<b>Ecu" not in text
    assert "&lt;b&gt;Ecu" in text


def test_covenants_stand_below_the_accounts_of_a_deal_that_has_some() -> None:
    asked = "covenants: {leverage: 6, waiver: {fee: 1 %, rate_step: 1 %}}"
    text = HEAD + f"deals: {{fund: {{funding: {{{asked}}}}}}}\n"
    page = opened(lang="en", chapter="deal", beat="accounts", scenario="own")
    page.file_uploader[0].set_value(("mine.yaml", text.encode(), "")).run()
    assert not page.exception
    (table,) = [one.proto.body for one in page.main.get("html") if 'accounts sheet"' in one.proto.body]
    found = rows(table)
    assert found["  allowed, at most"][1:5] == ["6.00×"] * 4
    assert found["net debt / EBITDA"][1] == "4.40×"
    assert found["  headroom, as a share of the limit"][1] == f"{1 - 4.4 / 6:.0%}"
    film = opened(lang="en", chapter="deal", beat="accounts")
    assert not [one for one in film.main.get("html") if 'accounts sheet"' in one.proto.body]


# --- the checks ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_checks_say_that_the_tables_agree_and_see_one_that_does_not(language: str) -> None:
    words, made = Words(language), Formulas(film().result)
    assert accounts.checked(made, words)[0] == words.say("accounts.checks.title")
    sheet = made.statements["group"]["balance_sheet"]
    sheet["total_claims"] = sheet["total_claims"] + np.array([0, 0, 5.0, 0, 0, 0])
    said = accounts.checked(made, words)
    assert said[0] == words.say("accounts.checks.broken")
    assert re.search(r"5", said[1])
