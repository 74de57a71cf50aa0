"""What the page says of jobs: who bore a fall, severance told apart from gains, a factory that closed.

``hand/workforce.yaml``: of 100 workers 10 temporary ones leave, 5 are dismissed for 300, 8 work short time
for 144, of which the State gives back 86.4 (``test_workforce.py``).
"""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lbo_model.classroom import facts, workforce
from lbo_model.classroom.cases import Case, shelf_of
from lbo_model.classroom.figures.columns import _end
from lbo_model.scenario_file import load
from lbo_model.words import Words, languages
from tests import test_winding_up
from tests.scenario_texts import scenario_of
from tests.screens import link_of, listed, opened, shown
from tests.truth import truth_of

FOLDER = Path(__file__).parent / "hand"


def by_hand() -> Case:
    return shelf_of("own", scenario_of(load(FOLDER / "workforce.yaml"))).case("fund", {})


def test_severance_is_no_gain_of_those_who_lost_their_jobs() -> None:
    """Pay of 8250, short time of 144 and severance of 300 are all that workers receive: nothing beyond."""
    case = by_hand()
    assert facts.severance(case) == pytest.approx(300.0)
    assert sum(facts.shares(case)["workers"]) == pytest.approx(0.0, abs=1e-9)
    assert truth_of(case).beyond_pay("workers") == pytest.approx(0.0, abs=1e-9)
    for party in ("state", "fund"):
        assert sum(facts.shares(case)[party]) == pytest.approx(truth_of(case).beyond_pay(party)), party


def test_a_drawer_tells_it_where_owners_are_compared_and_a_plan_counts_those_who_work() -> None:
    def script(slug: str, name: str) -> None:
        from lbo_model.classroom import workforce
        from lbo_model.classroom.cases import shelf
        from lbo_model.words import Words

        there = shelf(name)
        workforce.draw(Words("fr"), slug, [there.case(owner, {}) for owner in there.deals])

    def drawers(slug: str, name: str) -> int:
        page = AppTest.from_function(script, default_timeout=60, args=(slug, name)).run()
        assert not page.exception
        return len(page.expander)

    assert drawers("compare", "bad-years") == 1
    assert drawers("deal", "bad-years") == 0
    assert drawers("compare", "film") == 0


@pytest.mark.parametrize("language", languages())
def test_the_table_of_jobs_says_who_left_and_who_paid(language: str) -> None:
    words, case = Words(language), by_hand()
    money = [words.show(amount, "money") for amount in (300.0, 144.0, 86.4)]
    assert workforce.row(case, words)[1:] == ["15", "5", *money]
    said = workforce.sentence([case], words)
    assert words.show(15, "jobs_gone") in said


def test_a_factory_that_closed_before_its_exit_shows_what_its_estate_paid() -> None:
    """Of 62.5 in the till and 50 from the market, 100 repay the loan, 5 go to the court and 7.5 to the fund,
    in year 2; the exit would have been in year 5. Year 1 had paid the fund its 100.
    """
    text = test_winding_up.HEAD + test_winding_up.TEXT.format(distress="")
    case = shelf_of("own", scenario_of(load("written_by_a_test.yaml", text, [FOLDER]))).case("fund", {})
    assert facts.ending(case) == "liquidated"
    assert case.result.last_date < case.result.deal.exit.year
    paid = {brick.name: brick.amount for brick in _end(case) if brick.amount > 0.01}
    assert paid == pytest.approx(
        {"loan_repaid": 100.0, "proceeds_fund": 7.5, "owed_and_costs": 5.0, "dividends": 100.0}
    )


def test_the_accounts_of_a_deal_under_a_rule_say_which_law_and_show_both() -> None:
    words = Words("en")
    page = opened(lang="en", chapter="rules", beat="accounts")
    law = listed(page.selectbox, "accounts.law")
    assert list(law.options) == [
        words.say("accounts.laws.after", rule=words.say("law.rules.debt_cap", most=4.0)),
        words.say("accounts.laws.before"),
    ]
    after = shown(page)
    law.set_value("before").run()
    assert not page.exception
    assert shown(page) != after
    assert link_of(page)["beat"] == "accounts"
    plain = opened(lang="en", chapter="compare", beat="accounts")
    assert not [one for one in plain.selectbox if one.key and one.key.startswith("accounts.law.")]
