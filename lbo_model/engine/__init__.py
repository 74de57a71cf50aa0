"""The engine. ``run`` plays every deal of a scenario on the same factory, weather and law.

A number of the scenario may be an array: the loop runs over years, arrays run over everything else. Read in
this order: ``operations`` (the factory's year), ``closing`` (sources and uses), ``opening`` (the first
position), ``debt`` and ``year`` (what a year brings), ``bookkeeping`` (how it is written down), ``ending``
(sale, winding-up), ``fund_house`` (what a fund's investors pay its manager), ``story`` (all of it in three
acts), ``result`` (what comes out).
"""

from lbo_model.engine.result import Result, Run
from lbo_model.engine.story import batch_shape, play, run

__all__ = ["Result", "Run", "batch_shape", "play", "run"]
