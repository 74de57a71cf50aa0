"""The workshop: every number listed, changed as a file would be, downloaded, compared; the assumptions."""

import itertools
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from lbo_model import measures
from lbo_model.classroom import assumptions, own, workshop
from lbo_model.classroom.every_number import Item, differing, items, name_of, plausible, written
from lbo_model.classroom.own import opened
from lbo_model.classroom.show import literal
from lbo_model.classroom.workshop import difference, draft, everything, key_results, read, status
from lbo_model.cli import main
from lbo_model.engine import run
from lbo_model.scenario import Scenario, Text
from lbo_model.scenario.declarations import Declared, Kind, Plain, Table, below
from lbo_model.scenario.paths import replaced
from lbo_model.scenario_file import load
from lbo_model.words import Words
from tests.scenario_texts import HEAD, numbers, same, scenario_of
from tests.screens import listed
from tests.test_own import link_of, opened_page, own_text

LANGUAGES = ("fr", "en")
SHIPPED = tuple(own.shipped())
PRICE = "deals.fund.price.multiple"
SALES = "factory.operations.sales"


def every(name: str = "film") -> dict[str, Item]:
    return {item.path: item for item in items(load(name))}


# --- the list -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHIPPED)
def test_every_declared_number_is_in_the_list_once(name: str) -> None:
    listed = [item.path for item in items(load(name))]
    assert len(set(listed)) == len(listed)
    assert set(numbers(scenario_of(load(name)))) <= set(listed)
    assert "horizon" in listed
    assert any(path.endswith("exit.year") for path in listed)


def declared_keys(kind: Kind, path: tuple[str, ...] = ()) -> set[str]:
    """The keys of words of all numbers that a scenario may hold."""
    if isinstance(kind, Declared) or (isinstance(kind, Plain) and kind.type is int):
        return {".".join(path)}
    if isinstance(kind, Table):
        return {key for item in kind.items.values() for key in declared_keys(item, path)}
    if isinstance(kind, Plain):
        return set()
    names = [name for name in kind.model_fields if not path or name not in ("knobs", "citations")]
    return {
        key
        for name in names
        if (*path, name)[:1] not in (("knobs",), ("citations",), ("format",), ("documented_terms",))
        for found in below(kind, name).values()
        for key in declared_keys(found, (*path, name))
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_that_a_scenario_may_hold_has_a_name(language: str) -> None:
    words = Words(language)
    missing = [key for key in declared_keys(Scenario) if f"assumptions.number.{key}" not in words]
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SHIPPED)
def test_no_two_numbers_of_a_deal_have_the_same_name(name: str, language: str) -> None:
    named = [(item.group, name_of(item, Words(language))) for item in items(load(name))]
    assert len(set(named)) == len(named)


@pytest.mark.parametrize("name", SHIPPED)
def test_what_a_field_shows_reads_back_as_the_same_number(name: str) -> None:
    for item in items(load(name)):
        value = read(item, written(item))
        assert (value if isinstance(value, list) else [value]) == list(item.values), item.path


def test_a_source_is_shown_in_full_with_its_tag_and_range() -> None:
    item = every()[PRICE]
    assert (item.note.tag, item.note.low, item.note.high) == ("choice", 3.5, 6.0)
    title = scenario_of(load("film")).citations["small_subcontractor"].title
    assert isinstance(title, Text)
    assert (item.cited("fr"), item.cited("en")) == (title.fr, title.en)
    assert plausible(item, Words("fr")) == ("3,5", "6")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_assumptions_hold_every_number_with_its_source(language: str) -> None:
    words, found = Words(language), items(load("film"))
    rows = assumptions.rows(load("film"), words)
    assert [row[0] for row in rows] == [name_of(item, words) for item in found]
    for row, item in zip(rows, found, strict=True):
        assert all(row[at] for at in (0, 1, 3))
        assert item.cited(language) in row[3]


def test_a_source_in_one_language_is_read_in_both() -> None:
    cited = 'citations: {mine: {title: "The firm\'s accounts"}}\n'
    deals = "deals: {fund: {price: {multiple: {value: 5, source: mine}}}}\n"
    item = {item.path: item for item in items(opened("mine.yaml", HEAD + deals + cited))}[PRICE]
    assert {item.cited(language) for language in LANGUAGES} == {"The firm's accounts"}
    both = cited.replace('"The firm\'s accounts"', "{fr: Les comptes, en: The accounts}")
    item = {item.path: item for item in items(opened("mine.yaml", HEAD + deals + both))}[PRICE]
    assert [item.cited(language) for language in LANGUAGES] == ["Les comptes", "The accounts"]


@pytest.mark.parametrize(
    ("title", "code", "path"),
    [
        ("5", "not_a_text", "citations.mine.title"),
        ("{fr: a}", "missing_key", "citations.mine.title.en"),
        ("{fr: a, en: b, de: c}", "unknown_key", "citations.mine.title.de"),
        ('""', "empty_text", "citations.mine.title"),
    ],
)
def test_a_wrong_title_of_a_source_is_said_where_it_stands(title: str, code: str, path: str) -> None:
    found = opened("mine.yaml", HEAD + f"deals: {{}}\ncitations: {{mine: {{title: {title}}}}}\n").problems
    assert (code, path) in {(one.code, one.path) for one in found}


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_source_is_written_in_both_languages(name: str) -> None:
    for code, citation in scenario_of(load(name)).citations.items():
        assert isinstance(citation.title, Text), code
        assert citation.title.fr != citation.title.en, code


# --- what was typed -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "typed", "value"),
    [
        (PRICE, "5.5", 5.5),
        (PRICE, " 5.50 ", 5.5),
        (SALES, "28 000 000", 28e6),
        (SALES, "28\u202f000\u202f000", 28e6),
        (SALES, "28e6; 30e6", [28e6, 30e6]),
        (SALES, "[28e6,30e6]", [28e6, 30e6]),
        ("weather.demand", "1, 0.65, 0.85", [1.0, 0.65, 0.85]),
        ("weather.demand", "1; 65 %", [1.0, 0.65]),
        ("deals.fund.funding.loans.bank.rate", "6.5 %", 0.065),
        ("deals.fund.exit.year", "4", 4),
    ],
)
def test_a_lawful_number_is_taken_as_a_file_takes_it(path: str, typed: str, value: Any) -> None:
    now = draft(load("film"), {path: typed})
    assert (dict(now.wrong), now.problems) == ({}, ())
    assert now.changes == {path: value}
    assert now.document is not None
    assert same(scenario_of(now.document).deals, replaced(scenario_of(load("film")), {path: value}).deals)


@pytest.mark.parametrize(
    ("path", "typed", "code"),
    [
        (PRICE, "5,5", "decimal_comma"),
        (PRICE, "99", "out_of_range"),
        (PRICE, "1e400", "out_of_range"),
        (PRICE, "5 %", "percent_not_allowed"),
        (PRICE, "9" * 5000, "not_a_number"),
        (PRICE, "<script>", "not_a_number"),
        (PRICE, "=1+1", "not_a_number"),
        (PRICE, "5; 6", "not_a_number"),
        ("weather.demand", "1; x", "not_a_number"),
        ("weather.demand", "0,65", "decimal_comma"),
        ("weather.demand", ";", "not_a_number"),
        ("deals.fund.exit.year", "4.5", "not_a_whole_number"),
        ("deals.fund.exit.year", "soon", "not_a_whole_number"),
        ("horizon", "99", "out_of_range"),
        ("horizon", "1e400", None),
    ],
)
def test_an_unlawful_number_is_refused_as_a_file_would_and_the_first_value_counts(
    path: str, typed: str, code: str | None
) -> None:
    now = draft(load("film"), {path: typed, SALES: "29e6"})
    assert list(now.wrong) == [path]
    assert code is None or now.wrong[path].code == code
    assert now.changes == {SALES: 29e6}
    assert now.document is not None
    for language in LANGUAGES:
        assert Words(language).problem(now.wrong[path])


def test_numbers_that_do_not_fit_together_are_said_and_nothing_is_played() -> None:
    now = draft(load("film"), {"deals.fund.exit.year": "7"})
    assert [problem.code for problem in now.problems] == ["exit_after_horizon"]
    assert now.document is None
    both = draft(load("film"), {"deals.fund.exit.year": "7", "horizon": "7"})
    assert both.problems == ()


def test_a_problem_that_only_the_purchase_tells_is_said() -> None:
    now = draft(load("scop"), {"deals.scop.funding.equity.workers.per_head": "900 000"})
    assert now.document is None
    assert [problem.code for problem in now.problems] == ["over_financed"]


def test_an_edit_of_a_number_that_is_not_there_is_left_alone() -> None:
    assert draft(load("film"), {"deals.gone.price.multiple": "5", "__class__": "x"}).changes == {}


# --- downloads ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHIPPED)
def test_the_difference_extends_the_shipped_file_and_says_only_what_differs(name: str) -> None:
    document = load(name)
    now = draft(document, {SALES: "29 000 000", "policy.corporate_tax.rate": "26 %"})
    assert now.document is not None
    text = now.document.text
    assert f"extends: {name}\n" in text
    assert text.count("\n") < 20
    again = opened("mine.yaml", text)
    assert same(scenario_of(again).factory.operations.sales.values, np.array([29e6]))
    assert {(one and one.path) for one, _ in differing(document, again)} == {
        SALES,
        "policy.corporate_tax.rate",
    }
    titles = scenario_of(again).title
    assert (titles.fr, titles.en) != (scenario_of(document).title.fr, scenario_of(document).title.en)
    told = scenario_of(again).story.fr.replace(scenario_of(document).title.fr, "")
    assert not re.search(r"\d", told), "a number may be changed again by hand"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_differs_is_read_from_the_file_itself(language: str) -> None:
    """A file saved by the page, then changed by hand: what is said of it is what it says now."""
    saved = difference(load("film"), {SALES: 33e6})
    again = opened("mine.yaml", saved.replace("33", "36"))
    words = Words(language)
    said = own.differences_of(again, words)
    assert words.show(36e6, "money") in said
    assert words.show(30e6, "money") in said
    assert words.show(33e6, "money") not in said
    same_again = opened("mine.yaml", difference(load("film"), {}))
    assert words.say("own.no_difference", title=own.title_of(load("film"), words)) == own.differences_of(
        same_again, words
    )


@pytest.mark.parametrize("whole", [False, True])
def test_a_download_passes_the_command_line_s_check_beside_no_other_file(
    whole: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    now = draft(load("film"), {PRICE: "5.5", "weather.demand": "1; 0.65"})
    assert now.document is not None
    path = tmp_path / now.document.name
    path.write_text(everything(now.document) if whole else now.document.text, encoding="utf-8")
    assert main(["check", str(path), "--language", "en"]) == 0
    assert "nothing to report" in capsys.readouterr().out
    assert load(path).bases == () if whole else load(path).bases
    assert same(scenario_of(load(path)).deals, scenario_of(now.document).deals)


def test_a_download_is_never_called_as_the_file_that_it_extends() -> None:
    for name in SHIPPED:
        now = draft(load(name), {SALES: "29e6"})
        assert now.document is not None
        assert now.document.name not in {f"{other}.yaml" for other in SHIPPED}


def test_one_s_own_file_keeps_its_comments_and_its_words() -> None:
    mine = opened("mine.yaml", HEAD + "# why\ndeals: {fund: {price: {multiple: 5.5}}}  # dear\n")
    text = difference(mine, {PRICE: 5.25})
    assert "# why" in text
    assert "multiple: 5.25}}}  # dear" in text
    assert "Trial" in text


def test_many_changes_make_a_story_that_a_file_can_hold() -> None:
    document = load("film")
    edits = {item.path: written(item, [value * 0.99 for value in item.values]) for item in items(document)}
    now = draft(document, edits)
    assert now.document is not None or now.problems or now.wrong
    text = difference(document, now.changes)
    assert all(len(getattr(scenario_of(load("film")).story, code)) < 2000 for code in LANGUAGES)
    assert not [one for one in load("my-film.yaml", text).problems if one.code == "text_too_long"]


# --- comparison ---------------------------------------------------------------------------------------------


def test_a_document_is_compared_with_the_nearest_shipped_one() -> None:
    assert own.shipped_for(load("scop")).name == "scop.yaml"
    assert own.shipped_for(opened("m.yaml", HEAD)).name == "film.yaml"
    alone = opened("m.yaml", everything(opened("m.yaml", HEAD)))
    assert alone.bases == ()
    assert own.shipped_for(alone).name == "film.yaml"


def test_numbers_that_one_of_two_documents_lacks_are_listed() -> None:
    other = opened("m.yaml", HEAD + "deals: {fund: {price: {amount: 20e6}}}\n")
    found = {(one and one.path, two and two.path) for one, two in differing(load("film"), other)}
    assert found == {(PRICE, None), (None, "deals.fund.price.amount")}


@pytest.mark.parametrize("name", SHIPPED)
def test_key_results_are_those_of_the_run(name: str) -> None:
    for deal, result in run(scenario_of(load(name))).deals.items():
        found = key_results(result)
        assert found["gain"] == float(measures.gain(result))
        lines = result.lines
        until = slice(1, result.deal.exit.year + 1)
        needed = float((lines.capex_needed - lines.capex)[until].sum())
        if scenario_of(load(name)).behaviour == "mechanics":
            assert np.isclose(found["machines_owed"], needed), deal
        repaid = sum((series[until].sum() for series in lines.loan_repaid), 0.0)
        at_sale = sum((series[until].sum() for series in lines.loan_repaid_at_sale), 0.0)
        assert np.isclose(found["repaid"], repaid - at_sale)
        assert status(result) in ("sold", "held", "restructured", "liquidated", "not_financed")


def test_a_co_operative_has_neither_multiple_nor_return() -> None:
    (result,) = run(scenario_of(load("scop"))).deals.values()
    rows = workshop.results_table([None, result], Words("fr"))
    assert {row[0]: row[2] for row in rows}["Rendement annuel (TRI)"] == "–"
    assert {row[1] for row in rows} == {"–"}


# --- on the page --------------------------------------------------------------------------------------------


def field(page: AppTest, path: str) -> Any:
    return next(one for one in page.text_input if one.key and one.key.endswith(f".{path}"))


def shown(page: AppTest) -> str:
    return "\n".join(str(one.value) for kind in ("markdown", "warning", "caption") for one in page.get(kind))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_number_is_explained_under_its_field_and_stays(language: str) -> None:
    page = opened_page(lang=language)
    field(page, SALES).set_value("<b>many</b>").run()
    assert not page.exception
    assert field(page, SALES).value == "<b>many</b>"
    assert literal("<b>many</b>") in shown(page)
    assert "<b>many" not in shown(page)
    field(page, SALES).set_value("").run()
    assert field(page, SALES).value == "30 000 000"
    assert not page.warning


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_changed_number_can_be_taken_into_the_lesson(language: str) -> None:
    page = opened_page(lang=language, price="5.5")
    assert page.button(key="workshop.use").disabled
    field(page, SALES).set_value("28 000 000").run()
    page.button(key="workshop.use").click().run()
    assert not page.exception
    assert own_text(page) == "own {}"
    assert link_of(page) == {"lang": language, "scenario": "own"}
    assert field(page, SALES).value == "28 000 000"


def test_numbers_that_do_not_fit_are_said_by_path_and_cannot_be_played() -> None:
    page = opened_page(lang="en")
    listed(page.selectbox, "workshop.group").set_value("deals.fund").run()
    field(page, "exit.year").set_value("7").run()
    assert not page.exception
    assert "deals.fund" in shown(page).replace("\\", "")
    assert "my-film.yaml" not in shown(page).replace("\\", "")
    assert page.button(key="workshop.use").disabled
    assert field(page, "exit.year").value == "7"


def test_edits_of_one_scenario_wait_while_another_is_looked_at() -> None:
    page = opened_page(lang="en")
    field(page, SALES).set_value("28 000 000").run()
    listed(page.selectbox, "workshop.base").set_value("scop").run()
    assert field(page, SALES).value == "30 000 000"
    listed(page.selectbox, "workshop.base").set_value("film").run()
    assert field(page, SALES).value == "28 000 000"
    page.button(key="workshop.forget").click().run()
    assert field(page, SALES).value == "30 000 000"


@pytest.mark.parametrize(
    ("language", "word"), [("fr", "taux prêt"), ("en", "rate loans"), ("en", "PRICE.multiple")]
)
def test_a_search_finds_numbers_by_name_source_or_path(language: str, word: str) -> None:
    page = opened_page(lang=language)
    page.text_input(key="workshop.search").set_value(word).run()
    assert not page.exception
    assert 0 < len(page.text_input) - 1 <= workshop.MOST_FOUND
    page.text_input(key="workshop.search").set_value("<script>$x$").run()
    assert len(page.text_input) == 1
    assert not page.exception


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_group_is_drawn_for_shipped_scenarios(language: str) -> None:
    page = opened_page(lang=language)
    # One in four in each language; which, is not the same in both.
    for name in sorted(SHIPPED)[LANGUAGES.index(language) * 2 :: 4]:
        listed(page.selectbox, "workshop.base").set_value(name).run()
        groups = listed(page.selectbox, "workshop.group").options
        for at in range(len(groups)):
            listed(page.selectbox, "workshop.group").select_index(at).run()
            assert not page.exception
            assert len(page.text_input) > 2
            assert not re.search(r"\{\w*\}|\bworkshop\.|\bassumptions\.", shown(page))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_dares_state_no_number(language: str) -> None:
    words = Words(language)
    dares = [words.say(key) for key in words.keys("workshop.dares")]
    assert len(dares) == 3
    assert not any(re.search(r"\d", dare) for dare in dares)


def test_a_range_of_its_own_is_shown_and_leaving_it_is_said() -> None:
    item = every()[PRICE]
    now = draft(load("film"), {PRICE: "9"})
    said = workshop.known(item, Words("en"), True, now)
    assert "changed: 5 at first" in said
    assert "no longer rests on its source" in said
    inside = draft(load("film"), {PRICE: "5.5"})
    assert "no longer" not in workshop.known(item, Words("en"), True, inside)
    assert "plausible" not in workshop.known(
        replace(item, note=type(item.note)(None)), Words("en"), False, now
    )


def test_the_order_of_groups_is_that_of_the_records() -> None:
    groups = [group for group, _ in itertools.groupby(items(load("film")), key=lambda item: item.group)]
    assert groups == ["weather", "factory", "weather", "policy", "deals.fund", "documented_terms.fund"]
