"""How each deal ends in random weather, as a person reads it in a terminal."""

from collections.abc import Iterator, Mapping
from typing import Any

from lbo_model.cli.table import LABEL, cells
from lbo_model.words import Words

WIDE = LABEL + 18


def storms_table(answer: Mapping[str, Any], title: str, words: Words) -> Iterator[str]:
    """The lines of an answer (the tree that other programs read as JSON)."""
    yield title
    yield words.say("cli.storms.drawn", paths=answer["paths"], seed=answer["seed"])
    for name, deal in answer["deals"].items():
        yield "\n" + words.say("cli.deal", form=words.say(f"cli.form.{deal['form']}"), name=name)
        for share in ("survived", "factory_closed"):
            label = words.say(f"cli.storms.{share}")
            yield f"    {label:<{WIDE}}{words.show(deal[share], 'percent_short'):>9}"
        for place in ("median", "tenth"):
            multiple = deal["multiple"][place]
            said = "–" if multiple is None else words.show(multiple, "multiple")
            yield f"    {words.say(f'cli.storms.{place}'):<{WIDE}}{said:>9}"
        years = range(deal["start"] + 1, deal["start"] + len(deal["defaults"]))
        yield f"    {words.say('cli.storms.year'):<{LABEL - 2}}" + cells(years)
        shown = [words.show(share, "percent_short") for share in deal["defaults"][1:]]
        yield f"    {words.say('cli.storms.defaults'):<{LABEL - 2}}" + cells(shown)
