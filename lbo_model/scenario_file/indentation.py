"""Lines that begin with more or fewer spaces than their neighbours: the commonest slip in typing YAML."""

import re
from typing import Any

_KEY = re.compile(r"""( *)(?:[\w-]+|"[^"]*"|'[^']*'):(?: +(?P<value>[^\s#].*))?(?: *#.*)?$""")


def out_of_line(text: str, line: int) -> dict[str, Any]:
    """How many spaces a line begins with (``found``) and its neighbours (``allowed``); empty where in line.

    ``line`` counts from 1. Only a line that begins with a key is judged, beside the keys above it.
    """
    *above, own = [_KEY.match(written) for written in text.split("\n")[:line]]
    keys = [(len(key[1]), key["value"]) for key in above if key]
    if own is None or not keys:
        return {}
    found = len(own[1])
    last, value = keys[-1]
    if found > last:
        # Deeper is lawful below a key that has no value of its own yet.
        return {"found": found, "allowed": [last]} if value else {}
    levels = [last]
    for margin, _ in keys[::-1]:
        levels += [margin] if margin < levels[-1] else []
    deeper, shallower = [one for one in levels if one > found], [one for one in levels if one < found]
    if found in levels or not deeper:
        return {}
    return {"found": found, "allowed": [*shallower[:1], deeper[-1]]}
