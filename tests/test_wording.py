"""The words of the page: neutral verbs, every large amount with its size, keys for every sentence."""

import re
from string import Formatter

import pytest

from lbo_model.classroom.chapters import CHAPTERS
from lbo_model.words import sentences
from tests.screens import LANGUAGES

LOADED = {
    "fr": (
        r"pill(e|es|er|ent|é|ée|és|ées|age|ages|ard|ards)",
        r"vol(e|es|ent|er|é|ée|és|ées|eur|eurs|euse)",
        r"saign(e|er|ent|é|ée|és|ées|ée à blanc)|saignée",
        r"vautours?|rapaces?|prédateurs?|prédatrices?|prédation|charognards?|requins?",
        r"exploit(e|es|ent|er|é|ée|és|ées|eur|eurs)",
        r"dépouill\w+|dépec\w+|dépèc\w+|démantel\w+|démantèl\w+|siphonn\w+|ponctionn\w+|vampiris\w+",
        r"rackett\w*|spoli\w+|escroqu\w+|arnaqu\w+|grug\w+",
        r"cupid\w+|avid\w+|rapacité|sans scrupules?|impitoyabl\w+",
        r"sacrifi\w+|étrangl\w+|dévor\w+|essor\w+|pressur\w+|asphyxi\w+|parasit\w+",
        r"paresseu\w+|fainéant\w*|feignant\w*|assisté(e|s|es)?|profiteu\w+|preneurs? d.otages?",
        r"malheureusement|heureusement|scandal\w+|honteu\w+|indécent\w*",
    ),
    "en": (
        r"loot(s|ed|er|ers|ing)?|plunder\w*|pillag\w+|raid(s|ed|er|ers|ing)?",
        r"asset[- ]?strip\w+|strip(s|ped|ping|per|pers)",
        r"bleed(s|ing)?|bled",
        r"vultures?|predator\w*|predatory|sharks?|locusts?|parasit\w+|vampir\w+",
        r"greed|greedy|rapacious|ruthless\w*|heartless|unscrupulous",
        r"steal(s|ing)?|stole|stolen|theft|thie(f|ves)|rob(s|bed|bing|bery)|swindl\w+|fleec\w+",
        r"exploit(s|ed|er|ers|ing|ative)?",
        r"milk(s|ed|ing)|squeez\w+|devour\w*|strangl\w+|gut(s|ted|ting)|siphon\w*",
        r"sacrific\w+|slaughter\w*|butcher\w*",
        r"lazy|idle workers|scroung\w+|freeload\w*|hostages?",
        r"unfortunately|fortunately|scandal\w*|shameful\w*|obscene",
    ),
}
"""Verbs and names that judge, in both camps' language; whole words."""


def loaded(text: str, language: str) -> list[str]:
    """Words that take a side."""
    pattern = r"(?<![\w-])(?:" + "|".join(LOADED[language]) + r")(?!\w)"
    return [match.group() for match in re.finditer(pattern, text, re.IGNORECASE)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_the_page_takes_a_side(language: str) -> None:
    found = {key: bad for key, text in sentences(language).items() if (bad := loaded(text, language))}
    assert found == {}


@pytest.mark.parametrize(
    ("language", "text", "seen"),
    [
        ("fr", "Le fonds pille l’usine et la saigne.", 2),
        ("fr", "Un vautour exploite les salariés.", 2),
        ("fr", "Excédent brut d’exploitation ; le volume des ventes ; la convoler", 0),
        ("en", "A vulture fund loots it, strips it and bleeds it.", 4),
        ("en", "The five-cell strip; a robust plan; volume; the raw material; a milk bottle", 0),
    ],
)
def test_the_check_of_words_sees_loaded_ones_and_no_others(language: str, text: str, seen: int) -> None:
    assert len(loaded(text, language)) == seen


# --- every amount has a size --------------------------------------------------------------------------------

STATED = re.compile(r"chapters\.\w+\.(finding|remember|settled)\w*")
"""Titles, sentences to remember, and the bet settled at the reveal."""
IN_MILLIONS = "money_short"
A_RATIO = {"percent_short", "percent", "multiple", "decimal"}
A_SIZE = {
    "fr": r"fois|mois de salaire|par salarié|chacun|×|%",
    "en": r"times|months|per worker|for each|each\b|×|%",
}


def without_size(text: str, language: str) -> list[str]:
    """The sentences of a text that state millions and nothing to measure them by."""
    found = []
    for sentence in re.split(r"(?<=[.!?])\s+", text):
        forms = {form for _, slot, form, _ in Formatter().parse(sentence) if slot is not None}
        sized = forms & A_RATIO and (
            forms & {"percent_short", "percent", "multiple"} or re.search(A_SIZE[language], sentence)
        )
        if IN_MILLIONS in forms and not sized:
            found.append(sentence)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_large_amount_has_a_ratio_in_its_sentence(language: str) -> None:
    stated = {key: text for key, text in sentences(language).items() if STATED.fullmatch(key)}
    assert len(stated) > 40
    assert {key: bare for key, text in stated.items() if (bare := without_size(text, language))} == {}


def test_the_check_of_sizes_sees_a_bare_amount() -> None:
    assert without_size("The bank gets {service:money_short}. That is {months:decimal} months.", "en")
    assert not without_size("The bank gets {service:money_short}, {months:decimal} months of pay.", "en")
    assert not without_size("{debt:money_short}, {debt_share:percent_short} of what is paid.", "en")


# --- both sides are answered --------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chapter_answers_one_objection_of_each_side(language: str) -> None:
    said = sentences(language)
    answers = [
        said[chapter.words(f"{who}{part}")]
        for chapter in CHAPTERS
        if chapter.objections
        for who in ("financier", "unionist")
        for part in ("", "_answer")
    ]
    assert len(answers) >= 4 * (len(CHAPTERS) - 2)
    assert len(set(answers)) == len(answers), "none is said twice"


# --- typography ---------------------------------------------------------------------------------------------

PAGE = re.compile(r"(?!problems\.|cli\.)")
"""Keys of what a browser breaks into lines; a terminal does not."""
LOOSE = re.compile(
    r" [:;?!»%€](?=[\s<,.)]|$)|« |(?:\d|\}) (?:ans|min|mois|fois|years?|months?)\b|\b(?:année|year) \{"
)


def loose(text: str) -> list[str]:
    """Places where a line may break between a word and its sign, or a number and its unit."""
    return LOOSE.findall(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_begins_with_a_sign_or_ends_with_a_number_without_its_unit(language: str) -> None:
    texts = {key: text for key, text in sentences(language).items() if PAGE.match(key)}
    found = {key: bad for key, text in texts.items() if (bad := loose(text))}
    assert found == {}


def test_the_check_of_lines_sees_plain_spaces_alone() -> None:
    assert len(loose("Il reste : {years} ans, « peut-être », en année {year} ?")) == 6
    assert loose("Il reste\u00a0: {years}\u00a0ans\u00a0; a: b; note – {name}") == []
