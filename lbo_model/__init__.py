"""Reprise en main: the leveraged buyout of a factory, under a fund and under its workers.

The public names, all a notebook needs::

    from lbo_model import load, run, vary, measures

    film = load("film").scenario
    fund = run(film).deals["fund"]
    measures.returns(fund)["fund"]["multiple"]
"""

from lbo_model import measures, studies
from lbo_model.engine import run
from lbo_model.scenario_file import dump, load
from lbo_model.studies import grid, solve, storms, vary

__all__ = ["dump", "grid", "load", "measures", "run", "solve", "storms", "studies", "vary"]
