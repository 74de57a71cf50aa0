"""What the page calls an owner: by its kind, or by its deal where a scenario has two of a kind."""

from lbo_model.classroom import facts
from lbo_model.classroom.cases import Case, Shelf
from lbo_model.words import Words


def of_owner(shelf: Shelf, owner: str, words: Words) -> str:
    """The name of one of a shelf's owners."""
    kind = shelf.kind(owner)
    if shelf.shipped and f"owners.{owner}" in words:
        return words.say(f"owners.{owner}")
    name = words.say(f"owners.{kind}")
    alone = sum(shelf.kind(other) == kind for other in shelf.deals) == 1
    return name if alone else words.say("owners.one_of_a_kind", owner=name, deal=owner)


def of_case(case: Case, words: Words) -> str:
    """The name of a deal's owner, to begin a sentence."""
    if not case.place:
        return of_owner(case.shelf, case.owner, words)
    place = words.say(f"owners.place_{case.place}")
    return words.say("owners.in_a_row", owner=words.say(f"owners.{case.kind}"), place=place)


def marked(case: Case, words: Words) -> str:
    """The owner's name, with a mark where the deal does not close."""
    name = of_case(case, words)
    return name if facts.closes(case) else words.say("owners.not_closing", owner=name)
