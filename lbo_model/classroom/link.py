"""The page's state and the link that holds it, without Streamlit: what it may say, how a wrong one is mended.

A link holds codes and numbers in the units of scenario files, never a displayed word, and only what differs
from the page's first sight: ``?lang=fr&scenario=film&chapter=deal&price=5.5``.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from lbo_model.classroom.rules import USUAL
from lbo_model.quantities import Number, Quantity, Series, parse_number
from lbo_model.scenario import Knob, Scenario, paths

SINGLE = {
    "scenario": "scenario",
    "lang": "language",
    "route": "route",
    "chapter": "chapter",
    "beat": "beat",
    "behaviour": "behaviour",
    "terms": "terms",
    "weather": "weather",
    "view": "view",
    "rule": "rule",
    "pricing": "pricing",
    "asked": "asked",
}
"""Parameters that name one thing of a list, and the field of ``State`` that each fills."""

CALM, STORM = WEATHERS = ("calm", "storm")
"""In which weather a comparison of owners is shown."""

NO_SUCH = {"chapter": "no_such_chapter", "beat": "no_such_beat"}
"""Where a place of the lesson is named that is not there, a sentence of its own says where one is instead."""

OWNERS = "owners"
TALLY = "tally."
RESERVED = (*SINGLE, OWNERS)

MOST_PARAMETERS = 60
LONGEST = 200
MOST_IN_A_TALLY = 8


@dataclass(frozen=True)
class Choices:
    """What the page offers, whatever the scenario. The first of each is for who asks for nothing."""

    scenarios: Sequence[str]
    languages: Sequence[str]
    routes: Sequence[str]
    chapters: Sequence[str]
    beats: Sequence[str]
    behaviours: Sequence[str] = ("chapter",)
    """``chapter``: what the chapter was written for."""
    views: Sequence[str] = ("reader",)
    terms: Sequence[str] = paths.TERMS
    rules: Sequence[str] = (USUAL.rule,)
    pricings: Sequence[str] = (USUAL.pricing,)
    asked: Sequence[str] = (USUAL.asked,)
    weathers: Sequence[str] = WEATHERS

    def of(self, name: str) -> Sequence[str]:
        """What a field of ``State`` may be."""
        return getattr(self, name if name in ("terms", "asked") else f"{name}s")

    def first(self, name: str) -> str:
        """What a field of ``State`` is when nobody says otherwise."""
        return self.of(name)[0]


@dataclass(frozen=True)
class Dial:
    """A knob of a scenario, ready for a slider: in file units, within what knob and field both allow."""

    code: str
    quantity: Quantity
    low: float
    high: float
    step: float
    shipped: float
    label: Mapping[str, str] = field(default_factory=dict)
    """The file's own words for it, by language; the page has words for the knobs it knows."""

    def nearest(self, value: float) -> float:
        """The value of the slider nearest to this one. What the file ships is one, even between two steps."""
        within = min(max(value, self.low), self.high)
        stepped = self.low + round((within - self.low) / self.step) * self.step
        kept = self.shipped if abs(within - self.shipped) < self.step / 1e6 else min(stepped, self.high)
        return round(kept, 12)


@dataclass(frozen=True)
class Offer:
    """What one scenario offers: its deals, by code, and its knobs."""

    owners: Sequence[str]
    dials: Mapping[str, Dial]


@dataclass(frozen=True)
class State:
    """Where a visitor stands. ``owners`` empty means: those that the chapter compares."""

    scenario: str
    language: str
    route: str
    chapter: str
    beat: str
    behaviour: str = "chapter"
    view: str = "reader"
    terms: str = paths.SAME
    """In chapters that compare owners: the same terms for all, or those that each has obtained."""
    rule: str = USUAL.rule
    pricing: str = USUAL.pricing
    asked: str = USUAL.asked
    """Where the law changes: the rule, the price then paid, the return that the buyer asks for."""
    owners: tuple[str, ...] = ()
    knobs: Mapping[str, float] = field(default_factory=dict)
    """Only those moved from the value that the scenario ships, in file units."""
    tallies: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Votes of a class, by chapter: how many chose each option."""
    weather: str = CALM
    """In chapters that compare owners: in calm, or in a storm."""


@dataclass(frozen=True)
class Repair:
    """One thing of a link that was not as it should be. Its words stand under ``link.<code>``."""

    code: str
    facts: Mapping[str, object]


@dataclass(frozen=True)
class Reading:
    """A link as read without its scenario: what only the scenario can judge waits in ``pending``."""

    state: State
    pending: Mapping[str, str] = field(default_factory=dict)
    repairs: tuple[Repair, ...] = ()


# --- reading and writing ------------------------------------------------------------------------------------


def read(parameters: Mapping[str, Sequence[str]], choices: Choices, language: str | None = None) -> Reading:
    """Read a link's parameters, each with all its values. ``language`` is what the browser prefers."""
    preferred = (language or "")[:2].lower()
    single = {name: choices.first(name) for name in SINGLE.values()}
    single["language"] = preferred if preferred in choices.languages else single["language"]
    pending: dict[str, str] = {}
    tallies: dict[str, tuple[int, ...]] = {}
    repairs: list[Repair] = []
    for name, values in list(parameters.items())[:MOST_PARAMETERS]:
        if len(values) != 1:
            repairs.append(_repair("repeated", name, ", ".join(values)))
        text = (values[0] if values else "").strip()
        if len(text) > LONGEST:
            repairs.append(_repair("too_long", name, text))
        elif name in SINGLE:
            if text in choices.of(SINGLE[name]):
                single[SINGLE[name]] = text
            else:
                repairs.append(
                    _repair(NO_SUCH.get(name, "not_offered"), name, text, kept=single[SINGLE[name]])
                )
        elif name.startswith(TALLY):
            votes = votes_in(text)
            if votes and name.removeprefix(TALLY) in choices.chapters:
                tallies[name.removeprefix(TALLY)] = votes
            else:
                repairs.append(_repair("not_a_tally", name, text))
        else:
            pending[name] = text
    if len(parameters) > MOST_PARAMETERS:
        repairs.append(_repair("too_many", "", str(len(parameters))))
    state = State(
        single["scenario"],
        single["language"],
        single["route"],
        single["chapter"],
        single["beat"],
        single["behaviour"],
        single["view"],
        single["terms"],
        single["rule"],
        single["pricing"],
        single["asked"],
        tallies=tallies,
        weather=single["weather"],
    )
    return Reading(state, pending, tuple(repairs))


def check(reading: Reading, offer: Offer) -> Reading:
    """Judge what waits for the scenario, and what it no longer offers since its file was saved anew."""
    owners = tuple(code for code in reading.state.owners if code in offer.owners)
    knobs = {
        code: offer.dials[code].nearest(value)
        for code, value in reading.state.knobs.items()
        if code in offer.dials
    }
    repairs = list(reading.repairs)
    dials = {parameter(code): dial for code, dial in offer.dials.items()}
    for name, text in reading.pending.items():
        if name == OWNERS:
            asked = tuple(dict.fromkeys(code.strip() for code in text.split(",")))
            owners = tuple(code for code in asked if code in offer.owners)
            strangers = ", ".join(code for code in asked if code not in offer.owners)
            if strangers or not owners:
                repairs.append(_repair("not_offered", name, strangers, kept=", ".join(owners)))
        elif name in dials:
            value, repair = _turned(dials[name], name, text)
            repairs += [repair] if repair else []
            if value != dials[name].shipped or reading.state.terms != paths.SAME:
                knobs[dials[name].code] = value
        else:
            repairs.append(_repair("unknown", name, text))
    return Reading(replace(reading.state, owners=owners, knobs=knobs), {}, tuple(repairs))


def write(state: State, choices: Choices, pending: Mapping[str, str]) -> dict[str, str]:
    """The parameters of the link that leads back to this state; what still waits for its scenario is kept."""
    link = {"lang": state.language}
    for name, place in SINGLE.items():
        value = getattr(state, place)
        if place != "language" and value != choices.first(place):
            link[name] = value
    if state.owners:
        link[OWNERS] = ",".join(state.owners)
    link |= {parameter(code): f"{value:.12g}" for code, value in state.knobs.items()}
    link |= {TALLY + chapter: "-".join(map(str, votes)) for chapter, votes in state.tallies.items()}
    return link | dict(pending)


def parameter(code: str) -> str:
    """A knob's name in the link: its code, which a file chooses, unless the page itself uses that word."""
    return f"knob.{code}" if code in RESERVED else code


def _turned(dial: Dial, name: str, text: str) -> tuple[float, Repair | None]:
    parsed = parse_number(text)
    if parsed is None or not math.isfinite(parsed[0]) or (parsed[1] and not dial.quantity.percent):
        return dial.shipped, _repair("not_a_number", name, text, kept=dial.shipped, unit=dial.quantity.unit)
    value = parsed[0]
    kept = dial.nearest(value)
    facts = {"kept": kept, "low": dial.low, "high": dial.high, "unit": dial.quantity.unit}
    if not dial.low <= value <= dial.high:
        return kept, _repair("out_of_range", name, text, **facts)
    if not math.isclose(kept, value, abs_tol=1e-9):
        return kept, _repair("between_steps", name, text, **facts)
    return kept, None


def votes_in(text: str) -> tuple[int, ...]:
    """The votes of a tally, as a link holds it (``3-12-9-4``) or as a teacher types it (``A 3 B 12 C 9``);
    none where it is not one.
    """
    plainly = re.fullmatch(r"\d{1,3}(?:(?:-|[;,]? +|[;,])\d{1,3})*", text.strip())
    lettered = re.fullmatch(r"(?:[A-Ha-h]\W*\d{1,3}\W*)+", text.strip())
    if plainly:
        written = re.findall(r"\d+", text)
    elif lettered:
        found = {letter.upper(): count for letter, count in re.findall(r"([A-Ha-h])\W*(\d+)", text)}
        written = [found.get(letter, "0") for letter in "ABCDEFGH"[: ord(max(found)) - ord("A") + 1]]
    else:
        return ()
    return tuple(map(int, written)) if len(written) <= MOST_IN_A_TALLY else ()


def _repair(code: str, name: str, found: str, **facts: object) -> Repair:
    return Repair(code, {"parameter": name[:40], "found": found[:40], **facts})


# --- what a scenario offers ---------------------------------------------------------------------------------


def offer(scenario: Scenario) -> Offer:
    """The owners and knobs of a scenario. A knob that leads to no number of this scenario is left out."""
    dials = {}
    for code, knob in scenario.knobs.items():
        found = _expanded(scenario, knob)
        if not found:
            continue
        quantities = [paths.declaration(scenario, path).quantity for path in found]
        low = max([knob.low, *(quantity.low for quantity in quantities)])
        high = min([knob.high, *(quantity.high for quantity in quantities)])
        shipped = _first_number(paths.get(scenario, found[0]))
        label = {"fr": knob.label.fr, "en": knob.label.en} if knob.label else {}
        # The ends make room for what the file ships, so that an untouched slider changes nothing.
        dials[code] = Dial(
            code, quantities[0], min(low, shipped), max(high, shipped), knob.step, shipped, label
        )
    return Offer(tuple(scenario.deals), dials)


def changes(scenario: Scenario, knobs: Mapping[str, float]) -> dict[str, float]:
    """What moved knobs change in a scenario: a value for every path of each."""
    return {
        path: value for code, value in knobs.items() for path in _expanded(scenario, scenario.knobs[code])
    }


def _expanded(scenario: Scenario, knob: Knob) -> list[str]:
    return [path for pattern in knob.paths for path in paths.expand(scenario, pattern)]


def _first_number(value: Number | Series) -> float:
    return float(np.asarray(value.at(0) if isinstance(value, Series) else value).flat[0])
