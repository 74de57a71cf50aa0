"""One thing wrong in a file: where, what, and the facts that a sentence about it needs. Words come later."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

_LONGEST_FACT = 60


@dataclass(frozen=True)
class Place:
    """A place in a file; lines and columns count from 1, and line 0 is the file as a whole."""

    file: str
    line: int
    column: int


@dataclass(frozen=True)
class Problem:
    """One thing wrong: its place, the path of what is wrong (empty for the file itself), a code and facts."""

    place: Place
    path: str
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """The name of the file, as people know it."""
        return self.place.file

    @property
    def line(self) -> int:
        """The line, counted from 1; 0 for the file as a whole."""
        return self.place.line

    @property
    def column(self) -> int:
        """The column, counted from 1."""
        return self.place.column


class RefusedError(Exception):
    """A file that cannot be read at all: the problem says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


def in_order(*phases: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems of successive phases, sorted by file and line.

    A line on which an earlier phase found something is left to it: what a later phase finds there follows
    from it. Of one phase, the same code about the same thing at the same place is said once (a line that
    every deal shares is checked by each).
    """
    kept: dict[tuple[Place, str, str, str], Problem] = {}
    taken: set[tuple[str, int]] = set()
    for phase in phases:
        fresh = [problem for problem in phase if (problem.file, problem.line) not in taken]
        for problem in fresh:
            found, key = (str(problem.facts.get(name)) for name in ("found", "key"))
            kept.setdefault((problem.place, problem.code, found, key), problem)
        taken |= {(problem.file, problem.line) for problem in fresh}
    return tuple(sorted(kept.values(), key=lambda one: (one.file, one.line, one.column)))


def shortened(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts fit for a sentence: a whole branch or a very long text becomes its beginning."""
    return {name: _short(fact) if name == "found" else fact for name, fact in facts.items()}


def _short(fact: Any) -> Any:
    if isinstance(fact, (bool, int, float)) or fact is None:
        return fact
    if isinstance(fact, (list, tuple)) and all(isinstance(item, str) for item in fact):
        return [_short(item) for item in fact[:10]]
    text = str(fact)
    return text if len(text) <= _LONGEST_FACT else text[: _LONGEST_FACT - 1] + "…"
