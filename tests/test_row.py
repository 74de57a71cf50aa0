"""Owners in a row on the page: who stands on a shelf, who follows, every chapter on files that have some."""

from functools import cache

import plotly.graph_objects as graph
import pytest

from lbo_model.classroom import beats, facts, names, palette, sentences
from lbo_model.classroom.cases import IN_A_ROW, Case, Shelf, shelf, shelf_of
from lbo_model.classroom.chapters import CHAPTERS, chapter_of
from lbo_model.classroom.show import lean
from lbo_model.classroom.strip import strip
from lbo_model.scenario_file import load
from lbo_model.words import Words
from tests.screens import LANGUAGES, opened, shown
from tests.test_sentences import TRUE_OF, in_a_row, key_of
from tests.truth import lies

HEAD = "format: 1\ntitle: {fr: Essai, en: Trial}\nstory: {fr: Essai, en: Trial}\n"
FILES = {
    "workers": "extends: workers-buy-from-the-fund\n",
    "family": "extends: family-buys\nbehaviour: full\n",
    "family_after_the_fund": """
extends: film
horizon: 10
behaviour: full
deals:
  fund: {then: family}
  family:
    form: family_purchase
    price: {as_sold: true}
    funding: {equity: {family: {share_of_uses: 8 %}, managers: rest}}
""",
    "without_loan": """
extends: film
horizon: 10
behaviour: full
deals:
  fund: {then: buyer}
  buyer:
    form: unlevered
    price: {as_sold: true}
    funding: {loans: {bank: null}, equity: {fund: rest}}
""",
    "closed": """
extends: fund-to-fund
deals:
  fund: {plan: {capex_floor: {share_of_sales: 30 %}, capex_target: {share_of_sales: 30 %}}}
""",
    "four": """
extends: fund-to-fund
horizon: 20
deals:
  fund: {price: {multiple: 3.5}}
  third_fund: {then: members}
  members:
    form: scop
    terms: {labour_share: 45 %, share_interest: 10 %, labour_share_blocked_years: 5, workers_votes: 100 %}
    price: {as_sold: true}
    funding:
      loans: {bank: {entity: factory}}
      equity: {workers: {per_head: 4_000, take_up: 80 %}, nobody_yet: rest}
""",
}


@cache
def on(name: str) -> Shelf:
    document = load(f"{name}.yaml", HEAD + FILES[name])
    assert document.scenario is not None, document.problems
    return shelf_of("own", document.scenario)


def first(name: str) -> Case:
    today = on(name)
    return today.case(next(iter(today.deals)), {}, "full")


def test_only_those_who_buy_at_date_0_stand_on_a_shelf() -> None:
    assert list(on("four").deals) == ["fund"]
    assert [case.owner for case in first("four").row] == ["fund", "second_fund", "third_fund", "members"]
    assert [case.place for case in first("four").row] == [1, 2, 3, 4]
    assert first("family").row == (first("family"),)
    alone, row = first("four"), first("four").row
    assert float(row[0].result.end_value) == float(alone.result.end_value), "it knows nothing of the next"


def test_a_knob_turns_for_all_who_follow() -> None:
    dearer = shelf(IN_A_ROW).case("fund", {"equity_share": 0.3}, "full").row
    shares = [facts.of_closing(case)["equity_share"] for case in dearer]
    assert shares == pytest.approx([0.3] * 3, abs=1e-6)


@pytest.mark.parametrize("language", LANGUAGES)
def test_those_who_follow_have_names_and_rows_in_the_strip(language: str) -> None:
    words = Words(language)
    row = first("four").row
    called = [names.of_case(case, words) for case in row]
    assert len(set(called)) == 4
    drawn = strip(row, chapter_of("debrief"), words)
    assert all(f">{name}<" in drawn for name in called[:3])
    assert words.say("owners.not_closing", owner=called[3]) in drawn, "what does not close is marked"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FILES)
def test_every_chapter_can_be_drawn_on_a_file_with_owners_in_a_row(name: str, language: str) -> None:
    words, case = Words(language), first(name)
    for chapter in CHAPTERS:
        shown = [chapter.played(case)]
        picture = chapter.draw(shown, words, beats.finding(words, chapter, shown), None)
        graph.Figure(palette.paint(lean(picture.figure), "light"))
        said = [*sentences.not_closing(chapter.shown(shown), words), *chapter.details(shown, words)]
        assert beats.remembered(words, chapter, shown)
        for text in (picture.title, picture.alternative, *(one.text for one in said)):
            assert "nan" not in text
            assert "{" not in text


@pytest.mark.parametrize(
    ("name", "variant"),
    [
        ("workers", "again"),
        ("family_after_the_fund", "again"),
        ("without_loan", "without_loan"),
        ("closed", "closed"),
        ("four", "again"),
        ("family", "alone"),
    ],
)
def test_what_is_said_of_a_row_is_true_whoever_follows(name: str, variant: str) -> None:
    chapter, case = chapter_of("again"), first(name)
    assert TRUE_OF["again"][0]([case]) == variant
    for language in LANGUAGES:
        words = Words(language)
        told = {**in_a_row(case).numbers, "who": names.of_case(in_a_row(case).who, words)}
        for part, said, owner in (
            ("finding", beats.finding(words, chapter, [case]), names.marked(case, words)),
            ("remember", beats.remembered(words, chapter, [case]), names.of_case(case, words)),
        ):
            assert lies(key_of("again", part, variant), said, case, words, **{**told, "owner": owner}) == []


def test_the_question_is_asked_only_where_a_fund_sells_to_somebody_who_borrows() -> None:
    asks = chapter_of("again").asks
    assert asks(shelf(IN_A_ROW).case("fund", {}, "full"))
    assert asks(shelf(IN_A_ROW).case("fund", {}, "mechanics"))
    assert asks(first("workers"))
    for name in ("without_loan", "closed", "family"):
        assert not asks(first(name)), name


def test_the_chapter_plays_on_its_own_scenario_whichever_shipped_one_was_chosen() -> None:
    film, growth = (
        shown(opened(lang="en", chapter="again", beat="reveal", scenario=code)) for code in ("film", "growth")
    )
    assert film.figure["title"] == growth.figure["title"]
    assert "15" in film.text


def test_those_who_follow_and_do_not_close_are_said_first() -> None:
    words = Words("en")
    said = sentences.not_closing(chapter_of("again").shown([first("workers")]), words)
    assert [one.code for one in said] == ["workers-not-closing"]
