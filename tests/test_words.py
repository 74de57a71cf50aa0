import ast
import re
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter
from typing import Any, get_args

import pytest

import lbo_model
from lbo_model.ledger import PARTIES
from lbo_model.quantities import Unit
from lbo_model.words import Words, languages, sentences

PACKAGE = Path(lbo_model.__file__).parent
# Where a call that names a code has it.
CODE_ARGUMENT = {"refuse": 0, "refusal": 0, "Fault": 1, "Problem": 2, "problem": 1, "_refusal": 1}


@dataclass(frozen=True)
class Trial:
    path: str
    code: str
    facts: dict[str, Any] = field(default_factory=dict)
    file: str = ""
    line: int = 0


def slots(sentence: str) -> set[tuple[str, str | None]]:
    return {(name, form) for _, name, form, _ in Formatter().parse(sentence) if name is not None}


def codes_in(path: Path) -> set[str]:
    """The problem codes that a module names in its calls, and in its tables of codes."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            at = CODE_ARGUMENT.get(name)
            if at is not None and len(node.args) > at:
                code = node.args[at]
                either = [code.body, code.orelse] if isinstance(code, ast.IfExp) else [code]
                found |= {one.value for one in either if isinstance(one, ast.Constant)}
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(node.value, ast.Dict):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(getattr(target, "id", "") in ("_CODES", "_SYNTAX") for target in targets):
                found |= {one.value for one in node.value.values if isinstance(one, ast.Constant)}
    return {code for code in found if isinstance(code, str)}


def test_there_is_french_and_english():
    assert set(languages()) >= {"fr", "en"}


@pytest.mark.parametrize("language", languages())
def test_every_language_has_the_same_sentences_with_the_same_slots(language):
    french, other = sentences("fr"), sentences(language)
    assert list(french) == list(other)
    for key, sentence in french.items():
        assert slots(sentence) == slots(other[key]), key


@pytest.mark.parametrize("language", languages())
def test_every_slot_has_a_known_format(language):
    words = Words(language)
    for key, sentence in sentences(language).items():
        given = {name: 1 if form else "x" for name, form in slots(sentence)}
        assert words.say(key, **given), key


@pytest.mark.parametrize("language", languages())
def test_every_code_of_the_program_has_a_sentence(language):
    codes = {code for path in PACKAGE.rglob("*.py") for code in codes_in(path)}
    closing = {"uses_not_covered", "over_financed"}
    law = {"equity_after_price", "unlawful_split", "workers_capital", "workers_votes"}
    assert len(codes) > 50
    missing = [code for code in codes | closing | law if f"problems.{code}" not in Words(language)]
    assert missing == []


@pytest.mark.parametrize("language", languages())
def test_every_unit_has_a_name(language):
    assert all(f"fields.{unit}" in Words(language) for unit in (*get_args(Unit), "count"))


@pytest.mark.parametrize("language", languages())
def test_every_party_has_a_name(language):
    assert all(f"parties.{party}" in Words(language) for party in PARTIES)


def test_a_missing_sentence_or_slot_or_language_is_an_error_that_names_it():
    with pytest.raises(KeyError, match="no such key"):
        Words("fr").say("no such key")
    with pytest.raises(KeyError, match="limit"):
        Words("fr").say("problems.too_deep")
    with pytest.raises(KeyError, match="xx"):
        Words("xx")


@pytest.mark.parametrize(
    ("form", "value", "french", "english"),
    [
        ("money", 21_000_000, "21 000 000 €", "€21,000,000"),
        ("money", -1234.5, "-1 234 €", "-€1,234"),
        ("money_short", 21_000_000, "21,0 M€", "€21.0 M"),
        ("money_short", -10_000, "0,0 M€", "€0.0 M"),
        ("millions", -1_234_567_890, "−1 234,57", "−1,234.57"),
        ("millions", -4_000, "0,00", "0.00"),
        ("percent", 0.06, "6 %", "6%"),
        ("percent", 0.1534, "15,34 %", "15.34%"),
        ("multiple", 5, "5,0 ×", "5.0×"),
        ("number", 0.65, "0,65", "0.65"),
        ("number", 1e4, "10 000", "10,000"),
        ("money", 1e300, "1e+300", "1e+300"),
        ("percent", float("inf"), "inf", "inf"),
        ("number", float("nan"), "nan", "nan"),
        ("decimal", 3.14159, "3,1", "3.1"),
        ("", "as it is", "as it is", "as it is"),
        ("", True, "true", "true"),
        ("", 1, "1", "1"),
        ("", ["a", "b"], "a, b", "a, b"),
    ],
)
def test_values_are_written_as_each_language_does(form, value, french, english):
    # Babel puts no-break spaces where French wants them.
    assert re.sub(r"\s", " ", Words("fr").show(value, form)) == french
    assert re.sub(r"\s", " ", Words("en").show(value, form)) == english


# --- counts and their nouns ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("noun", "count", "french", "english"),
    [
        ("years", 0, "0 an", "0 years"),
        ("years", 1, "1 an", "1 year"),
        ("years", 1.5, "1,5 an", "1.5 years"),
        ("years", 2, "2 ans", "2 years"),
        ("jobs", 0.4, "0 emploi", "0 jobs"),
        ("jobs", 1.4, "1 emploi", "1 job"),
        ("jobs", 1.6, "2 emplois", "2 jobs"),
        ("jobs", 1_000_000, "1 000 000 emplois", "1,000,000 jobs"),
        ("jobs_gone", 1, "1 emploi manque", "1 job is gone"),
        ("workers", 1, "1 salarié", "1 worker"),
        ("purchases", 1, "1 fois", "1 time"),
        ("numbers", 210, "210 nombres", "210 numbers"),
    ],
)
def test_a_count_and_its_noun_agree_as_each_language_counts(noun, count, french, english):
    """French has 0, 1 and what begins with them in the singular; English 1 alone."""
    assert re.sub(r"\s", " ", Words("fr").show(count, noun)) == french
    assert re.sub(r"\s", " ", Words("en").show(count, noun)) == english


COUNTED = {
    "en": "years|jobs|workers|lives|owners|numbers|settings|members|loans|deals|times|machines|months",
    "fr": "ans|emplois|salariés|vies|propriétaires|nombres|réglages|associés|prêts|montages|autres",
}
DISAGREES = {language: re.compile(rf"(?<![\d.,])1\s({nouns})\b") for language, nouns in COUNTED.items()}
BARE = {
    language: re.compile(rf"\{{\w+(?::whole|:number)?\}}\s+({nouns})\b")
    for language, nouns in COUNTED.items()
}
"""A slot that writes a number beside a noun that never moves."""


def unmoved(sentence, language):
    return BARE[language].findall(sentence)


@pytest.mark.parametrize("language", languages())
def test_no_noun_stands_beside_a_count_that_it_does_not_follow(language):
    always_more = {"problems.too_many_owners"}
    texts = {key: text for key, text in sentences(language).items() if not key.startswith("nouns.")}
    found = {key: bad for key, text in texts.items() if (bad := unmoved(text, language))}
    assert found.keys() <= always_more, found


@pytest.mark.parametrize("language", languages())
def test_no_sentence_says_one_years(language):
    words = Words(language)
    for key, sentence in sentences(language).items():
        if key.startswith("nouns.") or key == "problems.too_many_owners":
            continue
        said = words.say(key, **{name: 1 for name, _ in slots(sentence)})
        assert not DISAGREES[language].search(said), said


def test_the_checks_of_counts_see_a_noun_that_does_not_follow():
    assert unmoved("In {years:number} years", "en") == ["years"]
    assert unmoved("en {years}\u00a0ans", "fr") == ["ans"]
    assert not unmoved("en {years:years}, {rate:percent} par an", "fr")
    assert DISAGREES["en"].search("It begins in: 1 years")
    assert DISAGREES["fr"].search("Cela commence dans : 1\u00a0ans")
    assert not DISAGREES["fr"].search("1\u00a0an, 11\u00a0ans, 2,1 ans")


def test_a_currency_that_is_no_code_follows_the_amount():
    assert Words("en", "USD million").show(500, "money") == "500 USD million"
    assert Words("en", "GBP").show(500, "money") == "£500"


def test_a_problem_without_a_file_names_its_path():
    facts = {"found": 55.0, "low": 0.0, "high": 30.0, "unit": "multiple", "example": 5}
    said = Words("en").problem(Trial("deals.fund.price.multiple", "out_of_range", facts))
    assert said == "deals.fund.price.multiple: found 55, allowed from 0 to 30; for example: 5"


@pytest.mark.parametrize(
    ("unit", "example", "written"),
    [("rate", 0.065, "6.5 %"), ("money", 12e6, "12_000_000"), ("multiple", 5.25, "5.25"), ("count", 4, "4")],
)
def test_an_example_is_written_as_a_file_takes_it_in_every_language(unit, example, written):
    facts = {"found": "x", "low": 0.0, "high": 1.0, "unit": unit, "example": example}
    for language in languages():
        assert written in Words(language).problem(Trial("a", "not_a_number", facts, "f.yaml", 3))


def test_the_nearest_word_is_offered():
    facts = {"found": "prise", "allowed": ["price", "plan"], "nearest": ["price"]}
    said = Words("fr").problem(Trial("deals.fund.prise", "unknown_key", facts, "film.yaml", 12))
    start = (
        "film.yaml, ligne 12, deals.fund.prise : « prise » n’est pas connu ici ; sont permis : price, plan"
    )
    assert said == f"{start} ; vouliez-vous dire price ?"


def test_braces_in_what_a_person_wrote_stay_as_they_are():
    facts = {"found": "{0} {x!r}", "allowed": [], "nearest": []}
    assert "{0} {x!r}" in Words("fr").problem(Trial("a", "unknown_key", facts))


def texts_in(path: Path) -> tuple[set[str], set[re.Pattern[str]]]:
    """The plain texts of a module, and what its texts with slots can become."""
    plain, filled = set(), set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            plain.add(node.value)
        if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            parts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
            filled.add(
                re.compile("".join(r"[\w.]+" if part is None else re.escape(str(part)) for part in parts))
            )
    return plain, filled


def test_every_sentence_is_used():
    found = [texts_in(path) for path in PACKAGE.rglob("*.py")]
    plain = {text for texts, _ in found for text in texts}
    families = [one for _, texts in found for one in texts if re.match(r"\w+\\\.", one.pattern)]
    families.append(re.compile(r"limits\.list\.\w+"))  # a list shown whole
    keys = sentences("fr")
    assert [key for key in keys if key not in plain and not any(one.fullmatch(key) for one in families)] == []
    # Of some families every member is named by a code.
    coded = [key for key in keys if re.match(r"(cli|forbidden|link|problems)\.(?!in_)", key)]
    assert [key for key in coded if key not in plain and key.rpartition(".")[2] not in plain] == []
