"""Drawers under a figure: closed they cost nothing, opened they say what the run says, in both languages."""

import html
import re
from collections.abc import Iterator

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from lbo_model import sheet
from lbo_model.classroom import analyst, bids
from lbo_model.classroom.cases import Case, shelf
from lbo_model.classroom.chapters import CHAPTERS, chapter_of
from lbo_model.measures import covenant_headroom, fund_house, returns
from lbo_model.scenario_file import shipped_names
from lbo_model.studies import highest_price, vary
from lbo_model.words import Words
from tests.scenario_texts import HEAD
from tests.screens import LANGUAGES, SCREENS, listed, numbers, on, opened, shown
from tests.test_accounts import rows

DRAWERS = [chapter.slug for chapter in CHAPTERS if chapter.sheet or chapter.bids]
LEFT_OVER = re.compile(r"\{\w*\}|\b(analyst|bids|sheet|parties|cli|accounts)\.\w|\bnan\b|−0[.,]00\b")
OF_THEIR_TIME = ("film", "boom-2006", "post-crisis-2010", "typical-2020", "growth")


def drawn(page: AppTest) -> list[str]:
    """The tables of the page as HTML."""
    return [one.proto.body for one in page.main.get("html") if 'class="show-scroll' in one.proto.body]


def with_drawers(slug: str, beat: str, **link: str) -> AppTest:
    """A screen with both its drawers open."""
    page = opened(chapter=slug, beat=beat, **link)
    page.session_state[f"analyst.{slug}"] = page.session_state[f"bids.{slug}"] = True
    page.run()
    assert not page.exception
    return page


def first(code: str, behaviour: str = "mechanics") -> Case:
    """The first owner of a shipped scenario."""
    there = shelf(code)
    return there.case(next(iter(there.deals)), {}, behaviour)


def told(part: str, case: Case, language: str) -> str:
    """The tables of a part of a deal."""
    words = Words(language, case.scenario.currency)
    return "".join(map(analyst.table, analyst.blocks(part, case, words)))


# --- on the page --------------------------------------------------------------------------------------------


def test_the_chapters_of_the_purchase_the_years_and_the_sale_have_their_sheets() -> None:
    parts = {chapter.slug: chapter.sheet for chapter in CHAPTERS if chapter.sheet}
    assert parts == {"deal": "closing", "repay": "years", "machines": "years", "resale": "end"}
    assert {"deal", "compare"} <= {chapter.slug for chapter in CHAPTERS if chapter.bids}


@pytest.mark.parametrize(("slug", "beat"), [(slug, beat) for slug, beat in SCREENS if slug in DRAWERS])
def test_a_drawer_waits_for_the_answer(slug: str, beat: str) -> None:
    page, words, chapter = opened(lang="en", chapter=slug, beat=beat), Words("en"), chapter_of(slug)
    labels = [drawer.label for drawer in page.expander]
    answered = beat not in ("question", "guess", "guess_again")
    assert (words.say("bids.title") in labels) == (answered and chapter.bids)
    if chapter.sheet:
        assert (words.say(f"analyst.{chapter.sheet}.title") in labels) == answered
    assert drawn(page) == [], "closed drawers are empty"


def test_nothing_is_sought_nor_laid_out_until_a_drawer_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    monkeypatch.setattr(bids, "bids_of", lambda case: calls.append(case.owner))
    monkeypatch.setattr(analyst, "blocks", lambda part, *_: calls.append(part) or [])
    for slug in DRAWERS:
        on(opened(lang="en", chapter=slug, beat="reveal"))
    assert calls == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("slug", "beat"), [("deal", "because"), ("repay", "reveal"), ("resale", "remember"),
                                            ("again", "because"), ("compare", "remember")])  # fmt: skip
def test_opened_drawers_are_filled_in_words(slug: str, beat: str, language: str) -> None:
    page, chapter = with_drawers(slug, beat, lang=language), chapter_of(slug)
    tables = "".join(drawn(page))
    assert ('accounts sheet"' in tables) == bool(chapter.sheet)
    assert (Words(language).say("bids.bid") in html.unescape(tables)) == chapter.bids
    assert not LEFT_OVER.search(tables)


def test_a_knob_moves_what_the_drawers_say() -> None:
    ends = [drawn(with_drawers("deal", "because", lang="en", **link)) for link in ({}, {"price": "4"})]
    assert len(ends[0]) == len(ends[1]) == 2
    assert all(one != other for one, other in zip(*ends, strict=True))


def test_another_return_gives_other_bids_and_another_owner_another_sheet() -> None:
    page = with_drawers("deal", "reveal", lang="en")
    usual = drawn(page)
    listed(page.selectbox, "bids.return").set_value("0.1").run()
    assert drawn(page)[0] == usual[0]
    assert drawn(page)[1] != usual[1]
    page = with_drawers("resale", "remember", lang="en")
    usual = drawn(page)
    listed(page.selectbox, "analyst.owner").set_value("unlevered").run()
    assert drawn(page) != usual


# --- how high each could bid --------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_bids_are_those_of_the_study_and_prices_those_of_the_deals(language: str) -> None:
    words, there = Words(language), shelf()
    cases = [there.case(owner, {}, "mechanics") for owner in there.deals]
    found = {case.owner: row for case, row in zip(cases, bids.rows(cases, "0.15", words), strict=True)}
    for case in cases:
        assert numbers(found[case.owner][2], language) == [21.0, 5.0], "one price for all: 5 x 4.2"
        bid = float(highest_price(case.scenario, case.deal, 0.15).multiple)
        if case.kind != "scop":
            assert not np.isnan(bid)
            assert round(bid, 2) in numbers(found[case.owner][1], language)
    assert found["scop"][1] == words.say("bids.no_return")
    assert numbers(found["family"][1], language)[-1] == 15.0


EVERY_THIRD = set(sorted(shipped_names())[::3])


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(code, marks=() if code in EVERY_THIRD else pytest.mark.properties)
        for code in sorted(shipped_names())
    ],
)
def test_who_has_no_such_price_has_a_sentence(code: str) -> None:
    """A third of the files at each change, all of them in the long runs."""
    for owner in shelf(code).deals:
        for case in shelf(code).case(owner, {}, "full").row:
            said = bids.highest(case, bids.RETURNS[0], Words("en"))
            assert said
            assert not LEFT_OVER.search(said)


def test_every_return_has_a_price_or_a_sentence() -> None:
    words, poor = Words("en"), {"price": 6.0, "rate": 0.1}
    for owner in shelf().deals:
        for asked in bids.RETURNS:
            said = bids.highest(shelf().case(owner, {}, "full"), asked, words)
            assert said
            assert not LEFT_OVER.search(said)
        assert bids.highest(shelf().case(owner, poor, "mechanics"), "0.3", words)
    follower = shelf("fund-to-fund").case("fund", {}, "full").row[1]
    assert bids.highest(follower, "0.2", words) == words.say("bids.follows")


def test_a_return_that_every_price_gives_is_told() -> None:
    """Sold at 50 times EBITDA: at 30 times, the dearest price that a file may say, it still earns 10 %."""
    case = first("film")
    dear = vary(case.scenario, {"deals.fund.exit.multiple_change": None, "deals.fund.exit.multiple": 50.0})
    easy = Case("fund", dear, "fund", case.result, {}, "mechanics", case.shelf)
    assert bids.highest(easy, "0.1", Words("en")) == Words("en").say("bids.not_found", rate=0.1)


def test_of_a_file_with_many_deals_only_those_compared_are_sought(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(bids.bidders([first("film")])) == len(shelf().deals)
    monkeypatch.setattr(bids, "MOST", 2)
    assert [case.owner for case in bids.bidders([first("film")])] == ["fund"]


# --- as financiers write it ---------------------------------------------------------------------------------


def every_case() -> Iterator[Case]:
    for code in OF_THEIR_TIME:
        there = shelf(code)
        for owner in there.deals:
            for knobs in ({}, {"price": 6.0}):
                yield there.case(owner, knobs, "mechanics")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", analyst.PARTS)
def test_every_part_of_every_deal_has_words(part: str, language: str) -> None:
    for case in every_case():
        text = told(part, case, language)
        assert text, (case.shelf.code, case.owner)
        assert not LEFT_OVER.search(text)
        assert all(analyst.explained(part, case, Words(language)))


def test_the_film_s_tranches_are_those_of_its_file() -> None:
    """A loan of nine tenths of 22.13 M at 7 %, half of it in equal parts over seven years."""
    found = rows(told("closing", first("film"), "en"))
    assert found["loan “bank”: banks"] == [
        *("19.92", "90%", "4.74×", "1", "holding company", "7%"),
        *("equal parts; 50% at the end", "7\u00a0years"),
    ]
    assert found["fund, ordinary shares"][:4] == ["2.21", "10%", "0.53×", "last"]


def test_a_deal_of_2006_shows_its_layers_its_covenants_and_its_two_kinds_of_owners() -> None:
    case = first("boom-2006")
    found = rows(told("closing", case, "en"))
    assert found["loan “term loan a”: banks"][2:] == [
        *("1.65×", "1", "holding company", "market + 2.25%", "equal parts", "7\u00a0years")
    ]
    assert found["loan “mezzanine”: junior lenders"][5] == "5%, plus 6% added to the loan"
    assert found["fund, shareholder loan"][3:6] == ["after loans (1)", "holding company", "9% added"]
    assert found["fund manager’s fee"][0] == "0.27", "1 % of 6.5 x 4.2 M"
    years = told("years", case, "en")
    headroom = covenant_headroom(case.result)["leverage"]["headroom"]
    assert f">{headroom[1]:.0%}</td>" in years
    assert "  allowed, at most" in html.unescape(years)
    end = rows(told("end", case, "en"))
    assert end["received by the manager"] == [
        f"{float(fund_house(case.result)['manager_received']) / 1e6:.2f}"
    ]
    assert end["managers"][2] == f"{float(returns(case.result)['managers']['multiple']):.2f}×"
    assert end["managers, ordinary shares"][2] in ("–", "0.00"), "nothing is left after the last rank"


def test_a_lender_of_2020_is_paid_above_the_market_and_never_below_its_floor() -> None:
    (rate,) = (
        cells[5]
        for name, cells in rows(told("closing", first("typical-2020"), "en")).items()
        if name.startswith("loan “unitranche”")
    )
    assert rate == "market (0% at least) + 5.5%"


def test_a_factory_that_has_closed_has_no_price_to_share_out() -> None:
    there, words = shelf(), Words("en")
    (closed,) = [
        case
        for case in (there.case("scop", {"price": 6.0, "equity_share": 0.05, "rate": 0.1}, "full"),)
        if int(case.result.eve.factory_status) == 2
    ]
    assert words.say("analyst.closed") in analyst.explained("end", closed, words)
    assert sheet.sale_by_rank(closed.result, words).rows == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_explanations_are_those_that_a_deal_needs(language: str) -> None:
    words = Words(language)
    for code, needed in (("film", set()), ("boom-2006", {"preferred", "covenants", "house"})):
        said = {text for part in analyst.PARTS for text in analyst.explained(part, first(code), words)}
        extra = {"closed", "preferred", "covenants", "house"}
        assert {one for one in extra if words.say(f"analyst.{one}") in said} == needed


def test_names_of_a_file_are_shown_as_they_stand() -> None:
    block = sheet.Block("<b>x", ["<i>"], [("<u>", ["<s>"]), None, ("all", ["&"])])
    text = analyst.table(block)
    assert not re.search(r"<(b|i|u|s)>", text)
    assert text.count('class="total"') == 1


# --- in front of a class ---------------------------------------------------------------------------------


@pytest.mark.parametrize("beat", ["reveal", "because"])
def test_what_does_not_close_is_said_once_beside_a_figure_that_fills_the_screen(beat: str) -> None:
    seen = {}
    for view in ("reader", "presenter"):
        page = opened(lang="en", chapter="compare", beat=beat, view=view)
        told = [text for _, text, warns in shown(page).figure["sentences"] if warns]
        beside = [one.value.replace("\\", "") for one in page.warning]
        seen[view] = (told, beside)
    assert len(seen["reader"][0]) == 1
    assert seen["presenter"] == ([], seen["reader"][0])
    assert seen["reader"][1] == []


# --- what the model leaves out ------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_taxes_the_page_says_what_the_run_does(language: str) -> None:
    words = Words(language)
    both = [words.say(key) for key in ("limits.list.tax_group", "limits.taxed_apart")]

    def said(**link: str) -> list[str]:
        page = opened(lang=language, chapter="deal", beat="remember", **link)
        text = "\n".join(one.value.replace("\\", "") for one in page.markdown)
        return [one for one in both if one in text]

    assert said() == both[:1]
    assert said(owners="scop") == [], "one company is no group"
    page = opened(lang=language, chapter="deal", beat="remember", scenario="own")
    regime = "policy: {corporate_tax: {regime: parent_subsidiary, dividend_taxable: 5 %}}\n"
    page.file_uploader[0].set_value(("mine.yaml", (HEAD + regime).encode(), "")).run()
    text = "\n".join(one.value.replace("\\", "") for one in page.markdown)
    assert [one for one in both if one in text] == both[1:]
