"""The questions of the lesson as data: what is asked, what is right, which wrong answers are on offer.

Every answer, right or wrong, is computed on the shipped values of a scenario: a wrong option is a wrong
formula, so that its remark can say which step failed. Words stand under ``chapters.<slug>.<code>``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lbo_model.classroom.cases import Case

LETTERS = "ABCDEFGH"
CLOSE = 0.05
"""A number guessed within this share of the scale counts as right."""


@dataclass(frozen=True)
class OneOf:
    """One of several answers. ``options``: code -> the amount that it states, if it states one."""

    code: str
    options: Callable[[Case], Mapping[str, float | None]]
    right: Callable[[Case], str]

    def remark(self, _case: Case, given: str) -> str:
        """Which remark answers what was given: each option has its own."""
        return given


@dataclass(frozen=True)
class OneCurve:
    """One of several drawn curves, on one scale. ``curves``: code -> a value for each date."""

    code: str
    curves: Callable[[Case], Mapping[str, tuple[float, ...]]]
    right: Callable[[Case], str]

    def remark(self, _case: Case, given: str) -> str:
        """Which remark answers what was given: each curve has its own."""
        return given


@dataclass(frozen=True)
class Several:
    """Tick all that apply. ``right``: the codes that do."""

    code: str
    items: tuple[str, ...]
    right: Callable[[Case], frozenset[str]]

    def remark(self, case: Case, given: tuple[str, ...]) -> str:
        """Which remark answers what was given: all right, too many ticked, or some left out."""
        right = self.right(case)
        if set(given) == right:
            return "right"
        return "too_many" if set(given) - right else "too_few"


@dataclass(frozen=True)
class ShareOut:
    """Share a whole out among boxes. ``right``: the part of each, in the unit of ``whole``."""

    code: str
    boxes: tuple[str, ...]
    whole: Callable[[Case], float]
    right: Callable[[Case], Mapping[str, float]]
    unit: str = "count"
    """``count`` (of a hundred) or ``money``."""

    def remark(self, case: Case, given: Mapping[str, float]) -> str:
        """Which remark answers what was given: the box furthest above the truth, or ``right``."""
        right, whole = self.right(case), self.whole(case)
        excess = {box: (given.get(box, 0.0) - right[box]) / whole for box in self.boxes}
        worst = max(excess, key=lambda box: excess[box])
        return worst if excess[worst] > CLOSE else "right"


@dataclass(frozen=True)
class NumberLine:
    """A point between two ends, without a handle until it is touched."""

    code: str
    marks: Callable[[Case], tuple[float, ...]]
    """The points that can be chosen."""
    right: Callable[[Case], float]
    unit: str
    """How a point is written: a format of the words."""

    def remark(self, case: Case, given: float) -> str:
        """Which remark answers what was given: too high, too low, or close."""
        marks, right = self.marks(case), self.right(case)
        if abs(given - right) <= CLOSE * (marks[-1] - marks[0]) + 1e-9:
            return "right"
        return "high" if given > right else "low"


@dataclass(frozen=True)
class OwnerPerParty:
    """For each of several parties, the owner that leaves it most. ``same`` stands for all alike."""

    code: str
    parties: tuple[str, ...]
    right: Callable[[Case], Mapping[str, str]]

    def remark(self, case: Case, given: Mapping[str, str]) -> str:
        """Which remark answers what was given: how many parties were placed well."""
        right = self.right(case)
        found = sum(given.get(party) == right[party] for party in self.parties)
        return "right" if found == len(self.parties) else "some" if found else "none"


Question = OneOf | OneCurve | Several | ShareOut | NumberLine | OwnerPerParty
