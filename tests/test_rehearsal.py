"""What is drawn before the first visitor comes is kept: nothing is played again for them."""

import pytest

from lbo_model.classroom import cases
from lbo_model.classroom.cases import LEADING, shelf
from lbo_model.classroom.chapters import CHAPTERS
from lbo_model.classroom.rehearsal import rehearse


def test_after_a_rehearsal_no_shipped_deal_of_the_lesson_is_played(monkeypatch: pytest.MonkeyPatch) -> None:
    rehearse()
    monkeypatch.delattr(cases, "run")
    for chapter in CHAPTERS:
        there = shelf(chapter.shelf or LEADING)
        for owner in there.of_kinds(chapter.owners):
            assert there.case(owner, {}, chapter.behaviour).owner == owner


def test_a_deal_that_nobody_rehearsed_is_played(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin: with a knob turned, there is a deal to play."""
    rehearse()
    monkeypatch.delattr(cases, "run")
    with pytest.raises(NameError):
        shelf(LEADING).case("fund", {"price": 4.321})
