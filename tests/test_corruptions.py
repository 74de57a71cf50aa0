"""Whatever happens to a file, `load` answers with problems or a scenario, and names the line of a defect."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from lbo_model.scenario_file import Document, dump, load
from lbo_model.words import Words, languages
from tests.scenario_texts import SHIPPED, same, shipped_text

WORDS = [Words(language) for language in languages()]
NONSENSE = (
    *(
        "null",
        "true",
        "oui",
        "6 %",
        "-5",
        "1e400",
        "1e-400",
        "3,5",
        "''",
        '"',
        "[",
        "]",
        "{",
        "}",
        "{}",
        "[]",
    ),
    *(
        "[[1]]",
        "{a: 1}",
        "[1, deux]",
        "&a 1",
        "*a",
        "!x y",
        "|",
        ">",
        "- 1",
        "? a",
        "a: b",
        "%",
        "@",
        "`",
        "<<",
    ),
    *(
        "2024-01-01",
        ".inf",
        ".nan",
        "0x10",
        "1_0",
        "1__0",
        "_1",
        "9" * 50,
        "x" * 3000,
        "\\ud800",
        '"\\ud800"',
    ),
    *(
        '"\\U99999999"',
        "\t",
        "\x00",
        "\x85",
        "\u2028",
        "é",
        "🏭",
        "{0}",
        "%s",
        "rest",
        "~",
        "---",
        "...",
        "# x",
    ),
    *("NaN", "1 000", "1e6", "full"),
)
CHARACTERS = some.one_of(some.sampled_from("[]{}:,-#&*!|>'\"%@`? \n\t0_.e"), some.characters())

names = some.sampled_from(SHIPPED)


def sound(document: Document) -> bool:
    """Problems that can all be said, or a scenario; never both, never neither. True for a scenario."""
    assert (document.scenario is None) == bool(document.problems)
    for problem in document.problems:
        assert 0 <= problem.line <= document.text.count("\n") + 200
        for words in WORDS:
            words.problem(problem).encode("utf-8")
    return document.scenario is not None


def read(text: str) -> Document:
    return load("trial.yaml", text)


@some.composite
def corrupted(draw):
    """A shipped file after a few accidents of an editor."""
    lines = shipped_text(draw(names)).split("\n")
    for _ in range(draw(some.integers(1, 4))):
        at = draw(some.integers(0, len(lines) - 1))
        match draw(
            some.sampled_from(["delete", "double", "move", "indent", "character", "value", "key", "cut"])
        ):
            case "delete":
                del lines[at]
            case "double":
                lines.insert(at, lines[at])
            case "move":
                lines.insert(draw(some.integers(0, len(lines) - 1)), lines.pop(at))
            case "indent":
                lines[at] = " " * draw(some.integers(0, 8)) + lines[at].lstrip()
            case "character":
                column = draw(some.integers(0, len(lines[at])))
                lines[at] = (
                    lines[at][:column] + draw(CHARACTERS) + lines[at][column + draw(some.integers(0, 2)) :]
                )
            case "value":
                lines[at] = re.sub(
                    r"(: ).*", lambda found: found[1] + draw(some.sampled_from(NONSENSE)), lines[at], count=1
                )
            case "key":
                lines[at] = re.sub(
                    r"\w+(?=:)", lambda found: draw(some.sampled_from(NONSENSE)), lines[at], count=1
                )
            case "cut":
                del lines[at + 1 :]
        lines = lines or [""]
    return "\n".join(lines)


def check_corruption(text):
    document = read(text)
    if sound(document):
        again = read(dump(document, whole=True))
        assert again.problems == () or not document.scenario.deals
        assert again.scenario is None or same(again.scenario, document.scenario)


@given(corrupted())
def test_a_corrupted_file_gives_problems_or_a_scenario(text):
    check_corruption(text)


@pytest.mark.properties
@settings(settings.get_profile("properties"))
@given(corrupted())
def test_a_corrupted_file_gives_problems_or_a_scenario_at_length(text):
    check_corruption(text)


def check_bytes(content):
    sound(load("trial.yaml", content))


@given(some.one_of(some.binary(max_size=300), some.text(max_size=300)))
def test_any_bytes_or_text_give_problems_or_a_scenario(content):
    check_bytes(content)


@pytest.mark.properties
@settings(settings.get_profile("properties"))
@given(some.one_of(some.binary(max_size=2000), some.text(max_size=2000)))
def test_any_bytes_or_text_give_problems_or_a_scenario_at_length(content):
    check_bytes(content)


# --- planted defects ----------------------------------------------------------------------------------------

LEAF = re.compile(r"^( *)([a-z_0-9]+): (\{value: )?([-\d_.]+(?: %)?)")


def leaves(name):
    """The lines of a shipped file that hold a number of the model, outside its knobs."""
    lines = shipped_text(name).split("\n")
    stop = next((at for at, line in enumerate(lines) if line in ("knobs:", "citations:")), len(lines))
    return [at for at, line in enumerate(lines[:stop]) if LEAF.match(line) and not line.startswith("format")]


def planted(name, at, defect):
    """A shipped file with one defect at a known line, and the codes that may say so."""
    lines = shipped_text(name).split("\n")
    found = LEAF.match(lines[at])
    assert found is not None
    if defect == "unknown key":
        lines[at] = f"{found[1]}unheard_of: 1"
        return "\n".join(lines), {"unknown_key"}
    start, end = found.span(4)
    value, codes = {
        "text": ("beaucoup", {"not_a_number", "not_a_whole_number"}),
        "comma": ('"3,5"', {"decimal_comma", "not_a_whole_number"}),
        "mapping": ("{a: 1}", {"not_a_number", "not_a_whole_number", "missing_key", "unknown_key"}),
        "out of range": ("-1e15", {"out_of_range", "not_a_whole_number"}),
        "no value": ("true", {"not_a_number", "not_a_whole_number"}),
    }[defect]
    lines[at] = lines[at][:start] + value + lines[at][end:]
    return "\n".join(lines), codes


DEFECTS = ("unknown key", "text", "comma", "mapping", "out of range", "no value")
PLACES = [(name, at, defect) for name in SHIPPED for at in leaves(name) for defect in DEFECTS]


def runs_a_deal(name, text):
    """A base has no deal of its own: one is added, so that what it says of every deal is checked."""
    deal = "\ndeals: {fund: {form: fund, funding: {equity: {fund: rest}}}}\n"
    return text + deal if name == "base" else text


@pytest.mark.parametrize("defect", DEFECTS)
@pytest.mark.parametrize("name", SHIPPED)
def test_a_planted_defect_is_reported_at_its_line(name, defect):
    """Every line meets one of the six, the next line the next; the long runs plant all six on every line."""
    for at in leaves(name)[DEFECTS.index(defect) :: len(DEFECTS)]:
        check_planted(name, at, defect)


@pytest.mark.properties
@pytest.mark.parametrize("defect", DEFECTS)
@pytest.mark.parametrize("name", SHIPPED)
def test_every_planted_defect_is_reported_at_its_line(name, defect):
    for at in leaves(name):
        check_planted(name, at, defect)


def check_planted(name, at, defect):
    text, codes = planted(name, at, defect)
    document = read(runs_a_deal(name, text))
    assert not sound(document)
    assert {one.code for one in document.problems if one.line == at + 1} & codes, (at + 1, document.problems)


@given(some.lists(some.sampled_from(PLACES), min_size=2, max_size=4, unique_by=lambda place: place[1]))
def test_several_planted_defects_are_reported_at_once(places):
    name = places[0][0]
    places = [place for place in places if place[0] == name]
    lines = shipped_text(name).split("\n")
    for _, at, defect in places:
        lines[at] = planted(name, at, defect)[0].split("\n")[at]
    document = read(runs_a_deal(name, "\n".join(lines)))
    found = {one.line for one in document.problems if one.file == "trial.yaml"}
    assert {at + 1 for _, at, _ in places} <= found
    if all(defect != "unknown key" for _, _, defect in places):  # whoever misspells a key lacks it as well
        assert found == {at + 1 for _, at, _ in places}


FORMED = [name for name in SHIPPED if name != "base"]


@given(some.sampled_from(FORMED), some.sampled_from(NONSENSE), some.data())
def test_a_wrong_form_hides_nothing_and_accuses_nobody(name, nonsense, data):
    lines = shipped_text(name).split("\n")
    forms = [at for at, line in enumerate(lines) if re.match(r" +form: \w+$", line)]
    for at in forms:
        lines[at] = re.sub(r"\w+$", "", lines[at]) + json.dumps(nonsense)
    places = [place for place in PLACES if place[0] == name and place[2] not in ("unknown key", "mapping")]
    wrong = {data.draw(some.sampled_from(places))[1]} if places else set()
    for at in wrong:
        found = LEAF.match(lines[at])
        assert found is not None
        lines[at] = lines[at][: found.start(4)] + "beaucoup" + lines[at][found.end(4) :]
    assert {one.line for one in read("\n".join(lines)).problems} == {at + 1 for at in {*forms, *wrong}}
