"""The workshop: every number of a scenario, changed in place and checked as a file is, downloaded, compared.

What a visitor types is kept as typed, right or wrong. A ``Draft`` says what is wrong with it, and holds the
changed scenario as the document of a file, so that what is played is what is downloaded.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import streamlit as st

from lbo_model import measures
from lbo_model.classroom import controls, facts, own
from lbo_model.classroom.every_number import (
    GROUPS,
    Item,
    deal_name,
    differing,
    group_name,
    items,
    name_of,
    plausible,
    shown,
    shown_values,
    written,
)
from lbo_model.classroom.plain_table import show_table
from lbo_model.classroom.show import literal
from lbo_model.engine import Result, run
from lbo_model.position import Status
from lbo_model.quantities import DECIMAL_COMMA, parse_number
from lbo_model.scenario.faults import Fault, with_example
from lbo_model.scenario.paths import InputError, replaced
from lbo_model.scenario_file import Document, dump, load
from lbo_model.scenario_file.problems import shortened
from lbo_model.words import AnyProblem, Words, languages

MOST_FOUND = 40
MOST_TYPED = 300
_IN_PER_CENT = ("share", "rate", "index")

Value = float | int | str | list[float | str]


# --- what was typed -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Draft:
    """A document with a visitor's changes."""

    wrong: Mapping[str, Fault]
    """What is wrong with what was typed, by path; these numbers keep their first value."""
    changes: Mapping[str, Value]
    """The lawful changes, by path."""
    problems: tuple[AnyProblem, ...]
    """What the changed numbers say against one another."""
    document: Document | None
    """The file that says the changes; None where there are problems."""


def draft(document: Document, edits: Mapping[str, str]) -> Draft:
    """Check what was typed: each number alone, then all of them together, as a file would be."""
    scenario = document.scenario
    assert scenario is not None, "only a sound document can be changed"
    changes: dict[str, Value] = {}
    wrong: dict[str, Fault] = {}
    for item in items(document):
        if item.path not in edits:
            continue
        value = read(item, edits[item.path])
        fault = _alone(document, item.path, value)
        if fault is not None:
            wrong[item.path] = fault
        elif value != _value(item):
            changes[item.path] = value
    try:
        replaced(scenario, changes)
    except InputError as error:
        return Draft(wrong, changes, error.faults, None)
    found = load(_file_name(document), difference(document, changes))
    return Draft(wrong, changes, found.problems, found if found.scenario else None)


def read(item: Item, typed: str) -> Value:
    """What was typed as a value for ``replaced``: a number where it is one, else the text, to be refused."""
    text = typed.strip()
    if not item.by_date or DECIMAL_COMMA.fullmatch(text) or not re.search(r"[;,\[\]]", text):
        return _number(text, item)
    parts = text.strip("[] ").split(",") if text.startswith("[") else re.split(r";|,\s+", text)
    values = [_number(part.strip(), item) for part in parts]
    return values[0] if len(values) == 1 else values


def _number(text: str, item: Item) -> float | int | str:
    """A number, a whole one where only such are taken; the text where it is none that the unit allows."""
    found = parse_number(text)
    if found is None or (found[1] and item.unit not in _IN_PER_CENT):
        return text
    value = found[0]
    return int(value) if item.unit == "count" and value.is_integer() else value


def _value(item: Item) -> Value:
    """The present value of a number, as ``read`` gives it."""
    return list(item.values) if len(item.values) > 1 else item.values[0]


def _alone(document: Document, path: str, value: Value) -> Fault | None:
    """What is wrong with one value, whatever the others are."""
    assert document.scenario is not None, "checked by the caller"
    try:
        replaced(document.scenario, {path: value})
    except InputError as error:
        return next((fault for fault in error.faults if fault.path == path), None)
    return None


# --- the file that says it ----------------------------------------------------------------------------------


def difference(document: Document, changes: Mapping[str, Value]) -> str:
    """A file that says only what differs: one that extends a shipped scenario, or one's own file changed."""
    start = _extension(document) if own.is_shipped(document) else document
    return dump(start, changes)


def everything(changed: Document) -> str:
    """A file that needs no other, with every number and its source."""
    return dump(changed, whole=True)


def _extension(document: Document) -> Document:
    """A file that extends a shipped one and changes nothing yet."""
    assert document.path is not None, "shipped scenarios are files"
    lines = ["format: 1", f"extends: {document.path.stem}"]
    told = {language: _told(document, Words(language)) for language in languages()}
    for part, name in enumerate(("title", "story")):
        lines.append(f"{name}:")
        lines += [f"  {code}: {json.dumps(told[code][part], ensure_ascii=False)}" for code in ("fr", "en")]
    return load(_file_name(document), "\n".join(lines) + "\n")


def _told(document: Document, words: Words) -> tuple[str, str]:
    """The title and the story of a changed scenario, without numbers: the file may be changed again."""
    title = own.title_of(document, words)
    named = words.say("workshop.own_title", title=title)
    return named, words.say("workshop.own_story", title=title)


def _file_name(document: Document) -> str:
    """What the changed file is called: never as the file that it extends, which it would hide."""
    stem = re.sub(r"[^A-Za-z0-9_-]", "-", document.name.removesuffix(".yaml").removesuffix(".yml"))
    return f"my-{stem}.yaml" if own.is_shipped(document) else f"{stem or 'scenario'}.yaml"


# --- beside the shipped scenario ----------------------------------------------------------------------------


def key_results(result: Result) -> dict[str, float]:
    """The figures on which two runs of a deal are compared; NaN where there is no such thing."""
    owner = "workers" if result.form.code == "scop" else result.form.owner
    returned = measures.owner_return(result, owner)
    return {
        "gain": float(measures.gain(result)),
        "multiple": float(returned["multiple"]),
        "irr": float(returned["irr"]),
        "machines_owed": float(np.asarray(result.eve.machines_owed)),
        "repaid": float(measures.debt_repaid(result)["by_the_factory"]),
    }


def status(result: Result) -> str:
    """How a deal ends, as a code."""
    if bool(result.closing.not_financed):
        return "not_financed"
    if int(np.asarray(result.eve.factory_status)) == Status.LIQUIDATED:
        return "liquidated"
    if int(np.asarray(result.eve.holding_status)) == Status.RESTRUCTURED:
        return "restructured"
    return "sold" if result.form.sells else "held"


_FORMS = {
    "gain": "money_short",
    "multiple": "multiple",
    "irr": "percent_short",
    "machines_owed": "money_short",
    "repaid": "money_short",
}


def results_table(columns: Sequence[Result | None], words: Words) -> list[list[str]]:
    """The key results as rows of a table, a column for each run."""
    found = [key_results(result) if result else {} for result in columns]
    rows = [
        [words.say(f"workshop.measures.{name}"), *(_cell(one.get(name), form, words) for one in found)]
        for name, form in _FORMS.items()
    ]
    ends = [
        words.say(f"workshop.status.{status(one)}") if one else words.say("workshop.absent")
        for one in columns
    ]
    return [*rows, [words.say("workshop.measures.status"), *ends]]


def _cell(value: float | None, form: str, words: Words) -> str:
    absent = value is None or np.isnan(value)
    return words.say("workshop.absent") if absent else words.show(value, form)


# --- on the page --------------------------------------------------------------------------------------------


def draw(words: Words, document: Document) -> None:
    """The whole workshop. ``document`` is what the lesson is played on: a shipped scenario or one's own."""
    st.markdown(literal(words.say("workshop.intro")))
    with st.expander(words.say("workshop.dares_title")):
        st.markdown("\n".join(f"1. {literal(words.say(key))}" for key in words.keys("workshop.dares")))
    with st.expander(words.say("own.title"), key="own", on_change="rerun") as panel:
        if panel.open:
            own.draw_upload(words)
    base, start = _base(words, document)
    assert start.scenario is not None, "only sound documents are offered"
    words = Words(words.language, start.scenario.currency)
    edits = controls.own().edits.setdefault(base, {})
    now = draft(start, edits)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _numbers(words, start, edits, now)
    with right, st.container(key="workshop_results"):
        _say_problems(words, start, now)
        _take_away(words, edits, now)
        _compare(words, now.document)


def _base(words: Words, current: Document) -> tuple[str, Document]:
    """The scenario that is changed: the lesson's at first, or another."""
    mine = own.document()
    sound = ({own.CODE: mine} if mine else {}) | dict(own.shipped())
    stem = current.path.stem if current.path else own.CODE
    base = controls.pick(
        "workshop.base",
        words.say("workshop.base"),
        list(sound),
        lambda code: own.title_of(sound[code], words),
        stem if stem in sound else own.FALLBACK,
    )
    return base, sound[base]


def _numbers(words: Words, start: Document, edits: dict[str, str], now: Draft) -> None:
    """The numbers of one group, or those that a search finds, each with its field."""
    every = items(start)
    groups = [*GROUPS, *dict.fromkeys(item.group for item in every if item.group not in GROUPS)]
    if edits:
        groups.insert(0, "changed")
    names = {group: _group_name(group, words, len(edits)) for group in groups}
    left, right = st.columns(2)
    with left:
        group = controls.pick(
            "workshop.group", words.say("workshop.group"), groups, names.__getitem__, GROUPS[0]
        )
    with right:
        sought = controls.search_field(
            "workshop.search", words.say("workshop.search"), placeholder=words.say("workshop.search_help")
        )
    if sought.strip():
        found = [item for item in every if matches(item, sought, words)]
        said = words.say("workshop.found", count=len(found)) if found else words.say("workshop.nothing")
        st.markdown(literal(said))
        if len(found) > MOST_FOUND:
            st.markdown(literal(words.say("workshop.first", count=MOST_FOUND)))
    else:
        found = [item for item in every if group in (item.group, item.path in edits and "changed")]
    _fields(words, found[:MOST_FOUND], start, edits, now)


def _group_name(group: str, words: Words, changed: int) -> str:
    if group == "changed":
        return words.say("workshop.groups.changed", count=changed)
    return group_name(group, words)


def matches(item: Item, sought: str, words: Words) -> bool:
    """Whether every word looked for stands in the name, the path, the source or the group of a number."""
    cited, group = item.cited(words.language), group_name(item.group, words)
    text = " ".join((item.path, name_of(item, words), cited, group)).casefold()
    return all(word in text for word in sought[:MOST_TYPED].casefold().split())


def _fields(words: Words, found: Sequence[Item], start: Document, edits: dict[str, str], now: Draft) -> None:
    """The fields, each part of the scenario under its own name where there are several."""
    several = len({item.group for item in found}) > 1
    for group, members in groupby(found, key=lambda item: item.group):
        if several:
            st.markdown(f"**{literal(group_name(group, words))}**")
        for item in members:
            with st.container(gap="xxsmall"):
                _field(words, item, start, edits, now)


def _field(words: Words, item: Item, start: Document, edits: dict[str, str], now: Draft) -> None:
    """One number: its field, what is wrong with what was typed, what is known of it."""

    def keep(typed: str) -> None:
        edits.pop(item.path, None)
        if typed.strip() and typed.strip() != written(item):
            edits[item.path] = typed[:MOST_TYPED]

    controls.text_field(
        f"workshop.{start.name}.{item.path}",
        literal(name_of(item, words)),
        edits.get(item.path, written(item)),
        keep,
    )
    fault = now.wrong.get(item.path)
    if fault is not None:
        said = words.problem(Fault("", fault.code, _helpful(fault, item)))
        st.markdown(f":red[⚠️ {literal(said)}]")
    st.caption(literal(known(item, words, item.path in now.changes, now)))


def _helpful(fault: Fault, item: Item) -> Mapping[str, object]:
    """The facts of a fault, with the first value as an example rather than an end of the range."""
    facts = shortened(fault.facts)
    return with_example(facts, item.values[0]) if "unit" in facts else facts


def known(item: Item, words: Words, changed: bool, now: Draft) -> str:
    """What is known of a number, on one line: first value, ranges, how it is known, source, path."""
    said = []
    if changed:
        said.append(words.say("workshop.changed", old=shown_values(item, words)))
        if _outside(item, now.changes[item.path]):
            said.append(words.say("workshop.outside"))
    if item.by_date:
        said.append(words.say("workshop.by_date"))
    ends = shown(item.low, item, words), shown(item.high, item, words)
    said.append(words.say("workshop.allowed", low=ends[0], high=ends[1]))
    if range_ := plausible(item, words):
        said.append(words.say("workshop.plausible", low=range_[0], high=range_[1]))
    if item.note.tag:
        said.append(words.say(f"assumptions.tags.{item.note.tag}"))
    return " · ".join([*said, *filter(None, [item.cited(words.language)]), item.path])


def _outside(item: Item, value: Value) -> bool:
    low = -np.inf if item.note.low is None else item.note.low
    high = np.inf if item.note.high is None else item.note.high
    return any(not low <= float(one) <= high for one in (value if isinstance(value, list) else [value]))


def _say_problems(words: Words, start: Document, now: Draft) -> None:
    """What is wrong, wherever its field is: numbers that are none, and numbers that do not fit together."""
    if now.wrong:
        names = [name_of(item, words) for item in items(start) if item.path in now.wrong]
        said = words.say("workshop.fields_wrong", count=len(names), names=" · ".join(names))
        st.warning(literal(said), icon="⚠️")
    if now.problems:
        st.warning(literal(words.say("workshop.problems")), icon="⚠️")
        # By path: the file that says the changes has lines, but nobody has seen it yet.
        own.draw_problems([Fault(one.path, one.code, one.facts) for one in now.problems], words)


def _take_away(words: Words, edits: dict[str, str], now: Draft) -> None:
    """Play the lesson with these numbers, take them home, or take the first values back."""
    changed = now.document
    with st.container(horizontal=True):
        st.button(
            words.say("workshop.use"),
            key="workshop.use",
            type="primary",
            disabled=changed is None or not now.changes,
            on_click=_play,
            args=(changed,),
        )
        if changed is not None:
            for name, data in (("difference", changed.text), ("everything", lambda: everything(changed))):
                st.download_button(
                    words.say(f"workshop.{name}"),
                    data,
                    changed.name if name == "difference" else f"whole-{changed.name}",
                    "application/yaml",
                    key=f"workshop.{name}",
                    help=words.say(f"workshop.{name}_help"),
                    on_click="ignore",
                )
        if edits:
            st.button(words.say("workshop.forget"), key="workshop.forget", on_click=edits.clear)


def _play(changed: Document) -> None:
    kept = controls.own()
    kept.last, kept.text = (changed.name, changed.text), changed.text
    kept.picks.pop("workshop.base", None)
    kept.edits.pop(own.CODE, None)  # they stand in the file now
    own.use(changed)


def _compare(words: Words, yours: Document | None) -> None:
    """The changed scenario beside the shipped one: numbers that differ, and what each deal gives."""
    if yours is None or yours.scenario is None:
        return
    shipped = own.shipped_for(yours)
    assert shipped.scenario is not None, "shipped scenarios are sound"
    st.markdown(f"**{literal(words.say('workshop.compare', title=own.title_of(shipped, words)))}**")
    pairs = differing(shipped, yours)
    if not pairs:
        st.markdown(literal(words.say("workshop.same")))
    else:
        columns = [words.say(f"workshop.{name}") for name in ("number", "shipped", "yours")]
        show_table(words.say("workshop.differing"), columns, _rows(pairs[:MOST_FOUND], words))
        if len(pairs) > MOST_FOUND:
            st.markdown(literal(words.say("workshop.differing_more", count=len(pairs) - MOST_FOUND)))
    old, new = run(shipped.scenario).deals, run(yours.scenario).deals
    for name, result in new.items():
        columns = [words.say(f"workshop.{key}") for key in ("result", "shipped", "yours")]
        caption = words.say("workshop.results", name=deal_name(name, words))
        show_table(caption, columns, results_table([old.get(name), result], words))
        short = facts.beyond_the_price(result)
        if short >= 1.0:
            owner = deal_name(name, words)
            st.warning(literal(words.say("page.below_debt", owner=owner, short=short)), icon="⚠️")
    st.caption(literal(words.say("workshop.why_none")))


def _rows(pairs: Sequence[tuple[Item | None, Item | None]], words: Words) -> list[list[str]]:
    absent = words.say("workshop.absent")
    rows = []
    for one, other in pairs:
        item = other or one
        assert item is not None, "one of the two has the number"
        name = f"{group_name(item.group, words)} · {name_of(item, words)}"
        rows.append([name, *(shown_values(each, words) if each else absent for each in (one, other))])
    return rows
