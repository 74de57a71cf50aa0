"""One screen of the lesson, run as a script without a browser, and what can be read on it."""

import html
import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from lbo_model.classroom.cases import Case, Shelf, shelf
from lbo_model.classroom.chapter import Chapter
from lbo_model.classroom.chapters import CHAPTERS, ROUTES

# AppTest reads the metadata of every installed package for each page that it opens, which took two thirds of
# the time of a test: they do not change while tests run.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)

PAGE = Path(__file__).parents[1] / "lbo_model" / "classroom" / "page.py"
LANGUAGES = ("fr", "en")
NEXT = "page-next"
"""The key of the button that leads on."""
BEFORE = ("question", "guess", "guess_again")
"""The beats before the answer."""
SCREENS = [(chapter.slug, beat) for chapter in CHAPTERS for beat in chapter.beats]


def opened(**link: str) -> AppTest:
    """The page at a link, run once."""
    page = AppTest.from_file(PAGE, default_timeout=60)
    for name, value in link.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    assert page.title, "something was drawn"
    return page


def link_of(page: AppTest) -> dict[str, str]:
    """The link of the page: AppTest gives a list for what the test wrote, a text for what the page wrote."""
    return {name: text if isinstance(text, str) else text[0] for name, text in page.query_params.items()}


def listed(widgets: Iterable[Any], key: str) -> Any:
    """The list to choose from that carries a key, whatever language its options are in."""
    return next(widget for widget in widgets if widget.key and widget.key.rpartition(".")[0] == key)


def on(page: AppTest) -> AppTest:
    """One step forward, by the button."""
    page.button(key=NEXT).click().run()
    assert not page.exception
    return page


def walked(route: str, language: str) -> Iterator[tuple[Chapter, str, AppTest]]:
    """Every screen of a route, reached from the first by nothing but the button."""
    page = opened(lang=language, route=route, chapter=ROUTES[route][0].slug)
    for chapter, beat in steps(route):
        yield chapter, beat, page
        if any(button.key == NEXT for button in page.button):
            on(page)


def steps(route: str) -> list[tuple[Chapter, str]]:
    """The screens of a route, in order."""
    return [(chapter, beat) for chapter in ROUTES[route] for beat in chapter.beats]


NO_FIGURE: Mapping[str, Any] = {
    "title": "",
    "alternative": "",
    "sentences": [],
    "more": [],
    "table": None,
    "figure": {"data": [], "layout": {}},
}
"""Of a screen whose figure is the strip."""


# --- what can be read ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """All that the main part of a screen says: in plain sight, in closed drawers, and in its figure."""

    lines: tuple[str, ...]
    drawers: tuple[str, ...]
    figure: Mapping[str, Any]
    """What the browser is sent to draw the figure and the words around it."""

    @property
    def text(self) -> str:
        """Every word of the screen, wherever it stands: what a reader, an ear or a search could find."""
        words = (self.figure["title"], self.figure["alternative"])
        told = (text for part in ("sentences", "more") for _, text, _ in self.figure[part])
        rows = itertools.chain.from_iterable(self.figure["table"]["rows"]) if self.figure["table"] else ()
        return "\n".join((*self.lines, *self.drawers, *words, *told, *rows, *labels(self.figure["figure"])))


def shown(page: AppTest) -> Shown:
    """What the main part of the page says."""
    lines: list[str] = []
    drawers: list[str] = []
    figures: list[Mapping[str, Any]] = []
    _read(page.main, lines, drawers, figures)
    assert len(figures) <= 1, "a screen carries one figure"
    return Shown(tuple(lines), tuple(drawers), figures[0] if figures else NO_FIGURE)


def labels(figure: Mapping[str, Any]) -> list[str]:
    """What is written inside a picture, on its marks and on its axes, without plotly's tags."""
    axes = [axis for name, axis in figure["layout"].items() if re.fullmatch(r"[xy]axis\d*", name)]
    texts = [text for trace in figure["data"] for text in _several(trace.get("text", ()))]
    texts += [text for axis in axes for text in axis.get("ticktext", ())]
    texts += [axis["title"]["text"] for axis in axes if "title" in axis]
    return [html.unescape(re.sub(r"<[^>]*>", " ", text)) for text in texts if text]


def _several(texts: str | Sequence[str]) -> Sequence[str]:
    return (texts,) if isinstance(texts, str) else texts


def _read(
    node: Any, lines: list[str], drawers: list[str], figures: list[Mapping[str, Any]], closed: bool = False
) -> None:
    into = drawers if closed else lines
    children = getattr(node, "children", None)
    if children is not None:
        if node.type == "expander":
            into.append(_plain(node.label))
        for child in children.values():
            _read(child, lines, drawers, figures, closed or node.type == "expander")
        return
    if node.type == "bidi_component":
        figures.append(json.loads(node.proto.json))
    elif node.type == "html":
        into.append(html.unescape(re.sub(r"<[^>]*>", " ", node.proto.body)))
    elif node.type in ("button_group", "segmented_control", "pills"):
        into += [_plain(node.proto.label), *(_plain(option.content) for option in node.proto.options)]
    else:
        into += [_plain(str(getattr(node, part))) for part in ("label", "value") if _has(node, part)]
        into += [_plain(option) for option in getattr(node, "options", ())]


def _has(node: Any, part: str) -> bool:
    value = getattr(node, part, None)
    return isinstance(value, str) and bool(value) and not (part == "value" and hasattr(node, "options"))


def _plain(text: str) -> str:
    """Text without the signs that keep markdown from obeying it."""
    return re.sub(r"\\(.)", r"\1", text).replace("\u2060", "").replace("**", "")


# --- what is read without opening anything ------------------------------------------------------------------

MOST_WORDS = 90
"""On one screen: more is not read while somebody speaks."""
ASIDE = (NEXT, "page-previous", "restart", "accounts.open")
"""Buttons that lead elsewhere."""
SET_BY_HAND = ("selectbox", "slider", "text_input", "number_input")
"""Widgets of which a browser counts the label: what they hold is no text of the page."""


def in_plain_sight(page: AppTest) -> list[str]:
    """What a screen says outside its figure and its tools, closed drawers and the ways on: the words that a
    browser shows, found without one.
    """
    found: list[str] = []
    _look(page.main, found)
    return found


def word_count(texts: Iterable[str]) -> int:
    """How many words there are, as the walk in a browser counts them: what no line may break is one."""
    parts = (part for text in texts for part in re.split(r"[ \n\t\r]+", text))
    return sum(bool(re.search(r"[^\W_]", part)) for part in parts)


def _look(node: Any, found: list[str]) -> None:
    children = getattr(node, "children", None)
    if children is not None:
        if node.type == "popover":
            found.append(_plain(node.proto.popover.label))
        elif node.type != "expander":
            for child in children.values():
                _look(child, found)
    elif node.type == "bidi_component":
        figure = json.loads(node.proto.json)
        found += [figure["title"], *(text for _, text, _ in figure["sentences"])]
    elif node.type != "html" and not (getattr(node, "key", None) or "").startswith(ASIDE):
        label = _plain(str(getattr(node.proto, "label", "")))
        hidden = getattr(node.proto, "label_visibility", None)
        found += [] if hidden is not None and hidden.value else [label]
        if node.type in ("button_group", "segmented_control", "pills"):
            found += [_plain(option.content) for option in node.proto.options]
        elif node.type not in SET_BY_HAND:
            found += [_plain(option) for option in getattr(node, "options", ())]
            found += [_plain(node.value)] if _has(node, "value") else []


# --- numbers as they are written ----------------------------------------------------------------------------


def numbers(text: str, language: str) -> list[float]:
    """The numbers written in a text, as this language writes them."""
    thousands, point = (r"[\s\u202f\u00a0]", ",") if language == "fr" else (",", ".")
    sign = r"[-\u2212]?(?:€)?"
    pattern = rf"{sign}\d{{1,3}}(?:{thousands}\d{{3}})+(?!\d)(?:\{point}\d+)?|{sign}\d+(?:\{point}\d+)?"
    found = (re.sub(rf"{thousands}|€", "", match) for match in re.findall(pattern, text))
    return [float(number.replace("\u2212", "-").replace(point, ".")) for number in found]


# --- runs ---------------------------------------------------------------------------------------------------


def corners(codes: Sequence[str], code: str = "film") -> list[dict[str, float]]:
    """Every knob at either end, in all combinations, and all of them as shipped."""
    dials = shelf(code).offer.dials
    ends = itertools.product(*((dials[knob].low, dials[knob].high) for knob in codes))
    every = [dict(zip(codes, values, strict=True)) for values in ends]
    return [{knob: value for knob, value in one.items() if value != dials[knob].shipped} for one in every] + [
        {}
    ]


def on_shelf(chapter: Chapter, code: str = "film") -> Shelf:
    """The deals that a chapter is played on where a shipped scenario was chosen."""
    return shelf(chapter.shelf or code)


def lead_of(chapter: Chapter, code: str = "film", behaviour: str = "") -> Case:
    """The deal that a chapter's questions are computed on."""
    today = on_shelf(chapter, code)
    lead = today.case(today.of_kinds(chapter.owners[:1])[0], {}, behaviour or chapter.behaviour)
    return chapter.played(lead)


def usual(
    chapter: Chapter, knobs: Mapping[str, float] | None = None, code: str = "film", behaviour: str = ""
) -> list[Case]:
    """The deals that a chapter shows to a visitor who has chosen no owners."""
    today = on_shelf(chapter, code)
    cases, refused = today.compared(
        today.of_kinds(chapter.owners), knobs or {}, behaviour or chapter.behaviour
    )
    assert not refused
    return [chapter.played(case) for case in cases]
