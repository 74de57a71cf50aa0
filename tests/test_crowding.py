"""No screen has more words than anyone reads while somebody speaks: in calm and in a storm, on both terms,
under every rule, wherever the knobs of the storm stand.

The walk in a browser counts the words of the lesson as it is first met. Here the states that a visitor
reaches by a switch or a knob are counted without one: the page is drawn where what varies has most words.
"""

from collections.abc import Iterator, Mapping

import pytest

from lbo_model.classroom import beats, guesses, law_told, sentences
from lbo_model.classroom.cases import IN_A_STORM, Case, shelf
from lbo_model.classroom.chapter import BEFORE_THE_ANSWER, Chapter
from lbo_model.classroom.chapters import chapter_of
from lbo_model.classroom.rules import ASKED, PRICINGS, RULES, Choice
from lbo_model.scenario.paths import DOCUMENTED, SAME
from lbo_model.words import Words
from tests.screens import (
    LANGUAGES,
    MOST_WORDS,
    corners,
    in_plain_sight,
    lead_of,
    on_shelf,
    opened,
    usual,
    word_count,
)

Link = Mapping[str, str]
COMPARED = ({}, {"weather": "storm"}, {"terms": "documented"})
"""How chapter `compare` may be shown."""
OFTEN = (ASKED[0], ASKED[-1])
"""Returns asked for at every change; the others are met in the long runs."""


def states(slug: str, asked: tuple[str, ...] = OFTEN) -> Iterator[tuple[Link, list[Case]]]:
    """Every state of a chapter that a switch or a knob of its own leads to, and the deals that it shows."""
    chapter = chapter_of(slug)
    if chapter.changes_law:
        today = on_shelf(chapter)
        shipped = today.case(today.of_kinds(chapter.owners[:1])[0], {}, chapter.behaviour)
        for rule in RULES:
            for pricing in PRICINGS:
                for rate in asked:
                    link = {"rule": rule, "pricing": pricing, "asked": rate}
                    yield link, [chapter.played(shipped, Choice(rule, pricing, rate))]
    elif slug == "compare":
        for link in COMPARED:
            terms = DOCUMENTED if "terms" in link else SAME
            drawn = shelf(IN_A_STORM) if "weather" in link else shelf("film", terms)
            yield link, drawn.compared(chapter.owners, {}, chapter.behaviour)[0]
    else:
        for knobs in corners(chapter.knobs, on_shelf(chapter).code):
            yield {knob: f"{value:.12g}" for knob, value in knobs.items()}, usual(chapter, knobs)


def that_varies(chapter: Chapter, beat: str, cases: list[Case], words: Words) -> list[str]:
    """The sentences of a screen that are others in another state."""
    if beat == "remember":
        return [beats.remembered(words, chapter, cases)]
    said = [beats.finding(words, chapter, cases)]
    said += [one.text for one in sentences.first_of_all(chapter.shown(cases), words)]
    return said + (law_told.first_bidder(cases, words) if chapter.changes_law and beat == "because" else [])


def more_than_without_a_guess(chapter: Chapter, beat: str, words: Words) -> int:
    """By how many words the longest remark on a guess exceeds that on none."""
    asked = chapter.questions[-1:] if beat == "because" else chapter.questions[:-1] if beat == "seen" else ()
    more, lead = 0, lead_of(chapter)
    for question in asked:
        row = [lead, *filter(None, (lead.beside(kind) for kind in chapter.owners if kind != lead.kind))]
        known = guesses.stated(chapter, lead, words, () if chapter.changes_law else row)
        known |= {"seller": sentences.on_the_seller(row, words)}
        keys = words.keys(chapter.words(f"{question.code}.remarks"))
        counts = {key: word_count([words.say(key, **known)]) for key in keys}
        more += max(counts.values()) - counts[chapter.words(f"{question.code}.remarks.none_given")]
    return more


def crowded(slug: str, beat: str, language: str, asked: tuple[str, ...] = OFTEN) -> list[str]:
    """The fullest screens of a beat that have too many words; of `compare`, in all ways to show it."""
    chapter, words = chapter_of(slug), Words(language)
    found = [
        (word_count(that_varies(chapter, beat, cases, words)), link) for link, cases in states(slug, asked)
    ]
    fullest = COMPARED if slug == "compare" else [max(found, key=lambda one: one[0])[1]]
    more = more_than_without_a_guess(chapter, beat, words)
    counts = {
        str(link): more + word_count(in_plain_sight(opened(lang=language, chapter=slug, beat=beat, **link)))
        for link in fullest
    }
    return [f"{link}: {count} words" for link, count in counts.items() if count > MOST_WORDS]


ANSWERED = [
    (slug, beat)
    for slug in ("compare", "storm", "rules")
    for beat in chapter_of(slug).beats
    if beat not in BEFORE_THE_ANSWER
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("slug", "beat"), ANSWERED)
def test_a_screen_has_ninety_words_at_most_in_every_state(slug: str, beat: str, language: str) -> None:
    assert crowded(slug, beat, language) == []


@pytest.mark.properties
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("beat", [beat for slug, beat in ANSWERED if slug == "rules"])
def test_a_rule_has_ninety_words_at_most_whatever_is_asked_for(beat: str, language: str) -> None:
    assert crowded("rules", beat, language, ASKED) == []


@pytest.mark.parametrize(("language", "said"), [("fr", "1\u00a0an"), ("en", "1\u00a0year")])
def test_a_knob_that_stands_at_one_says_so_in_the_singular(language: str, said: str) -> None:
    label = Words(language).say("knob.beside", name=Words(language).say("knob.starts"), value=said)
    seen = in_plain_sight(opened(lang=language, chapter="storm", beat="because", starts="1"))
    assert label in seen


def test_words_are_counted_in_plain_sight_alone() -> None:
    """Three words that a line may break in, none in a drawer, in the figure or on the way on."""
    assert word_count(["3,2\u00a0M€ : le\tprêt", "● · –"]) == 3
    seen = in_plain_sight(opened(lang="en", chapter="compare", beat="because", weather="storm"))
    words = Words("en")
    assert words.say("weather.drawn") in seen
    assert words.say("weather.of_questions") not in seen, "it stands in a closed drawer"
    assert words.say("page.to_remember") not in seen
    assert words.say("chapters.compare.seller_same") in seen


def test_the_check_of_crowds_sees_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the sentence on a standstill once said as well, three times over."""
    before = sentences.first_of_all

    def longer(*given: object) -> object:
        said = before(*given)  # type: ignore[arg-type]
        return [*said, *(type(one)(f"{one.code}-{time}", one.text) for one in said for time in (1, 2, 3))]

    monkeypatch.setattr(sentences, "first_of_all", longer)
    assert crowded("storm", "because", "en")
