"""The lesson drawn once before anybody comes: deals played, numbers read, sentences made."""

from lbo_model.classroom.cases import LEADING, shelf
from lbo_model.classroom.chapters import CHAPTERS
from lbo_model.words import Words, languages


def rehearse() -> None:
    """Draw every chapter as it is shipped, in every language; what is worth keeping is kept by its caches."""
    for chapter in CHAPTERS:
        there = shelf(chapter.shelf or LEADING)
        owners = there.of_kinds(chapter.owners)
        shown = [chapter.played(there.case(owner, {}, chapter.behaviour)) for owner in owners]
        for language in languages():
            words = Words(language)
            chapter.draw(shown, words, "", None)
            chapter.details(shown, words)
