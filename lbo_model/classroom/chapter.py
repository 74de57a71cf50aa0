"""What a chapter is: one step of the lesson, as data. ``page`` and ``beats`` draw any of them alike."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lbo_model.classroom import law
from lbo_model.classroom.cases import Case
from lbo_model.classroom.figures import Picture
from lbo_model.classroom.questions import Question
from lbo_model.classroom.rules import USUAL, Choice
from lbo_model.classroom.show import Sentence
from lbo_model.words import Words

BEATS = ("question", "guess", "guess_again", "reveal", "seen", "because", "remember")
"""Asked, guessed (again where there are two questions), shown, compared with what was thought, explained
and tried, kept.
"""

BEFORE_THE_ANSWER = ("question", "guess", "guess_again")
"""The beats that say nothing of the answer."""

Draw = Callable[[Sequence[Case], Words, str, Any], Picture]
"""From the owners compared, the finding as a title, and what was guessed, to the carrying figure."""
Variant = Callable[[Sequence[Case]], str]
"""Which of a sentence's variants is true of a run: its words stand under ``<sentence>_<variant>``."""
Extra = Callable[[Sequence[Case], Words], Mapping[str, Any]]
"""What sentences state beyond ``facts.known`` of the first owner."""


@dataclass(frozen=True)
class Chapter:
    """One step of the lesson. Its words stand under ``chapters.<slug>``.

    ``finding`` and ``remember`` name the variant of the title and of the sentence to remember; ``owners`` are
    the kinds shown while the visitor has not chosen; ``knobs``: at most three, each moves the figure;
    ``strip``: the cells of the five-cell strip that it fills; ``limits``: what the model leaves out that
    matters here; ``minutes``: planned, by route.
    """

    slug: str
    draw: Draw
    finding: Variant
    remember: Variant
    questions: tuple[Question, ...] = ()
    asks: Callable[[Case], bool] = lambda _case: True
    """Whether its questions may be asked of a run: whether what they take for granted is so."""
    owners: tuple[str, ...] = ("fund",)
    behaviour: str = "mechanics"
    knobs: tuple[str, ...] = ()
    details: Callable[[Sequence[Case], Words], list[Sentence]] = lambda _cases, _words: []
    strip: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    minutes: Mapping[str, int] = field(default_factory=dict)
    beats: tuple[str, ...] = tuple(beat for beat in BEATS if beat != "guess_again")
    marked: tuple[str, str] | None = None
    """The question, of this or an earlier chapter, whose answer the figure marks on its axis."""
    first_alone: bool = False
    """Whether the other owners join the first only once its answer has been seen."""
    looks_back: bool = False
    """Whether it shows no owner but those that the route has met."""
    extra: Extra = lambda _cases, _words: {}
    objections: bool = True
    both_terms: bool = False
    """Whether it compares owners, so that it can be shown on either terms."""
    both_weathers: bool = False
    """Whether the film's owners may be shown in a storm as well as in calm."""
    title_if_skipped: bool = False
    """Whether a route that leaves it out says its title, which is shorter, in place of what to remember."""
    shelf: str | None = None
    """The shipped scenario that it is played on, whichever the visitor chose; their own file comes first."""
    in_a_row: bool = False
    """Whether those who buy from an owner are shown after it."""
    tall: bool = False
    """Whether its figure fills the screen in front of a class: what must be said first stands beside it."""
    sheet: str | None = None
    """Which part of the deal a drawer lays out as financiers do: its closing, its years or its end."""
    changes_law: bool = False
    """Whether a rule comes into force: a deal is then shown beside what it was before."""
    bids: bool = False
    """Whether a drawer tells how high each owner could bid."""

    def words(self, key: str) -> str:
        """The key of one of its sentences."""
        return f"chapters.{self.slug}.{key}"

    def played(self, case: Case, choice: Choice = USUAL) -> Case:
        """A deal as it is shown: under the rule chosen, where the chapter changes the law."""
        return law.under(case, choice) if self.changes_law else case

    def shown(self, cases: Sequence[Case]) -> list[Case]:
        """The owners on the screen: those compared, or one after the other those who buy from them."""
        return [other for case in cases for other in (case.row if self.in_a_row else (case,))]
