"""What visitors turn, choose and answer. The only module that touches session state and query parameters.

One frozen ``State`` per visit is the truth; widgets show it and change it. Streamlit forgets a widget's value
as soon as the widget is not drawn, so nothing is kept there: a chapter or a language may change without
losing a knob.

The page's script begins with ``start``, which reads the link once per visit and writes it after each change.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from zlib import crc32

import streamlit as st

from lbo_model.classroom import link
from lbo_model.classroom.link import Choices, Dial, Offer, Reading, Repair, State
from lbo_model.classroom.questions import LETTERS
from lbo_model.classroom.rules import USUAL
from lbo_model.classroom.show import literal

OfferOf = Callable[[str], Offer | None]
"""From a scenario's code to what it offers; None while it is not there (one's own file, not yet given)."""


class Words(Protocol):
    """The page's words in the visitor's language, ready formatted."""

    def say(self, key: str, /, **slots: object) -> str:
        """The sentence of a key, with its slots filled in."""


@dataclass
class Visit:
    """What is kept of one visit, in memory only: no answer of a person enters the link."""

    choices: Choices
    reading: Reading
    written: Mapping[str, str]
    """The link as last written."""
    seen: State
    """The state when the script last ran."""
    answers: dict[tuple[str, str], Any] = field(default_factory=dict)
    own: "Own" = field(default_factory=lambda: Own())


_VISIT = "visit"
_OF_A_STEP = ("knob.", "guess.", "tally.")
"""How the keys of widgets begin that belong to a step of the lesson."""


def start(choices: Choices, offer_of: OfferOf) -> State:
    """Begin a run of the page: where the visitor stands, read from the link the first time."""
    if _VISIT not in st.session_state:
        reading = _read(choices)
        st.session_state[_VISIT] = Visit(choices, reading, _parameters(), reading.state)
    visit = _visit()
    if visit.reading.state == visit.seen and _parameters() != visit.written:
        # Nothing was turned, yet the link is another: the browser's Back or Forward.
        visit.reading = _read(choices)
        visit.written = _parameters()
    offer = offer_of(visit.reading.state.scenario)
    if offer:
        visit.reading = link.check(visit.reading, offer)
    state = visit.reading.state
    wanted = link.write(state, choices, visit.reading.pending)
    if wanted != visit.written:
        st.query_params.from_dict(wanted)
        visit.written = wanted
    visit.seen = state
    return state


def state() -> State:
    """Where the visitor stands now."""
    return _visit().reading.state


def repairs() -> tuple[Repair, ...]:
    """What was wrong with the link, until the visitor changes something."""
    return _visit().reading.repairs


def change(**values: Any) -> None:
    """Change fields of the state. Meant as a callback: ``on_click=change, kwargs={"chapter": "deal"}``.

    Another chapter begins at its first beat; another scenario begins with its own knobs and owners.
    """
    visit = _visit()
    old = visit.reading.state
    if {"chapter", "beat"} & values.keys():
        _forget_widgets()
    if values.get("chapter", old.chapter) != old.chapter:
        values = {"beat": visit.choices.first("beat"), **values}
    if values.get("scenario", old.scenario) != old.scenario:
        values = {"owners": (), "knobs": {}, **values}
        visit.reading = replace(visit.reading, pending={})
    visit.reading = replace(visit.reading, state=replace(old, **values), repairs=())


def leave_for(view: str, chapter: str) -> None:
    """Show a view of a chapter in the place of its beats, and remember the beat that one leaves."""
    now = state()
    if now.beat != view:
        own().picks[view] = f"{now.chapter} {now.beat}"
    change(chapter=chapter, beat=view)


def left_for(view: str) -> tuple[str, str]:
    """The chapter and the beat that one left for a view; empty where one came by the link."""
    chapter, _, beat = own().picks.get(view, "").partition(" ")
    return chapter, beat


def turn(dial: Dial, value: float) -> None:
    """Put a knob at a value, in file units; at the shipped value it leaves the link."""
    knobs = {code: other for code, other in state().knobs.items() if code != dial.code}
    kept = dial.nearest(value)
    change(knobs=knobs if kept == dial.shipped else {**knobs, dial.code: kept})


def answer(chapter: str, question: str) -> Any:
    """What the visitor answered to a question of a chapter, or None."""
    return _visit().answers.get((chapter, question))


def keep_answer(chapter: str, question: str, given: Any) -> None:
    """Keep an answer for this visit; None forgets it. Meant as a callback."""
    answers = _visit().answers
    answers.pop((chapter, question), None)
    if given is not None:
        answers[chapter, question] = given


def keep_tally(chapter: str, key: str) -> None:
    """Keep the votes of a class as typed in the text field ``key``. Meant as a callback."""
    votes = link.votes_in(st.session_state[key])
    tallies = {slug: counts for slug, counts in state().tallies.items() if slug != chapter}
    change(tallies={**tallies, chapter: votes} if votes else tallies)


def given(key: str) -> Any:
    """What a widget holds, for a callback that keeps it."""
    return st.session_state.get(key)


# --- widgets ------------------------------------------------------------------------------------------------


def slider(dial: Dial, words: Words) -> float:
    """A knob as a slider, in per cent or thousands where people count so; returns its value in file units.

    Streamlit writes numbers by the browser's habits, so the value also stands in the label, in the page's
    language: ``knob.beside`` joins the knob's name (``knob.<code>``, or the file's own) and its value
    (``unit.<unit>``).
    """
    now = state()
    value = now.knobs.get(dial.code, dial.shipped)
    scale = shown_scale(dial)
    low, high, step, shown = (round(number * scale, 9) for number in (dial.low, dial.high, dial.step, value))
    name = literal(name_of(dial, words))
    key = follow(f"knob.{dial.code}", shown)
    st.slider(
        words.say("knob.beside", name=name, value=words.say(f"unit.{dial.quantity.unit}", value=value)),
        min_value=low,
        max_value=high,
        step=step,
        format=f"%.{_decimals(step, low, shown)}f",
        key=key,
        on_change=lambda: turn(dial, st.session_state[key] / scale),
    )
    return value


def choose(name: str, label: str, text: Callable[[str], str], options: Sequence[str] | None = None) -> None:
    """A list to choose one field of the state from: its codes, shown by ``text``."""
    offered = options or _visit().choices.of(name)
    key = follow(labelled(f"choose.{name}", offered, text), getattr(state(), name))
    st.selectbox(
        label,
        offered,
        format_func=text,
        key=key,
        on_change=lambda: change(**{name: st.session_state[key]}),
    )


def switch(name: str, label: str, text: Callable[[str], str]) -> None:
    """Two or three codes side by side, of which one fills a field of the state."""
    offered = _visit().choices.of(name)
    key = follow(labelled(f"switch.{name}", offered, text), getattr(state(), name))
    with st.container(horizontal=True, vertical_alignment="center", key=f"switch_{name}"):
        st.caption(label, width="content")
        st.radio(
            label,
            offered,
            format_func=text,
            key=key,
            horizontal=True,
            label_visibility="collapsed",
            width="content",
            on_change=lambda: change(**{name: st.session_state[key]}),
        )


def choose_owners(
    label: str,
    text: Callable[[str], str],
    offer: Offer,
    usual: Sequence[str],
) -> tuple[str, ...]:
    """The owners to compare, in the scenario's order; ``usual`` are those of a visitor who has not chosen."""
    shown = [code for code in offer.owners if code in (state().owners or usual)]
    key = follow(labelled("choose.owners", offer.owners, text), shown)
    st.multiselect(
        label,
        offer.owners,
        format_func=text,
        key=key,
        on_change=lambda: change(
            owners=tuple(code for code in offer.owners if code in st.session_state[key])
        ),
    )
    return tuple(shown)


def tally(chapter: str, label: str, help_text: str) -> None:
    """Where a teacher types the votes of a class: ``A 3 B 12 C 9 D 4``."""
    votes = state().tallies.get(chapter, ())
    written = " ".join(f"{letter} {count}" for letter, count in zip(LETTERS, votes, strict=False))
    key = follow(f"tally.{chapter}", written)
    st.text_input(label, key=key, help=help_text, on_change=keep_tally, args=(chapter, key))


def reset(label: str) -> None:
    """A button that puts every knob and the law back as shipped and compares the usual owners again."""
    law = {"rule": USUAL.rule, "pricing": USUAL.pricing, "asked": USUAL.asked}
    st.button(label, key="reset", on_click=change, kwargs={"knobs": {}, "owners": (), **law})


def name_of(dial: Dial, words: Words) -> str:
    """What a knob is called: by its file, or by the page's words."""
    language = state().language
    return dial.label[language] if language in dial.label else words.say(f"knob.{dial.code}")


def shown_scale(dial: Dial) -> float:
    """What a value is multiplied by on a slider: 10 for ten per cent, 4.2 for 4,200,000 euros."""
    if dial.quantity.percent:
        return 100.0
    if dial.quantity.unit == "money":
        return next((1 / size for size in (1e6, 1e3) if dial.high >= size and dial.step >= size / 100), 1.0)
    return 1.0


def _decimals(*numbers: float) -> int:
    """As many decimals as the numbers need."""
    written = [f"{number:.6f}".rstrip("0") for number in numbers]
    return max(len(text.partition(".")[2]) for text in written)


def follow(key: str, value: Any) -> str:
    """Make a widget show the state before it is drawn. Where it agrees it is left alone: it may be moving."""
    if st.session_state.get(key) != value:
        st.session_state[key] = value
    return key


def _forget_widgets() -> None:
    """What the widgets of a step hold, once it is left: a browser forgets them then, the server only when it
    draws the whole page. Drawn again, they are told what to show, and not what a new widget shows.
    """
    for key in [str(key) for key in st.session_state]:
        if key.startswith(_OF_A_STEP):
            del st.session_state[key]


def labelled(key: str, options: Sequence[Any], text: Callable[[Any], str]) -> str:
    """The key of a list to choose from: another one where its options read otherwise.

    The browser keeps the label that was chosen, not its code, and sends it again with whatever happens next.
    Once the labels are in another language, or state other amounts, the old one names nothing any more.
    """
    return f"{key}.{crc32(chr(0).join(map(text, options)).encode()):08x}"


# --- the visit ----------------------------------------------------------------------------------------------


def _visit() -> Visit:
    visit: Visit = st.session_state[_VISIT]
    return visit


def _parameters() -> dict[str, str]:
    return st.query_params.to_dict()


def _read(choices: Choices) -> Reading:
    parameters = {name: st.query_params.get_all(name) for name in st.query_params}
    return link.read(parameters, choices, st.context.locale)


# --- one's own scenario -------------------------------------------------------------------------------------


@dataclass
class Own:
    """What a visitor wrote, in memory only. No error forgets any of it."""

    last: tuple[str, str | bytes] | None = None
    """Name and content of the file last given, sound or not."""
    text: str = ""
    """The last text that could be read: what the text area shows."""
    used: tuple[str, str] | None = None
    """Name and text of the sound file that the lesson is played on."""
    edits: dict[str, dict[str, str]] = field(default_factory=dict)
    """The workshop's fields as they were typed, right or wrong: by scenario, by path."""
    picks: dict[str, str] = field(default_factory=dict)
    """What the workshop's and the glossary's lists and search fields hold."""


def own() -> Own:
    """What this visitor wrote."""
    return _visit().own


def use_own(name: str, text: str) -> None:
    """Play the lesson on a sound file. Settings that the link holds for it are kept."""
    own().used = (name, text)
    change(scenario="own")


def text_field(key: str, label: str, value: str, keep: Callable[[str], None], **looks: Any) -> None:
    """A line to type in, which shows ``value``; what is typed goes to ``keep``."""
    name = follow(key, value)
    st.text_input(label, key=name, on_change=lambda: keep(st.session_state[name]), **looks)


def text_area(key: str, label: str, value: str, keep: Callable[[str], None], **looks: Any) -> None:
    """A text of many lines to write, which shows ``value``; what is written goes to ``keep``."""
    name = follow(key, value)
    st.text_area(label, key=name, on_change=lambda: keep(st.session_state[name]), **looks)


def pick(
    key: str, label: str, options: Sequence[str], text: Callable[[str], str], first: str, **looks: Any
) -> str:
    """A list to pick a code from, remembered while it is offered; returns the code."""
    picks = own().picks
    now = picks.get(key, first)
    now = now if now in options else first
    name = follow(labelled(key, options, text), now)
    st.selectbox(
        label,
        options,
        format_func=text,
        key=name,
        on_change=lambda: picks.update({key: st.session_state[name]}),
        **looks,
    )
    return now


def search_field(key: str, label: str, **looks: Any) -> str:
    """A line to type what one looks for, remembered; returns it."""
    picks = own().picks
    now = picks.get(key, "")
    text_field(key, label, now, lambda text: picks.update({key: text}), type="search", **looks)
    return now


def upload(key: str, label: str, keep: Callable[[str, bytes], None], most: int) -> None:
    """A place for a file; its name and its first ``most`` bytes and one go to ``keep``."""

    def given_file() -> None:
        file = st.session_state[key]
        if file is not None:
            keep(file.name, file.read(most + 1))

    st.file_uploader(label, key=key, on_change=given_file, max_upload_size=1)
