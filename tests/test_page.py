"""The page's script without a browser: chapters in every language, knobs, owners, wrong links."""

import itertools
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import plotly.graph_objects as graph
import pytest
from streamlit.testing.v1 import AppTest

from lbo_model.classroom import facts, palette
from lbo_model.classroom.cases import OWNERS, USUAL, Case, Shelf, shelf
from lbo_model.classroom.chapters import CHAPTERS
from lbo_model.classroom.show import lean
from lbo_model.studies import vary
from lbo_model.words import Words, languages

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "lbo_model" / "classroom" / "page.py"
LANGUAGES = ("fr", "en")
SLUGS = [chapter.slug for chapter in CHAPTERS]


def opened(**link: str) -> AppTest:
    page = AppTest.from_file(PAGE, default_timeout=60)
    for name, value in link.items():
        page.query_params[name] = value
    return page.run()


def texts(page: AppTest) -> str:
    kinds = ("markdown", "title", "header", "subheader", "caption", "warning", "info", "button", "radio")
    elements = itertools.chain.from_iterable(getattr(page, kind) for kind in kinds)
    return "\n".join(
        str(getattr(element, "value", "")) + str(getattr(element, "label", "")) for element in elements
    )


def test_words_exist_for_every_language_of_the_page() -> None:
    assert sorted(LANGUAGES) == languages()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("beat", ["question", "reveal"])
def test_every_chapter_is_drawn_without_an_error(language: str, slug: str, beat: str) -> None:
    page = opened(lang=language, chapter=slug, beat=beat)
    assert not page.exception
    assert len(page.button) >= len(CHAPTERS), "the page has its chapter buttons: something was drawn"
    assert not re.search(r"\{\w*\}|\bchapters\.|\bowners\.|\bpage\.", texts(page)), "a key or a slot is left"


def test_the_answer_is_absent_until_the_reader_guesses_or_skips() -> None:
    page = opened(lang="en", chapter="resale")
    assert not page.slider
    assert page.radio[0].value is None
    page.radio[0].set_value("stake").run()
    press(page, "page.answer")
    assert not page.exception
    assert len(page.slider) == 3
    right = Words("en").show(offered_guess()["net_proceeds"], "money_short")
    assert right in page.info[0].value.replace("\\", "")


def press(page: AppTest, key: str, language: str = "en") -> None:
    next(button for button in page.button if button.label == Words(language).say(key)).click().run()


def offered_guess() -> dict[str, float]:
    chapter = next(item for item in CHAPTERS if item.slug == "resale")
    assert chapter.guess is not None
    return chapter.guess.answers(shelf().case("fund", {}))


def test_the_options_of_the_guess_differ_by_a_tenth_at_least() -> None:
    amounts = sorted(offered_guess().values())
    assert all(later >= 1.1 * earlier for earlier, later in itertools.pairwise(amounts))


def test_skipping_the_question_shows_the_answer_without_a_remark() -> None:
    page = opened(lang="fr", chapter="resale")
    press(page, "page.skip", "fr")
    assert not page.exception
    assert len(page.slider) == 3
    assert not page.info


@pytest.mark.parametrize(
    "link", [{"chapter": "nowhere"}, {"price": "a lot"}, {"price": "99"}, {"owners": "martians"}]
)
def test_a_wrong_link_is_repaired_in_words(link: dict[str, str]) -> None:
    page = opened(lang="en", **link)
    assert not page.exception
    assert page.warning
    assert "<" not in page.warning[0].value


def test_a_moved_knob_and_the_language_live_in_the_link() -> None:
    page = opened(lang="en", chapter="deal", price="4")
    assert page.query_params["price"] in ("4", ["4"])
    page.slider[0].set_value(4.5).run()
    assert page.query_params["price"] in ("4.5", ["4.5"])
    assert page.query_params["lang"] in ("en", ["en"])


# --- what each knob must move -----------------------------------------------------------------------------

MOVES = {
    "equity_share": ("equity_share", "up"),
    "price": ("uses", "up"),
    "rate": ("machines_owed", "up"),
    "balloon": ("by_factory", "down"),
    "growth": ("gain", "up"),
    "capex_floor": ("machines_owed", "down"),
}
"""The measure that a knob names, and its direction from the knob's low end to its high end, for the fund."""


def measured(shown: Case, name: str) -> float:
    return float({**facts.of_end(shown), **facts.of_closing(shown)}[name])


def test_every_knob_of_a_chapter_names_what_it_moves() -> None:
    assert {code for chapter in CHAPTERS for code in chapter.knobs} == set(MOVES)
    assert set(MOVES) == set(shelf().offer.dials)
    assert all(len(chapter.knobs) <= 3 for chapter in CHAPTERS)


@pytest.mark.parametrize("code", MOVES)
def test_a_knob_moves_the_measure_it_names(code: str) -> None:
    name, direction = MOVES[code]
    dial = shelf().offer.dials[code]
    low, high = (measured(shelf().case("fund", {code: end}), name) for end in (dial.low, dial.high))
    assert (high > low) if direction == "up" else (high < low)
    assert abs(high - low) >= 0.05 * max(abs(high), abs(low)), "a twentieth at least, or the knob is no use"


@pytest.mark.parametrize("slug", SLUGS)
def test_each_knob_moves_its_chapter_s_figure(slug: str) -> None:
    chapter = next(item for item in CHAPTERS if item.slug == slug)
    words = Words("en")
    for code in chapter.knobs:
        dial = shelf().offer.dials[code]
        drawn = [
            chapter.draw(shelf().compared(USUAL, {code: end})[0], words, None).table.rows
            for end in (dial.low, dial.high)
        ]
        assert drawn[0] != drawn[1], f"{code} does not move the figure of {slug}"


# --- the corners of the knobs -----------------------------------------------------------------------------


def corners(chapter_knobs: tuple[str, ...]) -> list[dict[str, float]]:
    dials = shelf().offer.dials
    ends = [(code, (dials[code].low, dials[code].shipped, dials[code].high)) for code in chapter_knobs]
    return [
        dict(zip([code for code, _ in ends], values, strict=True))
        for values in itertools.product(*dict(ends).values())
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", SLUGS)
def test_sentences_and_figures_hold_at_every_corner_of_the_knobs(language: str, slug: str) -> None:
    chapter = next(item for item in CHAPTERS if item.slug == slug)
    words = Words(language)
    for knobs in corners(chapter.knobs):
        for owners in (tuple(OWNERS), ("scop", "fund"), ("family",), ("unlevered", "workers")):
            cases, refused = shelf().compared(owners, knobs)
            assert not refused
            picture = chapter.draw(cases, words, None)
            graph.Figure(palette.paint(lean(picture.figure), "light"))
            said = [sentence.text for sentence in chapter.say(cases, words)]
            for text in (*said, picture.title, picture.alternative):
                assert not re.search(r"\bnan\b|\{|\}|-0[.,]0 |−0[.,]0 ", text), text
            codes = [sentence.code for sentence in chapter.say(cases, words)]
            assert len(set(codes)) == len(codes), "each sentence has a node of its own"


def test_the_sentence_on_the_gain_states_the_identity_with_the_numbers_of_the_run() -> None:
    chapter = next(item for item in CHAPTERS if item.slug == "resale")
    cases, _ = shelf().compared(("fund",), {})
    known = facts.of_end(cases[0])
    assert np.isclose(
        known["gain"],
        known["net_debt_closing"]
        - known["net_debt_end"]
        + known["distributions"]
        - known["costs"]
        - known["owed"],
        atol=1e-6,
    )
    words = Words("fr")
    said = " ".join(sentence.text for sentence in chapter.say(cases, words))
    for name in ("gain", "net_debt_closing", "net_debt_end", "costs", "owed", "by_factory", "by_next_buyer"):
        assert words.show(known[name], "money_short") in said, name
    for name in ("by_factory_share", "by_next_buyer_share"):
        assert words.show(known[name], "percent_short") in said, name


def test_deals_at_another_price_are_not_compared_and_the_field_is_named():
    today = shelf()
    dearer = vary(today.scenarios["scop"], {"deals.scop.price.multiple": 4.0})
    other = Shelf({**today.scenarios, "scop": dearer}, today.offer)
    kept, refused = other.compared(("fund", "scop"), {})
    assert [shown.owner for shown in kept] == ["fund"]
    assert refused == {"scop": ["price.multiple"]}


def test_nothing_of_the_package_imports_the_app() -> None:
    import pathlib

    files = pathlib.Path("lbo_model").rglob("*.py")
    assert not [
        file for file in files if re.search(r"^\s*(import app\b|from app\b)", file.read_text("utf-8"), re.M)
    ]


def test_the_model_loads_neither_streamlit_nor_plotly_nor_pandas() -> None:
    code = "import sys, lbo_model; print([m for m in ('streamlit', 'plotly', 'pandas') if m in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
