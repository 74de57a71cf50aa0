"""The glossary: forty words in two languages, and the number of the run beside each."""

import re
from functools import cache
from html import escape

import numpy as np
import pytest

from lbo_model.classroom import own
from lbo_model.classroom.cases import Case, shelf
from lbo_model.classroom.glossary import (
    ANSWERED_LATER,
    FIRST_WORDS,
    READINGS,
    explained,
    here,
    listed,
    matches,
)
from lbo_model.engine import Result, run
from lbo_model.scenario.paths import replaced
from lbo_model.scenario_file import load
from lbo_model.words import Words, sentences
from tests.scenario_texts import scenario_of
from tests.test_own import opened_page

LANGUAGES = ("fr", "en")
PARTS = ("term", "other", "sentence", "here")


@cache
def results() -> dict[str, Result]:
    return {
        f"{name} {deal}": result
        for name in own.shipped()
        for deal, result in run(scenario_of(load(name))).deals.items()
    }


def fund() -> Case:
    return shelf().case("fund", {})


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_forty_words_each_with_its_four_parts(language: str) -> None:
    written = {key.split(".")[1] for key in Words(language).keys("glossary") if key.count(".") == 2}
    assert len(READINGS) == 40
    assert written == set(READINGS)
    assert all(f"glossary.{code}.{part}" in Words(language) for code in READINGS for part in PARTS)


def test_the_other_term_is_the_other_language_s() -> None:
    french, english = sentences("fr"), sentences("en")
    for code in READINGS:
        for one, other in ((french, english), (english, french)):
            term, there = one[f"glossary.{code}.other"], other[f"glossary.{code}.term"]
            shared = set(re.findall(r"\w{4,}", term.casefold())) & set(
                re.findall(r"\w{4,}", there.casefold())
            )
            assert shared, (code, term, there)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_entry_states_a_number_of_its_own(language: str) -> None:
    for code in READINGS:
        for part in PARTS:
            text = re.sub(r"\{.*?\}", "", sentences(language)[f"glossary.{code}.{part}"])
            assert not re.search(r"\d", text), (code, part)
        assert len(sentences(language)[f"glossary.{code}.sentence"].split()) < 40


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_is_written_for_every_shipped_deal(language: str) -> None:
    words = Words(language)
    for name, result in results().items():
        for code in READINGS:
            said = here(code, words, result)
            assert not re.search(r"\bnan\b|\{|\}|-0[.,]0 ", said), (name, code)
            if not np.isnan(READINGS[code](result)):
                assert re.search(r"\d", said), (name, code)


def test_each_number_is_the_one_that_the_payments_add_up_to() -> None:
    """Each from another place than its reading: payments of the ledger, fields of the scenario."""
    for name, result in results().items():
        if result.start > 0:  # the factory that a later owner finds is not the file's
            continue
        pay, get, deal = result.ledger.paid, result.ledger.received, result.deal
        scenario = scenario_of(load(name.split()[0]))
        until = slice(1, deal.exit.year + 1)
        loans = list(zip(deal.funding.loans.values(), result.closing.loans, strict=True))
        lenders = {loan.lender for loan, _ in loans}
        first_year = {
            reason: sum(float(pay(company, (reason,))[1]) for company in ("factory", "holding"))
            for reason in ("interest", "machines")
        }
        by_contract = sum(
            float(size) * (1.0 - float(loan.balloon or 0)) / float(loan.years)
            for loan, size in loans
            if loan.repayment == "linear"
        )
        lent = float(get("holding", ("loan",))[0] + get("factory", ("loan",))[0])
        brought = ("equity", "shareholder_loan", "preference_shares")
        stakes = sum(float(pay(party, brought)[0]) for party in result.closing.stakes)
        sales = float(scenario.factory.operations.sales.at(0))
        expected = {
            "sales": sales,
            "working_capital": float(scenario.factory.working_capital.at(0)) * sales,
            "capex": first_year["machines"],
            "interest": first_year["interest"],
            "principal": by_contract,
            "debt_service": first_year["interest"] + by_contract,
            "debt": lent,
            "balloon": sum(
                float(1.0 if loan.repayment == "bullet" else loan.balloon or 0) * float(size)
                for loan, size in loans
            ),
            "corporate_tax": float(get("state", ("corporate_tax",))[1]),
            "labour_share": float(np.nansum(result.lines.labour_share[until])),
            "reserves": float(result.claims_end.get("indivisible_reserves", 0.0)),
            "ebitda_margin": float(result.lines.ebitda[0]) / sales,
        }
        if scenario.behaviour == "mechanics":  # else part of the machines are bought to grow
            missing = (result.lines.capex_needed - result.lines.capex)[until]
            expected["machines_owed"] = float(missing.sum())
        if result.form.buys:
            expected |= {
                "price_of_shares": float(pay("holding", ("price_of_shares",))[0])
                + float(pay("factory", ("price_of_shares",))[0]),
                "fees": float(get("advisers", ("buyer_fees",))[0])
                + float(get("fund_manager", ("transaction_fee",))[0])
                + sum(float(get(lender, ("financing_fee",))[0]) for lender in lenders),
                "equity": stakes,
                "multiple": float(deal.price.multiple or 0),
                "enterprise_value": float(deal.price.multiple or 0) * float(result.lines.ebitda[0]),
            }
        for code, amount in expected.items():
            found = READINGS[code](result)
            assert np.isclose(0.0 if np.isnan(found) else found, amount, atol=1e-3), (name, code)


def test_what_a_run_has_not_is_said() -> None:
    by_name = results()
    assert here("irr", Words("fr"), by_name["scop scop"]) == Words("fr").say("glossary.none")
    assert here("holding", Words("en"), by_name["scop scop"]) == Words("en").say("glossary.none")
    assert here("debt_cover", Words("en"), by_name["unlevered unlevered"]) == Words("en").say("glossary.none")
    apart = {
        "policy.corporate_tax.regime": "parent_subsidiary",
        "policy.corporate_tax.dividend_taxable": 0.05,
    }
    alone = run(replaced(scenario_of(load("film")), apart)).deals["fund"]
    assert here("tax_group", Words("en"), alone) == Words("en").say("glossary.none")


def test_the_words_of_a_chapter_are_in_the_glossary() -> None:
    assert {code for codes in FIRST_WORDS.values() for code in codes} <= set(READINGS)
    assert all(len(codes) <= 5 for codes in FIRST_WORDS.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_entry_can_be_found_by_either_term(language: str) -> None:
    words = Words(language)
    assert [code for code in READINGS if matches(code, "EBITDA multiple", words)] == ["multiple"]
    assert [code for code in READINGS if matches(code, "taux rendement", words)] == ["irr"]
    assert not [code for code in READINGS if matches(code, "<script>", words)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_entries_hold_term_sentence_and_number(language: str) -> None:
    words, result = Words(language), fund().result
    page = listed(list(READINGS), words, result)
    assert page.count("<dt>") == page.count("<dd ") == 40
    for code in READINGS:
        assert words.say(f"glossary.{code}.sentence").replace("'", "&#x27;") in page
        assert words.say(f"glossary.{code}.term").split()[0] in explained(code, words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_that_a_later_chapter_asks_for_is_held_back(language: str) -> None:
    words, result = Words(language), fund().result
    asked = ANSWERED_LATER["resale"]
    page = listed(list(READINGS), words, result, asked)
    assert page.count(words.say("glossary.later")) == len(asked)
    for code in asked:
        assert escape(here(code, words, result)) not in page
        assert escape(here(code, words, result)) in listed(list(READINGS), words, result)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_the_chapter_stand_on_the_page(language: str) -> None:
    page = opened_page(lang=language, chapter="deal")
    text = "\n".join(one.value for one in page.markdown).replace("\\", "")
    for code in FIRST_WORDS["deal"]:
        assert Words(language).say(f"glossary.{code}.sentence") in text
