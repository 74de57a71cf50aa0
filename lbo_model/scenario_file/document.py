"""``load``: from a file and those that it extends to a Document: a scenario, or every problem found."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from lbo_model.scenario import Scenario
from lbo_model.scenario_file.check import Checked, check
from lbo_model.scenario_file.merge import merged
from lbo_model.scenario_file.notes import Note
from lbo_model.scenario_file.problems import Place, Problem, RefusedError, in_order
from lbo_model.scenario_file.reader import read_tree
from lbo_model.scenario_file.sources import CHAIN_LIMIT, Source, decoded, find, find_base, read
from lbo_model.scenario_file.tree import Branch, Leaf, Node, plain

_REQUIRED = ("format", "title", "story")
"""What a file says itself, whatever it extends: a title inherited from a base would name the wrong lesson."""


@dataclass(frozen=True)
class Document:
    """What ``load`` returns. ``scenario`` is None where there are problems."""

    name: str
    path: Path | None
    text: str
    digest: str
    """SHA-256 of the texts of the file and of its bases: the key of every cache."""
    bases: tuple[Source, ...]
    """The files that it extends, nearest first."""
    scenario: Scenario | None
    problems: tuple[Problem, ...]
    notes: Mapping[str, Note] = field(default_factory=dict)
    """What is known of each number that says it, by path."""
    locations: Mapping[str, Place] = field(default_factory=dict)
    """Where each value was written, by path."""
    whole: Branch | None = field(default=None, repr=False, compare=False)
    """What the file and its bases say, with numbers reduced to their values."""


def load(source: str | Path, text: str | bytes | None = None, folders: Sequence[Path] = ()) -> Document:
    """Read a scenario: a path, the name of a shipped scenario (``film``), or the content of an upload.

    ``source`` is the name to display where ``text`` is given. ``folders`` are searched for the files it
    extends, after the folder of the file itself and before the shipped scenarios. Never raises for what a
    file holds: every problem is in the Document.
    """
    name = "".join(character if character.isprintable() else "?" for character in Path(source).name)
    try:
        own = read(find(source)) if text is None else Source(name, None, decoded(name, text))
    except RefusedError as refused:
        return Document(name, None, "", "", (), None, (refused.problem,))
    sources, problems = _chain(own, folders)
    return assemble(sources, problems)


def assemble(sources: Sequence[Source], problems: Sequence[Problem] = ()) -> Document:
    """The Document of a file and its bases, nearest first. ``problems``: what kept a base from being read."""
    own, *bases = sources
    digest = hashlib.sha256(
        "\0".join(one.text for one in sources).encode("utf-8", "surrogatepass")
    ).hexdigest()
    trees = [read_tree(source.name, source.text) for source in sources]
    early = [*problems, *(problem for _, found in trees for problem in found)]
    readable = [tree for tree, _ in trees if tree is not None]
    if problems or len(readable) < len(trees):
        # Without one of its bases, a file that says only what differs would seem to lack everything.
        return Document(own.name, own.path, own.text, digest, tuple(bases), None, in_order(early))
    checked, phases = _checked(readable, own.name, sound=not early)
    everything = in_order(early, *phases)
    return Document(
        name=own.name,
        path=own.path,
        text=own.text,
        digest=digest,
        bases=tuple(bases),
        scenario=None if everything else checked.scenario,
        problems=everything,
        notes=MappingProxyType(dict(checked.notes)),
        locations=MappingProxyType(dict(_locations(checked.tree, ""))),
        whole=checked.tree,
    )


def _chain(own: Source, folders: Sequence[Path]) -> tuple[list[Source], list[Problem]]:
    """The file and those that it extends, nearest first, as far as they can be found."""
    sources = [own]
    while True:
        tree, _ = read_tree(sources[-1].name, sources[-1].text)
        if tree is None or "extends" not in tree.entries:
            return sources, []
        try:
            sources.append(_base(tree.entries["extends"].node, sources, folders))
        except RefusedError as refused:
            return sources, [refused.problem]


def _base(node: Node, sources: Sequence[Source], folders: Sequence[Path]) -> Source:
    """The file that ``extends`` names."""
    if not isinstance(node, Leaf) or not isinstance(node.value, str):
        raise RefusedError(
            Problem(node.place, "extends", "base_not_a_name", {"found": str(plain(node))[:60]})
        )
    here = sources[-1].path
    path = find_base(node.value, [*([here.parent] if here else []), *folders], node.place)
    known = [source.path.resolve() for source in sources if source.path]
    names = [source.name for source in sources]
    if path.resolve() in known:
        raise RefusedError(Problem(node.place, "extends", "base_in_a_circle", {"found": [*names, path.name]}))
    if len(sources) > CHAIN_LIMIT:
        raise RefusedError(
            Problem(node.place, "extends", "chain_too_long", {"found": names, "limit": CHAIN_LIMIT})
        )
    return read(path)


def _checked(trees: Sequence[Branch], name: str, sound: bool) -> tuple[Checked, list[Sequence[Problem]]]:
    """The check of a file over its bases, and the problems phase by phase."""
    tree, unmergeable = merged(trees[::-1])
    checked = check(tree, name, trees[:0:-1], sound)
    own = trees[0]
    absent = [
        Problem(Place(name, 1, 1), key, "missing_key", {"key": key})
        for key in _REQUIRED
        if key not in own.entries and key in tree.entries
    ]
    return checked, [unmergeable, checked.problems, absent]


def _locations(node: Node, path: str) -> list[tuple[str, Place]]:
    if not isinstance(node, Branch):
        return [(path, node.place)]
    return [
        found
        for name, entry in node.entries.items()
        for found in _locations(entry.node, f"{path}.{name}" if path else name)
    ]
