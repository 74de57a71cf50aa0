"""What the page says of owners in one storm: who stands, who fell and when, what saved or failed them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from lbo_model.classroom import facts, names, sentences, survival
from lbo_model.classroom.cases import Case
from lbo_model.classroom.show import Sentence
from lbo_model.words import Words


def stood_how(cases: Sequence[Case]) -> str:
    """Whether a storm strikes, and whether all owners shown, some or none of them stand in the end."""
    if not survival.struck(cases[0]):
        return "calm"
    standing = sum(map(survival.stands, cases))
    return "all" if standing == len(cases) else "some" if standing else "none"


def weathered_how(cases: Sequence[Case]) -> str:
    """Calm; all stand, alone or with help; some fell, while demand was down or as it came back."""
    if not survival.struck(cases[0]):
        return "calm"
    if all(map(survival.stands, cases)):
        return "helped" if any(map(survival.helped, cases)) else "all"
    return "fell_late" if any(map(survival.fell_late, cases)) else "fell"


def of_the_storm(cases: Sequence[Case], words: Words) -> Mapping[str, Any]:
    """The storm in numbers, who stands, who fell in which year and who only as demand came back."""
    fall, bottom = survival.worst(cases[0])
    losses = [survival.lost(case) for case in cases]
    most = max(cases, key=lambda case: survival.lost(case).loans)
    worst = {
        "loans": survival.lost(most).loans,
        "loans_share": facts.of_end(most)["written_off_share"],
        "jobs": max(0.0, *(-lost.jobs for lost in losses)),
        "years": cases[0].result.deal.exit.year,
    }
    told = survival.debts(cases)
    apart = words.say("chapters.storm.debts", most=told[0], least=told[1]) if told else ""
    return {
        "fall": fall,
        "bottom": bottom,
        "standing": _listed(cases, survival.stands, words),
        "fallen": words.say("page.list").join(
            words.say(
                "chapters.storm.fallen", owner=names.of_case(case, words), year=facts.failure_year(case)
            )
            for case in cases
            if not survival.stands(case)
        ),
        "late": _listed(cases, survival.fell_late, words),
        "helped": _listed(cases, survival.helped, words),
        "losses": words.say("chapters.storm.losses", **worst) if len(cases) > 1 else "",
        "debts": apart,
    }


def _listed(cases: Sequence[Case], those: Callable[[Case], bool], words: Words) -> str:
    return words.say("page.list").join(names.of_case(case, words) for case in cases if those(case))


def on_the_survivors(cases: Sequence[Case], words: Words) -> list[Sentence]:
    """What was tried for each owner, who fell as demand came back, then how each ends."""
    said = []
    for case in cases:
        lines, lived = case.result.lines, slice(1, case.result.deal.exit.year + 1)
        waited = float(np.nansum((lines.principal_deferred + lines.labour_share_blocked)[lived]))
        brought = float(np.nansum((lines.new_money + lines.cured)[lived]))
        known = {
            "owner": names.of_case(case, words),
            "waited": waited,
            "brought": brought,
            "year": facts.failure_year(case),
        }
        if waited >= 1.0 or brought >= 1.0:
            said.append(Sentence(f"{case.owner}-help", words.say("chapters.storm.help", **known)))
        if survival.fell_late(case):
            said.append(Sentence(f"{case.owner}-late", words.say("chapters.storm.late", **known)))
    return [*said, *sentences.on_the_resale(cases, words)]
