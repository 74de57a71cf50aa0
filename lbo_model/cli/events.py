"""What went wrong in the life of a deal, as a person reads it in a terminal: a line a year."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lbo_model.words import Words


def warnings(events: Sequence[Mapping[str, Any]], start: int, words: Words) -> Iterator[str]:
    """The lines of a deal's events, in the years of the scenario; ``start`` is the deal's closing day."""
    for event in events:
        names = words.say("cli.list").join(words.say(f"cli.covenants.{name}") for name in event["covenants"])
        what = words.say(f"cli.events.{event['code']}", covenants=names)
        yield f"** {words.say('cli.event', date=start + event['date'], what=what)} **"
