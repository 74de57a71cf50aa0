"""One's own scenario on the page: what strangers may send, what they are told, what is never lost."""

import gzip
import io
import itertools
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lbo_model.classroom import link, own
from lbo_model.classroom.link import Choices
from lbo_model.classroom.own import deals_of, opened, shown_name
from lbo_model.classroom.plain_table import table
from lbo_model.classroom.show import literal
from lbo_model.scenario_file import Document, load
from lbo_model.words import Words
from tests.scenario_texts import HEAD, scenario_of
from tests.screens import LANGUAGES, link_of

PAGE = Path(__file__).with_name("own_page.py")


def zipped() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("scenario.yaml", HEAD)
    return packed.getvalue()


def laughs() -> str:
    lines = ["a0: &a0 [lol, lol]"]
    lines += [f"a{level}: &a{level} [*a{level - 1}, *a{level - 1}]" for level in range(1, 60)]
    return HEAD + "\n".join(lines)


def many_deals(count: int) -> str:
    deals = "\n".join(f"  d{n}: {{form: fund, funding: {{equity: {{fund: rest}}}}}}" for n in range(count))
    return f"{HEAD}deals:\n{deals}\n"


def many_loans(count: int) -> str:
    loan = "lender: banks, entity: holding, size: {amount: 1}, rate: 5 %, interest_on: opening"
    loan += ", repayment: bullet, years: 5"
    loans = "\n".join(f"        l{n}: {{rank: {n % 90 + 2}, {loan}}}" for n in range(count))
    return f"{HEAD}deals:\n  fund:\n    funding:\n      loans:\n{loans}\n"


def price(written: str) -> str:
    return f"{HEAD}deals: {{fund: {{price: {{multiple: {written}}}}}}}\n"


ATTACKS: list[tuple[str, str | bytes, str, str, str]] = [
    ("five megabytes", b"a" * 5_000_000, "too_large", "200 ko", "200 kB"),
    ("a zip", zipped(), "file_unreadable", "ne peut pas être lu", "cannot be read"),
    ("a gzip", gzip.compress(HEAD.encode()), "file_unreadable", "ne peut pas être lu", "cannot be read"),
    ("a picture", b"\x89PNG\r\n\x1a\n\0\0", "file_unreadable", "ne peut pas être lu", "cannot be read"),
    ("UTF-16 with a mark", HEAD.encode("utf-16"), "encoding", "UTF-16", "UTF-16"),
    ("UTF-16 without a mark", HEAD.encode("utf-16-le"), "encoding", "UTF-16", "UTF-16"),
    ("Latin-1", "titre: été".encode("latin-1"), "encoding", "UTF-8", "UTF-8"),
    ("a NUL", HEAD.encode() + b"horizon: 5\0\n", "control_character", "U+0000", "U+0000"),
    ("a bell", HEAD + "# \a\n", "control_character", "U+0007", "U+0007"),
    ("a billion laughs", laughs(), "anchor", "renvoi", "refers to another place"),
    ("a loop of aliases", HEAD + "factory: &f {machines: *f}\n", "anchor", "renvoi", "another place"),
    ("brackets", "a: " + "[" * 50_000, "too_deep", "20 niveaux", "20 levels"),
    ("braces", "a: " + "{a: " * 40_000, "too_deep", "20 niveaux", "20 levels"),
    ("indentation", "\n".join(" " * n + "a:" for n in range(500)), "too_deep", "20 niveaux", "20 levels"),
    (
        "a Python object",
        HEAD + "x: !!python/object/apply:os.system [ls]\n",
        "yaml_tag",
        "pas permis",
        "not allowed",
    ),
    ("many digits", price("9" * 5000), "number_too_long", "40", "40"),
    ("ten to the 400", price("1e400"), "out_of_range", "permis de 0 à 30", "from 0 to 30"),
    ("ten to the 400, per cent", price("1e400 %"), "percent_not_allowed", "pour cent", "per cent"),
    ("no number", price(".nan"), "not_a_number", "n’est pas un nombre", "is not a number"),
    ("infinity", price(".inf"), "not_a_number", "n’est pas un nombre", "is not a number"),
    (
        "a path",
        HEAD.replace("film", "../../etc/passwd"),
        "base_not_a_name",
        "sans dossier",
        "without a folder",
    ),
    (
        "a whole path",
        HEAD.replace("film", "/etc/passwd"),
        "base_not_a_name",
        "sans dossier",
        "without a folder",
    ),
    ("a Windows path", HEAD.replace("film", "C:\\boot"), "base_not_a_name", "sans dossier", "without a"),
    ("an address", HEAD.replace("film", "http://e.x/a"), "base_not_a_name", "sans dossier", "without a"),
    ("a device", HEAD.replace("film", "dev"), "base_not_found", "aucun scénario", "no scenario"),
    ("a deal's name", HEAD + "deals: {<script>: {form: fund}}\n", "bad_name", "minuscules", "small letters"),
    ("many deals", many_deals(2000), "list_too_long", "8 éléments", "8 items"),
    ("many loans", many_loans(900), "list_too_long", "8 éléments", "8 items"),
    ("nobody to play", HEAD + "deals: {fund: null}\n", "missing_key", "deals", "deals"),
    ("nothing", b"", "empty_file", "vide", "empty"),
]


@pytest.mark.parametrize("attack", ATTACKS, ids=[name for name, *_ in ATTACKS])
def test_an_attack_is_refused_in_words(
    attack: tuple[str, str | bytes, str, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, content, code, french, english = attack
    content = content.encode() if isinstance(content, str) else content
    examined: list[str] = []
    monkeypatch.setattr(own, "load", lambda *given: (examined.append(given[0]), load(*given))[1])
    found = opened("mine.yaml", content)
    assert found.scenario is None
    assert not (examined and code == "list_too_long"), "too long to be examined: refused before"
    assert code in [problem.code for problem in found.problems]
    problem = next(problem for problem in found.problems if problem.code == code)
    assert french in Words("fr").problem(problem)
    assert english in Words("en").problem(problem)
    assert all(len(Words("en").problem(one)) < 600 for one in found.problems[:50])


POWERS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "![x](http://e.example/x.png)",
    "$x^2$",
    ":material/home:",
    ":red[rouge]",
    "# titre",
    "**gras**",
    "https://e.example",
]


@pytest.mark.parametrize("text", POWERS)
def test_the_title_of_a_file_is_shown_as_it_stands(text: str) -> None:
    quoted = text.replace('"', "")
    page = opened_page(scenario="own", lang="en", chapter="resale")
    page.file_uploader[0].set_value(("mine.yaml", HEAD.replace("Trial", f'"{quoted}"').encode(), "")).run()
    assert not page.exception
    shown = [one.value for kind in ("markdown", "success", "warning", "caption") for one in page.get(kind)]
    assert sum(literal(quoted) in one for one in shown) >= 2, "title and story are shown"
    powers = [one for one in shown if quoted in one.replace(literal(quoted), "")]
    assert not powers, "only as they stand"


@pytest.mark.parametrize("text", POWERS)
def test_the_name_of_a_file_is_shown_as_it_stands(text: str) -> None:
    page = opened_page(scenario="own", lang="fr")
    page.file_uploader[0].set_value((f"{text}.yaml", b"a: [", "")).run()
    assert not page.exception
    name = shown_name(f"{text}.yaml")
    said = [one.value for one in (*page.warning, *page.markdown)]
    assert any(literal(name) in one for one in said)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("a\0b.yaml", "a?b.yaml"),
        ("a\nb\u202e.yaml", "a?b?.yaml"),
        ("", "scenario.yaml"),
        ("..", ".."),
        ("x" * 5000 + ".yaml", "x" * 55 + ".yaml"),
    ],
)
def test_a_file_s_name_is_a_name_and_no_path(given: str, shown: str) -> None:
    assert shown_name(given) == shown
    assert opened(given, b"a: [").name == shown


def test_a_stranger_s_file_never_leads_to_a_file_beside_the_server(tmp_path: Path, monkeypatch: Any) -> None:
    (tmp_path / "secret.yaml").write_text(HEAD, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    found = opened(str(tmp_path / "mine.yaml"), HEAD.replace("film", "secret").encode())
    assert [problem.code for problem in found.problems] == ["base_not_found"]


@pytest.mark.parametrize("cell", POWERS)
def test_a_table_shows_its_text_as_it_stands(cell: str) -> None:
    written = table(cell, [cell], [[cell, cell]])
    assert written.count("<script") == written.count("<img") == 0
    assert re.sub(r"<[^<>]*>", "", written).count("&lt;") % 4 == 0


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "text", [*POWERS, "../../etc/passwd", "1e400", "9" * 5000, "\0", "\ud800", "{price}"]
)
@pytest.mark.parametrize("name", ["scenario", "lang", "chapter", "owners", "price", "tally.deal", "stranger"])
def test_an_attack_by_the_link_is_mended_and_said(name: str, text: str, language: str) -> None:
    choices = Choices(("film", "own"), ("fr", "en"), ("all",), ("deal",), ("question",))
    offer = link.offer(scenario_of(load("film")))
    reading = link.check(link.read({name: [text]}, choices, language), offer)
    assert reading.state.language == language
    assert reading.state.knobs in ({}, {"price": offer.dials["price"].high})
    assert reading.repairs
    for repair in reading.repairs:
        said = literal(Words(language).say(f"link.{repair.code}", **repair.facts))
        assert len(said) < 1000
        assert "\n" not in said, "nothing begins a line, so nothing is a heading"
        assert not any(power in said for power in POWERS if not power.startswith("#"))


# --- on the page --------------------------------------------------------------------------------------------


def opened_page(**link: str) -> AppTest:
    page = AppTest.from_file(str(PAGE), default_timeout=60)
    for name, value in link.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def own_text(page: AppTest) -> str:
    return str(page.text[0].value)


GOOD = (HEAD + "deals: {fund: {price: {multiple: 5.5}}}\n").encode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_to_one_s_own_scenario_asks_for_the_file_and_keeps_its_knobs(language: str) -> None:
    page = opened_page(scenario="own", lang=language, rate="0.05", owners="fund")
    assert literal(Words(language).say("own.again")) in [one.value for one in page.markdown]
    assert link_of(page)["rate"] == "0.05"
    page.file_uploader[0].set_value(("mine.yaml", GOOD, "")).run()
    assert not page.exception
    assert own_text(page) == "own {'rate': 0.05}"
    assert link_of(page) == {"lang": language, "scenario": "own", "rate": "0.05", "owners": "fund"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_written_stays_and_can_be_corrected(language: str) -> None:
    page = opened_page(scenario="own", lang=language)
    wrong = GOOD.replace(b"5.5", b"five")
    page.file_uploader[0].set_value(("mine.yaml", wrong, "")).run()
    assert page.warning, "what is wrong is said"
    assert "mine" in page.warning[0].value
    assert page.text_area[0].value == wrong.decode()
    page.text_area[0].set_value(GOOD.decode()).run()
    assert not page.exception
    assert own_text(page) == "own {}"
    assert not page.file_uploader


def test_a_file_that_cannot_be_read_does_not_erase_what_was_written() -> None:
    page = opened_page(scenario="own", lang="en")
    page.text_area[0].set_value("half: [a").run()
    page.file_uploader[0].set_value(("mine.zip", zipped(), "")).run()
    assert "cannot be read" in page.markdown[-1].value.replace("\\", "")
    assert page.text_area[0].value == "half: [a"


def test_an_error_in_a_new_file_keeps_the_lesson_on_the_last_one() -> None:
    page = opened_page(scenario="own", lang="en")
    page.file_uploader[0].set_value(("mine.yaml", GOOD, "")).run()
    kept = page.session_state["visit"].own
    kept.last, kept.text = ("new.yaml", "a: ["), "a: ["
    page.run()
    assert not page.exception
    assert own_text(page) == "own {}"
    assert kept.used == ("mine.yaml", GOOD.decode())


def test_a_long_list_of_problems_is_cut_and_its_length_is_said() -> None:
    text = HEAD + "".join(f"key{number}: 1\n" for number in range(300))
    page = opened_page(scenario="own", lang="en")
    page.text_area[0].set_value(text).run()
    listed = next(one.value for one in page.markdown if one.value.startswith("* "))
    assert listed.count("\n") == own.MOST_SHOWN
    assert "288 more" in listed


def test_the_example_is_sound_in_every_language() -> None:
    for language in LANGUAGES:
        found = opened("x.yaml", Words(language).say("cli.starter", name="scenario"))
        assert isinstance(found, Document)
        assert found.problems == ()


def test_the_deals_of_a_file_are_the_owners_to_compare() -> None:
    found = opened("mine.yaml", many_deals(3))
    deals = deals_of(found)
    assert list(deals) == ["fund", "d0", "d1", "d2"]
    assert all(scenario is scenario_of(found) and name == code for code, (scenario, name) in deals.items())


def test_every_word_of_these_panels_is_in_every_language() -> None:
    for language, section in itertools.product(LANGUAGES, ("own", "workshop", "assumptions", "glossary")):
        assert len(Words(language).keys(section)) > 10
