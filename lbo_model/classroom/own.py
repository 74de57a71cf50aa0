"""One's own scenario: a file opened or written on the page, its problems in words, nothing of it lost.

Whatever a visitor gives is text to be checked: no path of theirs is opened, no name is trusted, and the work
that a file may ask for is limited before any of it is done.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import streamlit as st

from lbo_model.classroom import controls
from lbo_model.classroom.every_number import Item, differing, name_of, shown_values
from lbo_model.classroom.show import literal
from lbo_model.scenario import Scenario
from lbo_model.scenario_file import Document, Place, Problem, load, shipped_folder, shipped_names
from lbo_model.scenario_file.problems import RefusedError
from lbo_model.scenario_file.reader import read_tree
from lbo_model.scenario_file.sources import SIZE_LIMIT, decoded
from lbo_model.scenario_file.tree import Branch
from lbo_model.words import AnyProblem, Words

CODE = "own"
"""What the link calls a visitor's own scenario: ``?scenario=own``."""

UNNAMED = "scenario.yaml"
MOST_DEALS = 8
MOST_LOANS = 8
"""Deals of a file, and loans of a deal: each is played at every move of a knob."""
MOST_SHOWN = 12
MOST_TOLD = 8
"""Numbers of a file that are named beside those of the scenario that it builds on."""
FALLBACK = "film"
"""What a file that extends no shipped scenario is compared with."""
_LONGEST_NAME = 60
# How archives, pictures and office files begin: no advice on encodings would help them.
_NO_TEXT = (b"PK\x03\x04", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"{\\rtf")


# --- without the page ---------------------------------------------------------------------------------------


def opened(name: str, content: bytes | str) -> Document:
    """Read what a visitor gave. Never raises, and never opens a path of theirs: every problem is inside."""
    return _opened(shown_name(name), content, _stamp())


def shipped() -> Mapping[str, Document]:
    """The shipped scenarios that sell to somebody, by name; read again only when a file has been saved."""
    return _shipped(_stamp())


def _stamp() -> tuple[tuple[str, int, int], ...]:
    """What changes when a shipped file is saved."""
    files = sorted(shipped_folder().glob("*.yaml"))
    return tuple((file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in files)


@lru_cache(maxsize=2)
def _shipped(_files: object) -> Mapping[str, Document]:
    found = {name: load(name) for name in shipped_names()}
    return {name: one for name, one in found.items() if one.scenario is not None and one.scenario.deals}


@lru_cache(maxsize=16)
def _opened(shown: str, content: bytes | str, _files: object) -> Document:
    try:
        if isinstance(content, bytes) and content.startswith(_NO_TEXT):
            raise RefusedError(Problem(Place(shown, 0, 1), "", "file_unreadable", {"found": shown}))
        text = decoded(shown, content)
    except RefusedError as refused:
        return Document(shown, None, "", "", (), None, (refused.problem,))
    tree, _ = read_tree(shown, text)
    heavy = tuple(_too_many(tree)) if tree is not None else ()
    if heavy:
        return Document(shown, None, text, "", (), None, heavy)
    found = load(shown, text)
    if found.scenario is not None and not found.scenario.deals:
        nobody = Problem(Place(shown, 1, 1), "deals", "missing_key", {"key": "deals"})
        return replace(found, scenario=None, problems=(nobody,))
    return found


def is_shipped(document: Document) -> bool:
    """Whether the document is one of the project's own files."""
    return document.path is not None and document.path.parent == shipped_folder()


def shipped_for(document: Document) -> Document:
    """The shipped scenario that a document builds on, nearest first; the film's if it builds on none."""
    if is_shipped(document):
        return document
    bases = [source.path.stem for source in document.bases if source.path is not None]
    return shipped()[next((name for name in bases if name in shipped()), FALLBACK)]


def shown_name(name: str) -> str:
    """A file's name as it may be shown: without folders, on one line, not long."""
    last = Path(name.replace("\\", "/").replace("\0", "?")).name
    printable = "".join(character if character.isprintable() else "?" for character in last)
    return printable[-_LONGEST_NAME:] or UNNAMED


def deals_of(document: Document) -> dict[str, tuple[Scenario, str]]:
    """The owners that a sound document offers, by code: each of its deals, under its own name."""
    assert document.scenario is not None, "only a sound document has deals to play"
    return {name: (document.scenario, name) for name in document.scenario.deals}


def _too_many(tree: Branch) -> Iterator[Problem]:
    """Mappings that hold more than the page can play."""
    for name, limit in (("every_deal", MOST_LOANS), ("deals", MOST_DEALS), ("documented_terms", MOST_DEALS)):
        entry = tree.entries.get(name)
        if entry is None or not isinstance(entry.node, Branch):
            continue
        if name != "every_deal" and len(entry.node.entries) > limit:
            yield Problem(entry.key, name, "list_too_long", {"limit": limit})
        holders = {name: entry} if name == "every_deal" else dict(entry.node.entries)
        for path, holder in holders.items():
            loans = _below(holder.node, "funding", "loans")
            if loans is not None and len(loans.entries) > MOST_LOANS:
                where = name if name == "every_deal" else f"{name}.{path}"
                yield Problem(holder.key, f"{where}.funding.loans", "list_too_long", {"limit": MOST_LOANS})


def _below(node: object, *names: str) -> Branch | None:
    for name in names:
        node = node.get(name) if isinstance(node, Branch) else None
    return node if isinstance(node, Branch) else None


# --- on the page --------------------------------------------------------------------------------------------


def document() -> Document | None:
    """The sound document that the visitor took for the lesson; None while the page must ask for it."""
    used = controls.own().used
    found = opened(*used) if used else None
    return found if found and found.scenario else None


def draw_upload(words: Words) -> None:
    """A place to open, write and correct one's own scenario, with what is wrong in it, in words."""
    kept = controls.own()
    waiting = controls.state().scenario == CODE and document() is None
    st.markdown(literal(words.say("own.again" if waiting else "own.intro")))
    controls.upload("own.file", words.say("own.upload", limit=SIZE_LIMIT // 1000), take, SIZE_LIMIT)
    if kept.last is not None:
        _verdict(words, opened(*kept.last))
    controls.text_area(
        "own.text", words.say("own.text"), kept.text, _write, height=320, help=words.say("own.help")
    )
    if not kept.text:
        st.button(words.say("own.example"), key="own.example", on_click=_write, args=(_example(words),))


def draw_problems(problems: Sequence[AnyProblem], words: Words) -> None:
    """Problems as a list of sentences: the first dozen, and how many are left."""
    said = [literal(words.problem(problem)) for problem in problems[:MOST_SHOWN]]
    if len(problems) > MOST_SHOWN:
        said.append(literal(words.say("own.more", count=len(problems) - MOST_SHOWN)))
    st.markdown("\n".join(f"* {sentence}" for sentence in said))


def take(name: str, content: bytes | str) -> None:
    """Keep what was given. Where the lesson waits for it and it is sound, the lesson goes on at once."""
    kept = controls.own()
    found = opened(name, content)
    kept.last = (found.name, content)
    kept.text = found.text or kept.text
    if found.scenario and controls.state().scenario == CODE:
        use(found)


def use(found: Document) -> None:
    """Play the lesson on a sound document."""
    controls.use_own(found.name, found.text)


def _write(text: str) -> None:
    """Keep what was written, under the name that it came with."""
    kept = controls.own()
    take(kept.last[0] if kept.last else UNNAMED, text)
    kept.text = text


def _verdict(words: Words, found: Document) -> None:
    if found.scenario is None:
        count = len(found.problems)
        st.warning(literal(words.say("own.problems", name=found.name, count=count)), icon="⚠️")
        draw_problems(found.problems, words)
        used = document()
        if used is not None:
            st.markdown(literal(words.say("own.older", title=title_of(used, words))))
        return
    st.success(literal(words.say("own.sound", name=found.name)))
    st.markdown(f"**{literal(title_of(found, words))}**")
    st.markdown(literal(getattr(found.scenario.story, words.language)))
    st.markdown(literal(differences_of(found, words)))
    if controls.own().used == (found.name, found.text) and controls.state().scenario == CODE:
        st.markdown(literal(words.say("own.used", title=title_of(found, words))))
    else:
        st.button(words.say("own.use"), key="own.use", type="primary", on_click=use, args=(found,))


def title_of(found: Document, words: Words) -> str:
    """The title of a sound document in the page's language, as plain text."""
    assert found.scenario is not None, "only a sound document has a title to show"
    return str(getattr(found.scenario.title, words.language))


def differences_of(found: Document, words: Words) -> str:
    """In which numbers a sound document differs from the shipped one that it builds on, as a sentence."""
    assert found.scenario is not None, "only a sound document has numbers to compare"
    words = Words(words.language, found.scenario.currency)
    base = shipped_for(found)
    pairs = differing(base, found)
    title = title_of(base, words)
    if not pairs:
        return words.say("own.no_difference", title=title)
    told = [_change(one, other, words) for one, other in pairs[:MOST_TOLD]]
    if len(pairs) > MOST_TOLD:
        told.append(words.say("own.and_more", count=len(pairs) - MOST_TOLD))
    return words.say("own.differs", title=title, changes=", ".join(told))


def _change(one: Item | None, other: Item | None, words: Words) -> str:
    item = other or one
    assert item is not None, "one of the two has the number"
    old, new = (shown_values(each, words) if each else words.say("workshop.absent") for each in (one, other))
    return words.say("own.change", name=name_of(item, words), old=old, new=new)


def _example(words: Words) -> str:
    """The file that ``lbo-model new`` starts from."""
    return words.say("cli.starter", name="scenario")
