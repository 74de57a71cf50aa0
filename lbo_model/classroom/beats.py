"""The six beats, the same for every chapter: asked, guessed, shown, compared, explained, kept."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from lbo_model.classroom import (
    analyst,
    asking,
    bids,
    controls,
    facts,
    guesses,
    law_told,
    names,
    sentences,
    terms,
    visit,
)
from lbo_model.classroom.cases import Case
from lbo_model.classroom.chapter import BEFORE_THE_ANSWER, Chapter
from lbo_model.classroom.chapters import CHAPTERS, ROUTES, chapter_of
from lbo_model.classroom.figures import emptied
from lbo_model.classroom.questions import LETTERS, OneOf
from lbo_model.classroom.show import Labels, literal, show
from lbo_model.classroom.strip import filled, strip
from lbo_model.scenario.paths import DOCUMENTED
from lbo_model.words import Words

SEEN = ("more", "same", "less")
"""What was shown, beside what one thought."""


def draw(words: Words, chapter: Chapter, beat: str) -> None:
    """One beat of one chapter. A knob runs only the part with the figure."""
    if beat == "because":
        _moving(words, chapter, beat)
    else:
        with st.container():  # a fragment has one too: the figure stays at the same depth
            _stage(words, chapter, beat)


def _stage(words: Words, chapter: Chapter, beat: str) -> None:
    visit.begin()
    repairs(words)
    cases, refused = visit.cases(chapter, beat)
    kept = beat == "remember" and bool(filled(chapter))
    with st.container(key="beat"):  # one name for all beats, so that the figure stays from one to the next
        # Where the strip stands above in place of the figure, what to remember takes the whole width.
        left, right = (st.container(key="remember"), None) if kept else st.columns([2, 3], gap="medium")
    with left:
        if beat not in BEFORE_THE_ANSWER:
            _moved(words, chapter)
        _LEFT[beat](words, chapter, cases)
    if right is not None:
        with right:
            _figure(words, chapter, beat, cases)
    with left:
        for owner, fields in refused.items():
            known = {"owner": names.of_owner(visit.on(chapter), owner, words), "fields": ", ".join(fields)}
            st.warning(literal(words.say("page.not_compared", **known)))
        if right is not None and _beside(chapter, beat):
            for sentence in sentences.first_of_all(chapter.shown(cases), words):
                (st.warning if sentence.warns else st.markdown)(literal(sentence.text))
    if beat not in BEFORE_THE_ANSWER:
        # Drawn with the figure, so that an open drawer tells the same deal.
        analyst.draw(words, chapter, cases)
        bids.draw(words, chapter, cases)


_moving = st.fragment(_stage)


def _moved(words: Words, chapter: Chapter) -> None:
    """Where knobs were moved: answers and remarks speak of the first settings, the picture of these."""
    dials = visit.on(chapter).offer.dials
    state = controls.state()
    moved = [
        controls.name_of(dials[code], words)
        for code, value in state.knobs.items()
        if code in dials and (value != dials[code].shipped or state.terms == DOCUMENTED)
    ]
    if moved:
        with st.container(horizontal=True, vertical_alignment="center", key="moved"):
            names_of_moved = literal(words.say("page.list").join(moved))
            st.caption(literal(words.say("page.moved", count=len(moved))), help=names_of_moved)
            st.button(
                words.say("page.put_back"), key="put_back", on_click=controls.change, kwargs={"knobs": {}}
            )


def repairs(words: Words) -> None:
    """What was mended in the link, a sentence each."""
    for repair in controls.repairs():
        st.warning(literal(words.say(f"link.{repair.code}", **repair.facts)))


def taught(words: Words, chapter: Chapter) -> None:
    """The five-cell strip, once it has a cell to show: the figure of the last beat."""
    if filled(chapter):
        st.html(strip(chapter.shown(visit.cases(chapter, "remember")[0]), chapter, words))


# --- what stands beside the figure --------------------------------------------------------------------------


def _question(words: Words, chapter: Chapter, _: Sequence[Case]) -> None:
    lead = visit.lead(chapter)
    for slug in skipped(chapter):
        passed = chapter_of(slug)
        said = finding if passed.title_if_skipped else remembered
        st.caption(literal(words.say("page.skipped", sentence=said(words, passed, [visit.lead(passed)]))))
    nothing = chapter.words("no_question")
    nothing = nothing if nothing in words else "page.no_question"
    key = chapter.words("lead") if visit.questions(chapter) else nothing
    st.markdown(literal(words.say(key, **facts.known(lead))))
    if visit.behaviour(chapter) == "full" and not _met_consequences(CHAPTERS.index(chapter)):
        _consequences(words, chapter, "page.now_full")
    if chapter is CHAPTERS[0] and controls.state().route == "all":
        _short_route(words)


def _met_consequences(before: int) -> bool:
    """Whether a chapter of the route before this place was played with consequences."""
    route = ROUTES[controls.state().route]
    return any(visit.behaviour(one) == "full" for one in CHAPTERS[:before] if one in route)


def _consequences(words: Words, chapter: Chapter, key: str) -> None:
    """What consequences change, in the fund's own gain."""
    there = visit.on(chapter)
    fund = there.first_of("fund")
    if fund is not None:
        alone, followed = (there.case(fund, {}, behaviour) for behaviour in ("mechanics", "full"))
        gains = {"alone": facts.known(alone)["gain"], "followed": facts.known(followed)["gain"]}
        st.markdown(literal(words.say(key, **gains)))


def _short_route(words: Words) -> None:
    """For who has little time: the shortest route."""
    shortest = next(code for code in ROUTES if code != "all")
    st.button(
        words.say("page.short_route", route=words.say(f"routes.{shortest}")),
        key="short_route",
        on_click=controls.change,
        kwargs={"route": shortest},
    )


def _guess(words: Words, chapter: Chapter, _: Sequence[Case]) -> None:
    _ask(words, chapter, 0)
    if visit.questions(chapter) and controls.state().view == "presenter":
        controls.tally(chapter.slug, words.say("page.tally"), words.say("page.tally_help"))


def _guess_again(words: Words, chapter: Chapter, _: Sequence[Case]) -> None:
    _ask(words, chapter, 1)


def _ask(words: Words, chapter: Chapter, place: int) -> None:
    asked = visit.questions(chapter)
    if asked:
        asking.ask(chapter, asked[place], visit.lead(chapter), words)
    else:
        st.markdown(literal(words.say("page.no_question")))


def _reveal(words: Words, chapter: Chapter, _: Sequence[Case]) -> None:
    _truths(words, chapter)
    if chapter.slug == "resale":
        _bet(words)
    votes = controls.state().tallies.get(chapter.slug)
    if votes:
        counted = words.say("page.list").join(
            words.say("page.votes", letter=letter, count=count)
            for letter, count in zip(LETTERS, votes, strict=False)
        )
        st.caption(literal(words.say("page.the_class", votes=counted)))


def _truths(words: Words, chapter: Chapter) -> None:
    """What was said and what is right, question by question."""
    lead = visit.lead(chapter)
    for question in visit.questions(chapter):
        given = guesses.given(chapter, question)
        if given is not None:
            said = guesses.said(chapter, question, given, lead, words)
            st.markdown(literal(words.say("page.you_said", said=said)))
        truth = guesses.said(chapter, question, question.right(lead), lead, words)
        st.markdown(f"**{literal(words.say('page.answer_is', truth=truth))}**")


def _seen(words: Words, chapter: Chapter, _: Sequence[Case]) -> None:
    lead = visit.lead(chapter)
    for question in visit.questions(chapter)[:-1]:
        st.markdown(literal(guesses.remark(chapter, question, lead, words)))
    st.markdown(literal(words.say("page.seen", what=words.say(chapter.words("seen")))))
    with st.container(horizontal=True):
        for code in SEEN:
            st.button(
                words.say(f"page.seen_{code}"),
                key=f"seen.{code}",
                on_click=_keep_seen,
                args=(chapter.slug, code),
            )


def _keep_seen(slug: str, code: str) -> None:
    controls.keep_answer(slug, "seen", code)
    controls.change(beat="because")


def _because(words: Words, chapter: Chapter, cases: Sequence[Case]) -> None:
    lead = visit.lead(chapter)
    for question in visit.questions(chapter)[-1:]:
        terms.of_questions(words, cases)
        if chapter.changes_law and not visit.is_usual_law():
            st.caption(literal(words.say("law.of_question")))
        st.markdown(literal(guesses.remark(chapter, question, lead, words)))
    if chapter.first_alone:
        for other in cases[1:]:
            if other.kind == "unlevered":
                st.markdown(literal(words.say(chapter.words("joined"), **facts.known(other))))
    dials = visit.dials(cases)
    for code in chapter.knobs:
        if code in dials:
            controls.slider(dials[code], words)
    if chapter.changes_law:
        _law(words, cases)


def _law(words: Words, cases: Sequence[Case]) -> None:
    """The rule, the price then paid, what the buyer asks for; who can then pay most."""
    controls.choose("rule", words.say("law.rule"), lambda rule: law_told.rule_name(rule, words))
    controls.choose("pricing", words.say("law.pricing"), lambda code: words.say(f"law.pricings.{code}"))
    controls.choose("asked", words.say("law.asked"), lambda code: law_told.asked_name(code, cases[0], words))
    for told in law_told.first_bidder(cases, words):
        st.markdown(literal(told))


def _remember(words: Words, chapter: Chapter, cases: Sequence[Case]) -> None:
    if chapter.slug == "debrief":
        _bet(words)
        if _met_consequences(CHAPTERS.index(chapter)):
            _consequences(words, chapter, "page.with_full")
    st.markdown(f"**{literal(remembered(words, chapter, cases))}**")
    version = terms.version(words, chapter, cases)
    if version and filled(chapter):  # the strip stands in place of the figure, which would say it
        st.caption(literal(" ".join(one.text for one in version)))
    if chapter.slug == "debrief":
        st.markdown(literal(words.say(chapter.words("jot"))))
        st.markdown(
            "\n".join(f"* {literal(words.say(key))}" for key in words.keys("chapters.debrief.ticket"))
        )
    note = chapter.words("note")
    told = [words.say(note, **facts.known(cases[0]))] if note in words else []
    if chapter.slug == "resale" and sentences.gained_by_debt_alone(cases[0]):
        told.append(words.say("chapters.resale.note_of_debt_alone"))
    if chapter.slug == "coop":
        told += sentences.two_stakes(cases[0], words)
    if told:
        st.markdown(literal(" ".join(told)))


_LEFT = {
    "question": _question,
    "guess": _guess,
    "guess_again": _guess_again,
    "reveal": _reveal,
    "seen": _seen,
    "because": _because,
    "remember": _remember,
}


def _bet(words: Words) -> None:
    """The bet of the beginning beside the answer."""
    bet = chapter_of("bet")
    question, lead = bet.questions[0], visit.lead(bet)
    assert isinstance(question, OneOf)
    given = guesses.given(bet, question)
    known = dict(facts.known(lead))
    if given is None:
        st.markdown(literal(words.say("chapters.bet.settled", **known)))
    else:
        bet_on = question.options(lead)[given] or 0.0
        known |= {"bet": bet_on, "bet_times": bet_on / known["equity"]}
        st.markdown(literal(words.say("chapters.bet.settled_after_bet", **known)))
    paid = bet.questions[1]
    answer = guesses.said(bet, paid, paid.right(lead), lead, words)
    thought = guesses.given(bet, paid)
    if thought is None:
        st.markdown(literal(words.say("chapters.bet.settled_payer", payer=answer)))
    else:
        said = guesses.said(bet, paid, thought, lead, words)
        st.markdown(literal(words.say("chapters.bet.settled_payer_after", said=said, payer=answer)))


# --- sentences ----------------------------------------------------------------------------------------------


def finding(words: Words, chapter: Chapter, cases: Sequence[Case]) -> str:
    """The title that says what the run showed, of the first owner or of how owners differ."""
    owner = names.marked(cases[0], words)
    return _variant(words, chapter, "finding", chapter.finding(cases), cases, owner)


def remembered(words: Words, chapter: Chapter, cases: Sequence[Case]) -> str:
    """The sentence to remember."""
    owner = names.of_case(cases[0], words)
    return _variant(words, chapter, "remember", chapter.remember(cases), cases, owner)


def _variant(
    words: Words, chapter: Chapter, key: str, variant: str, cases: Sequence[Case], owner: str
) -> str:
    slots: Mapping[str, Any] = {**facts.known(cases[0]), **chapter.extra(cases, words), "owner": owner}
    return words.say(chapter.words(f"{key}_{variant}" if variant else key), **slots)


def skipped(chapter: Chapter) -> list[str]:
    """The chapters that the route leaves out just before this one."""
    route, place = ROUTES[controls.state().route], CHAPTERS.index(chapter)
    passed: list[str] = []
    for earlier in reversed(CHAPTERS[:place]):
        if earlier in route:
            break
        passed.insert(0, earlier.slug)
    return passed


# --- the figure ---------------------------------------------------------------------------------------------


def _figure(words: Words, chapter: Chapter, beat: str, cases: Sequence[Case]) -> None:
    shown = beat not in BEFORE_THE_ANSWER
    below = shown and not _beside(chapter, beat)
    version = terms.version(words, chapter, cases) if shown else []
    said = sentences.first_of_all(chapter.shown(cases), words) if below else []
    picture = chapter.draw(cases, words, finding(words, chapter, cases), _marks(chapter) if shown else None)
    if not shown:
        picture = emptied(picture, words)
    show(
        picture.figure,
        key=f"figure.{chapter.slug}",
        title=picture.title,
        alternative=picture.alternative,
        labels=Labels(
            words.say("figures.table"),
            words.say("figures.save"),
            words.say("figures.failure"),
            words.say("figures.more"),
        ),
        table=picture.table,
        sentences=[*version, *said],
        more=chapter.details(cases, words) if shown else [],
        file_name=f"reprise-en-main-{chapter.slug}",
    )


def _beside(chapter: Chapter, beat: str) -> bool:
    """Whether what must be said first stands beside the figure, below which there is no room left."""
    return chapter.tall and controls.state().view == "presenter" and beat not in BEFORE_THE_ANSWER


def _marks(chapter: Chapter) -> Any:
    """What was guessed, as the figure marks it: an amount, or the answer itself."""
    if chapter.marked is None:
        return None
    slug, code = chapter.marked
    asked = chapter_of(slug)
    question = next(question for question in asked.questions if question.code == code)
    given = guesses.given(asked, question)
    if given is None or not visit.questions(asked):
        return None
    return question.options(visit.lead(asked))[given] if isinstance(question, OneOf) else given
