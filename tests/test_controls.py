"""The page's link and its controls: what is kept, what is written back, how a wrong link is repaired."""

from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lbo_model.classroom import link
from lbo_model.classroom.controls import shown_scale
from lbo_model.classroom.link import Choices, Dial, Offer, Reading, State
from lbo_model.classroom.show import lean, literal, plain
from lbo_model.quantities import Money, Multiple, Rate
from tests.screens import listed

CHOICES = Choices(
    ("base", "film", "own"), ("fr", "en"), ("55", "20"), ("bet", "deal"), ("question", "reveal")
)
PRICE = Dial("price", Multiple(0, 30), 3.5, 6.0, 0.25, 5.0)
RATE = Dial("rate", Rate(0, 0.5), 0.03, 0.1, 0.005, 0.07)
BEAT = Dial("beat", Money(), 0.0, 10.0, 1.0, 0.0)
OFFER = Offer(("fund", "scop"), {dial.code: dial for dial in (PRICE, RATE, BEAT)})
FIRST = State("base", "fr", "55", "bet", "question")


def read(language: str | None = None, /, **parameters: str | list[str]) -> Reading:
    many = {name: [value] if isinstance(value, str) else value for name, value in parameters.items()}
    return link.check(link.read(many, CHOICES, language), OFFER)


def codes(reading: Reading) -> list[str]:
    return [repair.code for repair in reading.repairs]


# --- reading ----------------------------------------------------------------------------------------------


def test_no_link_is_the_first_of_everything() -> None:
    assert read() == Reading(FIRST)


def test_the_language_is_the_link_s_then_the_browser_s_then_the_first() -> None:
    assert read("en-GB").state.language == "en"
    assert read("en-GB", lang="fr").state.language == "fr"
    assert read("de-DE").state.language == "fr"


def test_a_link_holds_the_whole_state() -> None:
    state = replace(
        FIRST,
        scenario="film",
        language="en",
        route="20",
        chapter="deal",
        beat="reveal",
        owners=("scop", "fund"),
        knobs={"price": 5.5, "rate": 0.055, "beat": 3.0},
        tallies={"bet": (3, 12, 0)},
    )
    written = link.write(state, CHOICES, {})
    assert written["rate"] == "0.055"
    assert written["knob.beat"] == "3"
    again = link.check(link.read({name: [text] for name, text in written.items()}, CHOICES), OFFER)
    assert again == Reading(state)


def test_only_what_was_moved_is_in_the_link() -> None:
    assert link.write(FIRST, CHOICES, {}) == {"lang": "fr"}
    assert read(price="5").state.knobs == {}


def test_a_rate_may_be_written_in_per_cent() -> None:
    assert read(rate="5.5 %").state.knobs == {"rate": 0.055}


# --- repairing --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "kept"),
    [
        ("abc", "not_a_number", 5.0),
        ("", "not_a_number", 5.0),
        ("nan", "not_a_number", 5.0),
        ("inf", "not_a_number", 5.0),
        ("1e999", "not_a_number", 5.0),
        ("5,5", "not_a_number", 5.0),
        ("5 %", "not_a_number", 5.0),
        ("<script>alert(1)</script>", "not_a_number", 5.0),
        ("${jndi:ldap://x}", "not_a_number", 5.0),
        ("9", "out_of_range", 6.0),
        ("-1e308", "out_of_range", 3.5),
        ("5.3", "between_steps", 5.25),
        ("9" * 5000, "too_long", 5.0),
    ],
)
def test_a_wrong_knob_is_repaired(text: str, code: str, kept: float) -> None:
    reading = read(price=text)
    assert codes(reading) == [code]
    assert reading.state.knobs.get("price", PRICE.shipped) == kept


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"scenario": "secret"}, "not_offered"),
        ({"lang": "FRANÇAIS"}, "not_offered"),
        ({"chapter": "<b>deal</b>"}, "no_such_chapter"),
        ({"beat": "answer"}, "no_such_beat"),
        ({"owners": "fund,nobody"}, "not_offered"),
        ({"owners": ""}, "not_offered"),
        ({"tally.bet": "3--4"}, "not_a_tally"),
        ({"tally.bet": "9999"}, "not_a_tally"),
        ({"tally.bet": "-".join("1" * 9)}, "not_a_tally"),
        ({"tally.nowhere": "3-4"}, "not_a_tally"),
        ({"utm_source": "x"}, "unknown"),
        ({"__proto__": "x"}, "unknown"),
        ({"price": ["5.5", "6"]}, "repeated"),
        ({"price": []}, "repeated"),
    ],
)
def test_a_wrong_link_is_repaired_with_a_remark(parameters: dict[str, Any], code: str) -> None:
    assert code in codes(read(**parameters))


def test_of_a_repeated_parameter_the_first_counts() -> None:
    assert read(price=["5.5", "6"]).state.knobs == {"price": 5.5}


def test_a_flood_of_parameters_is_cut() -> None:
    reading = read(**{f"x{number}": "1" for number in range(5000)})
    assert "too_many" in codes(reading)
    assert len(reading.repairs) == link.MOST_PARAMETERS + 1


def test_facts_are_short_enough_to_show() -> None:
    reading = read(**{"y" * 5000: "z" * 150, "price": "9" * 5000})
    assert all(len(str(fact)) <= 40 for repair in reading.repairs for fact in repair.facts.values())


def test_knobs_of_one_s_own_file_wait_for_it() -> None:
    waiting = link.read({"scenario": ["own"], "price": ["5.5"], "owners": ["scop"]}, CHOICES)
    assert link.write(waiting.state, CHOICES, waiting.pending) == {
        "lang": "fr",
        "scenario": "own",
        "price": "5.5",
        "owners": "scop",
    }
    given = link.check(waiting, OFFER)
    assert (given.state.knobs, given.state.owners, given.pending) == ({"price": 5.5}, ("scop",), {})


def test_a_scenario_saved_anew_takes_along_only_what_it_still_offers() -> None:
    moved = Reading(replace(FIRST, owners=("fund", "gone"), knobs={"price": 5.5, "gone": 1.0}))
    narrower = Offer(("fund",), {"price": replace(PRICE, high=5.25)})
    state = link.check(moved, narrower).state
    assert (state.owners, state.knobs) == (("fund",), {"price": 5.25})


# --- knobs ------------------------------------------------------------------------------------------------


def test_what_a_file_ships_between_two_steps_is_kept() -> None:
    odd = replace(RATE, shipped=0.0512)
    assert odd.nearest(0.0512) == 0.0512
    assert odd.nearest(0.052) == 0.05


def test_values_are_shown_as_people_count() -> None:
    large = Dial("sales", Money(), 10e6, 80e6, 1e6, 30e6)
    fine = Dial("bonus", Money(), 0, 2e6, 100.0, 500.0)
    assert [shown_scale(dial) for dial in (RATE, PRICE, large, fine)] == [100.0, 1.0, 1e-6, 1e-3]


# --- the page ---------------------------------------------------------------------------------------------


def small_page() -> None:
    """A page with everything a visitor can turn; AppTest runs its source alone."""
    import streamlit as st

    from lbo_model.classroom import controls
    from lbo_model.classroom.link import Choices, Dial, Offer
    from lbo_model.quantities import Rate

    class Spoken:
        def say(self, key: str, /, **slots: object) -> str:
            return " ".join([controls.state().language, key, *map(str, slots.values())])

    rate = Dial("rate", Rate(0, 0.5), 0.03, 0.1, 0.005, 0.07)
    offer = Offer(("fund", "scop"), {"rate": rate})
    choices = Choices(("base", "own"), ("fr", "en"), ("55",), ("bet", "deal"), ("question", "reveal"))
    state = controls.start(choices, lambda scenario: None if scenario == "own" else offer)
    controls.choose("language", "language", str.upper)
    controls.choose("chapter", "chapter", lambda code: f"{state.language} {code}")
    controls.choose_owners("owners", str.upper, offer, ("fund",))
    controls.reset("reset")
    if state.chapter == "deal":
        controls.slider(rate, Spoken())
    st.text(f"{state}")
    st.text(" ".join(repair.code for repair in controls.repairs()))


def open_page(**parameters: str) -> AppTest:
    page = AppTest.from_function(small_page)
    for name, value in parameters.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    assert page.selectbox
    return page


def link_of(page: AppTest) -> dict[str, str]:
    """The link of the page: AppTest gives a list for what the test wrote, a text for what the page wrote."""
    return {name: text if isinstance(text, str) else text[0] for name, text in page.query_params.items()}


def test_a_knob_survives_a_change_of_chapter_and_of_language() -> None:
    page = open_page(chapter="deal")
    page.slider[0].set_value(5.5).run()
    listed(page.selectbox, "choose.chapter").set_value("bet").run()
    assert not page.slider
    listed(page.selectbox, "choose.language").set_value("en").run()
    listed(page.selectbox, "choose.chapter").set_value("deal").run()
    assert page.slider[0].value == 5.5
    assert link_of(page) == {"lang": "en", "chapter": "deal", "rate": "0.055"}
    assert not page.exception


def test_a_slider_shows_per_cent_and_says_its_value_in_words() -> None:
    slider = open_page(chapter="deal", rate="0.055").slider[0]
    assert (slider.min, slider.max, slider.step, slider.value) == (3.0, 10.0, 0.5, 5.5)
    assert slider.label.endswith("unit.rate 0.055")


def test_reset_puts_knobs_and_owners_back_and_out_of_the_link() -> None:
    page = open_page(chapter="deal", rate="0.055", owners="scop")
    assert page.multiselect[0].value == ["scop"]
    page.button(key="reset").click().run()
    assert page.slider[0].value == 7.0
    assert page.multiselect[0].value == ["fund"]
    assert link_of(page) == {"lang": "fr", "chapter": "deal"}


def test_a_wrong_link_is_written_back_right_and_its_remark_goes_with_the_next_move() -> None:
    page = open_page(chapter="deal", rate="0.9", junk="1")
    assert page.text[-1].value == "out_of_range unknown"
    assert link_of(page) == {"lang": "fr", "chapter": "deal", "rate": "0.1"}
    page.slider[0].set_value(5.0).run()
    assert page.text[-1].value == ""


def test_the_knobs_of_a_missing_file_stay_in_the_link() -> None:
    page = open_page(scenario="own", rate="0.055")
    listed(page.selectbox, "choose.chapter").set_value("bet").run()
    assert link_of(page)["rate"] == "0.055"


# --- text of strangers ------------------------------------------------------------------------------------


def test_text_for_a_figure_is_not_obeyed() -> None:
    assert plain("<b>A & B</b>\n%{x}") == "&lt;b&gt;A &amp; B&lt;/b&gt; %&#123;x}"


@pytest.mark.parametrize(
    "text",
    ["$x$", ":red[x]", "[x](y)", "*x*", "<b>", ":material/home:", "`x`", "a\n\nb", "a -- b", "1. x"],
)
def test_text_for_markdown_loses_its_powers(text: str) -> None:
    assert text not in literal(text)
    assert literal("- x") == "\\- x"


@pytest.mark.parametrize("text", ["The loan's rate: 5.25 (\u201cso\u201d)", "-3 % + 2, or so!"])
def test_text_without_powers_is_given_as_it_stands(text: str) -> None:
    """A screen reader spells what a label holds, escapes too; but for a sign that begins a line."""
    assert literal(text).lstrip("\\") == text


def test_a_figure_s_numbers_are_short_json() -> None:
    import numpy as np

    given = {"y": np.array([1 / 3, np.nan, np.inf]), "n": np.int64(3), "t": (0.1 + 0.2, "a", None)}
    assert lean(given) == {"y": [0.3333333, None, None], "n": 3, "t": [0.3, "a", None]}
