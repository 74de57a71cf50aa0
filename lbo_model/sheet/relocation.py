"""The move abroad that a plan declares, as whoever decides it counts it."""

import numpy as np

from lbo_model import measures
from lbo_model.engine import Result
from lbo_model.sheet.block import NOTHING, Block, Row, millions, percent
from lbo_model.words import Words


def relocation(result: Result, words: Words) -> Block:
    """The move that the plan declares: what it costs and saves, and what its owner and its workers make of
    it. No row where it declares none.
    """
    found = {name: float(one) for name, one in measures.relocation(result).items()}
    if not found:
        return Block(words.say("sheet.relocation.title"), (), [])
    years = NOTHING if np.isnan(found["payback"]) else words.show(found["payback"], "decimal")
    asked = result.deal.required_return
    rate = NOTHING if asked is None else words.show(float(asked), "percent_short")
    cells = {
        "jobs_moved": words.show(found["jobs_moved"], "decimal"),
        "cost": millions(found["cost"], words),
        "saving": millions(found["saving"], words),
        "payback": years,
        "gain": millions(found["gain"], words),
        "counter_offer": millions(found["counter_offer"], words),
        "counter_offer_share": percent(found["counter_offer_share"], words),
    }
    rows: list[Row | None] = [
        (words.say(f"sheet.relocation.{name}", rate=rate), [cell]) for name, cell in cells.items()
    ]
    return Block(words.say("sheet.relocation.title"), (), rows)
