"""Chapter `rules`: the same deal before a rule of law and after it, at the same price and at the one that its
buyer can pay.
"""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from lbo_model import studies
from lbo_model.classroom import facts, figures, law, law_told
from lbo_model.classroom.cases import Case, shelf
from lbo_model.classroom.cases import law as law_of
from lbo_model.classroom.chapters import chapter_of
from lbo_model.classroom.figures.picture import FRAME
from lbo_model.classroom.rules import ASKED, FILE, MOVES, PRICINGS, RULES, SAME, Choice
from lbo_model.classroom.show import Sentence
from lbo_model.forms.levers import LEVERS
from lbo_model.scenario_file import load
from lbo_model.words import Words
from tests.scenario_texts import same
from tests.screens import LANGUAGES, lead_of, link_of, numbers, opened, shown
from tests.truth import PRINTED_ALIKE, lies, read_back, truth_of
from tests.truth_of_rules import before, got, moneyless, moved, named, priced, stake, times, value_at

CHAPTER = chapter_of("rules")


def under(rule: str, pricing: str = MOVES, owner: str = "fund", asked: str = FILE) -> Case:
    return law.under(shelf("bids").case(owner, {}, "full"), Choice(rule, pricing, asked))


@cache
def some() -> tuple[Case, ...]:
    """Rules that cut a loan, stop a holding, reach nobody; buyers with a bid, with none any more, silent."""
    film = shelf()
    cases = [(shelf("bids").case(owner, {}, "full"), rule) for owner, rule in PLAYED]
    cases += [(film.case(owner, {}), "debt_cap") for owner in ("fund", "scop", "family")]
    cases += [(moneyless(), "no_debt")]
    return tuple(law.under(case, Choice(rule, pricing, FILE)) for case, rule in cases for pricing in PRICINGS)


PLAYED = (("fund", "debt_cap"), ("fund", "machines_first"), ("workers", "no_debt"), ("unlevered", "debt_cap"))


# --- the price ----------------------------------------------------------------------------------------------


def test_what_a_stake_is_said_to_earn_brings_its_payments_to_nothing() -> None:
    """The rate that sentences state, held against the ledger."""
    seen = 0
    for case in some():
        for one in (case, before(case)):
            rate = law.earned(one)
            if one.kind in ("fund", "unlevered") and not np.isnan(rate):
                seen += 1
                assert value_at(one, rate) == pytest.approx(0.0, abs=10.0), (one.owner, rate)
    assert seen > 12


def test_a_buyer_earns_what_it_asks_for_before_the_rule_and_at_the_price_that_it_can_pay_after() -> None:
    for rule in RULES:
        case = under(rule)
        assert value_at(before(case), 0.20) == pytest.approx(0.0, abs=10.0)
        assert value_at(case, 0.20) == pytest.approx(0.0, abs=10.0)


def test_a_dearer_price_leaves_less_than_what_is_asked_for() -> None:
    for rule in ("debt_cap", "no_debt", "gain_shared"):
        case = under(rule)
        dearer = law._replayed(case, studies.at_price(case.scenario, "fund", times(case) + 0.05, 5.0))
        assert value_at(dearer, 0.20) < -10_000.0


def test_the_same_price_is_the_same_and_both_deals_are_sold_alike() -> None:
    for case in some():
        assert case.reform is not None
        if case.reform.choice.pricing == SAME:
            assert times(case) == pytest.approx(times(before(case)), abs=1e-9)
        ends = [float(np.asarray(one.result.deal.exit.multiple_after(0.0))) for one in (case, before(case))]
        assert ends[0] == ends[1]


def test_a_cap_of_four_times_is_found_in_the_loan_by_hand() -> None:
    # EBITDA 4.2: the fund borrows 4.5 times, 18.9; four times are 16.8. Its stake bears the rest.
    case = under("debt_cap", SAME)
    assert truth_of(before(case)).numbers["debt"] == pytest.approx(18.9e6)
    assert truth_of(case).numbers["debt"] == pytest.approx(16.8e6)
    assert stake(case) - stake(before(case)) == pytest.approx(2.1e6, rel=0.05)


def test_another_return_moves_the_bid_of_the_buyer_shown_alone() -> None:
    usual, modest = under("debt_cap"), under("debt_cap", asked="0.1")
    assert usual.reform is not None
    assert modest.reform is not None
    assert modest.reform.bids["fund"][1].multiple > usual.reform.bids["fund"][1].multiple
    assert modest.reform.bids["workers"][1].multiple == usual.reform.bids["workers"][1].multiple
    assert value_at(modest, 0.10) == pytest.approx(0.0, abs=10.0)


def test_of_a_file_with_many_owners_only_the_bid_of_the_one_shown_is_sought(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case, choice = shelf("bids").case("fund", {}, "full"), Choice("debt_cap", MOVES, FILE)
    assert set(law._bids(case, choice, law_of("debt_cap"))) == {"fund", "unlevered", "workers"}
    monkeypatch.setattr(law, "MOST", 2)
    assert set(law._bids(case, choice, law_of("debt_cap"))) == {"fund"}


# --- the law ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", ["debt_cap", "no_debt", "least_equity", "machines_first"])
def test_a_rule_laid_over_a_scenario_is_the_file_that_declares_it(rule: str) -> None:
    """These files are ``bids`` with one rule more."""
    bids, declared = load("bids").scenario, load(RULES[rule]).scenario
    assert bids is not None
    assert declared is not None
    assert same(studies.with_levers(bids, declared.policy).policy, declared.policy)
    assert same(studies.without_levers(declared).policy, bids.policy)


def test_a_rule_replaces_the_levers_that_a_file_has() -> None:
    capped = load("debt-cap").scenario
    assert capped is not None
    shared = studies.with_levers(capped, law_of("gain_shared")).policy
    assert shared.acquisition_debt is None
    assert float(np.asarray(shared.workers_share_of_gain)) == pytest.approx(0.05)
    thin = studies.with_levers(capped, law_of("thin_equity")).policy
    assert thin.acquisition_debt is None
    assert thin.interest_limit is not None
    assert float(np.asarray(thin.interest_limit.least_equity_to_debt)) == pytest.approx(0.66)
    unlimited = capped.model_copy(
        update={"policy": capped.policy.model_copy(update={"interest_limit": None})}
    )
    taken = studies.with_levers(unlimited, law_of("thin_equity")).policy
    assert taken.interest_limit == law_of("thin_equity").interest_limit
    assert studies.with_levers(unlimited, law_of("debt_cap")).policy.interest_limit is None


def test_before_the_rule_no_lever_is_in_force() -> None:
    for case in some():
        policy = before(case).scenario.policy
        assert all(getattr(policy, name) is None for name in LEVERS)


# --- who gets what ------------------------------------------------------------------------------------------


def test_each_change_is_the_ledgers_and_none_that_is_seen_is_left_out() -> None:
    for case in some():
        old, new, told = got(before(case)), got(case), {one.party: one for one in law.changes(case)}
        for party, one in told.items():
            assert one.before == pytest.approx(old.get(party, 0.0), abs=1.0), (case.owner, party)
            assert one.after == pytest.approx(new.get(party, 0.0), abs=1.0), (case.owner, party)
        missing = {party for party, more in moved(case).items() if abs(more) >= PRINTED_ALIKE} - set(told)
        assert not missing


def test_the_buyer_bears_a_cap_at_the_same_price_and_the_seller_once_it_moves() -> None:
    level, moving = under("debt_cap", SAME), under("debt_cap")
    assert moved(level)["seller"] == pytest.approx(0.0, abs=1.0)
    assert law.earned(level) < 0.20 - 0.01
    assert moved(moving)["seller"] < -1e6
    assert law.earned(moving) == pytest.approx(0.20)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_drawer_lists_what_moves_at_both_prices_and_every_bid(language: str) -> None:
    words = Words(language)
    for case in some():
        said = {one.code: one.text for one in law_told.details([case], words)}
        assert case.reform is not None
        for pricing in PRICINGS:
            if f"at-{pricing}" not in said:
                assert case.reform.bids.get(case.owner) is None
                continue
            other = priced(case, pricing)
            known: dict[str, str | float] = {
                "stake": stake(other),
                "stake_before": stake(before(other)),
                "earned": str(named(other, words)["return_same" if pricing == SAME else "return_moving"]),
            }
            filled = read_back(f"law.all_{pricing}", said[f"at-{pricing}"], language)
            assert filled is not None
            known["parts"] = filled[("parts", "")]
            assert lies(f"law.all_{pricing}", said[f"at-{pricing}"], case, words, **known) == []
            changes = [more for more in moved(other).values() if abs(more) >= PRINTED_ALIKE]
            found = numbers(filled[("parts", "")].replace("+", ""), language)
            assert sorted(found) == pytest.approx(sorted(round(more / 1e6, 1) for more in changes), abs=0.11)
        if "bids" in said:
            bids = [both for both in case.reform.bids.values() if law.known(both[0])]
            amounts = [float(bid.multiple) for both in bids for bid in both if law.known(bid)]
            assert numbers(said["bids"], language)[: len(amounts)] == pytest.approx(amounts, abs=0.006)


def test_who_can_pay_most_is_named_on_both_sides_of_the_rule() -> None:
    words = Words("en")
    (said,) = law_told.first_bidder([under("debt_cap")], words)
    filled = read_back("law.first_bidder", said, "en")
    assert filled is not None
    assert words.say("owners.fund") in filled[("before", "")]
    assert words.say("owners.workers") in filled[("after", "")]
    (tied,) = law_told.first_bidder([under("no_debt")], words)
    assert words.say("owners.unlevered") in tied
    assert words.say("owners.workers") in tied


# --- questions ----------------------------------------------------------------------------------------------


def test_each_wrong_answer_is_a_formula_of_the_run() -> None:
    lead = lead_of(CHAPTER)
    level, old = priced(lead, SAME), before(lead)
    found = law_told.falls(lead)
    interest = [float(one.result.ledger.received("banks", ("interest",))[:6].sum()) for one in (old, level)]
    assert found == {
        "nothing": 0.0,
        "interest": pytest.approx(interest[0] - interest[1], abs=1.0),
        "dearer_money": pytest.approx((times(old) - times(priced(lead, MOVES))) * 4.2e6, rel=1e-6),
        "whole_loan": pytest.approx(18.9e6 - 16.8e6),
    }
    least = min((more, party) for party, more in moved(priced(lead, MOVES)).items() if party != "fund")
    assert law_told.bearer(lead) == least[1] == "seller"


@pytest.mark.parametrize("owner", ["unlevered", "workers"])
def test_nothing_is_asked_of_a_buyer_whom_the_cap_does_not_reach(owner: str) -> None:
    assert law_told.asks(under("debt_cap"))
    assert not law_told.asks(under("debt_cap", owner=owner))


def test_nothing_is_asked_where_nobody_says_what_return_it_wants() -> None:
    assert not law_told.asks(law.under(shelf().case("fund", {}), Choice("debt_cap", MOVES, FILE)))


# --- the figure ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_rings_and_dots_stand_where_the_amounts_are(language: str) -> None:
    words = Words(language)
    for case in (under("debt_cap"), under("machines_first", SAME), under("no_debt", owner="workers")):
        picture = figures.before_after([case], words, "title")
        line, rings, dots, values, *_ = picture.figure["data"]
        assert case.reform is not None
        bids = len(case.reform.bids)
        own = [float(bid.amount) / 1e6 for bid in case.reform.bids[case.owner]]
        assert [rings["x"][0], dots["x"][0]] == pytest.approx(own)
        old, new = got(before(case)), got(case)
        drawn = [*zip(rings["x"][bids:], dots["x"][bids:], strict=True)]
        wanted = [(old.get(one.party, 0.0), new.get(one.party, 0.0)) for one in law.changes(case)]
        place = [one.party for one in law.changes(case)].index(case.party)
        wanted.insert(place, (stake(before(case)), stake(case)))
        assert np.array(drawn) == pytest.approx(np.array(wanted) / 1e6, abs=1e-5)
        assert line["x"][::3] == rings["x"]
        assert line["x"][1::3] == dots["x"]
        for text, first, last in zip(values["text"], rings["x"], dots["x"], strict=True):
            said = numbers(text.replace("+", ""), language)
            assert said[:2] == pytest.approx([first, last], abs=0.0501)
            assert len(said) == (3 if abs(last - first) >= 0.05 else 2)
            assert len(said) == 2 or said[2] == pytest.approx(last - first, abs=0.0501)


def test_a_guessed_fall_is_a_hollow_mark_in_the_buyer_s_row() -> None:
    case = under("debt_cap")
    rings = figures.before_after([case], Words("en"), "", 2.1e6).figure["data"][1]
    own = law.own_bids(case)
    assert own is not None
    assert rings["x"][-1] == pytest.approx(float(own[0].amount) / 1e6 - 2.1)
    assert rings["y"][-1] == rings["y"][0]
    assert rings["marker"]["symbol"][-1].endswith("-open")


def test_the_figure_before_the_answer_has_names_alone() -> None:
    picture = figures.before_after([under("no_debt")], Words("fr"), "title")
    empty = figures.emptied(picture, Words("fr"))
    assert len(picture.figure["data"]) <= 7
    assert all(trace["meta"] == FRAME for trace in empty.figure["data"])
    assert not any(
        char.isdigit() for trace in empty.figure["data"] for text in trace.get("text", ()) for char in text
    )


# --- the page -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_rule_price_and_return_live_in_the_link_and_are_shown(language: str) -> None:
    words = Words(language)
    link = {"rule": "no_debt", "pricing": "same", "asked": "0.15"}
    page = opened(lang=language, chapter="rules", beat="because", **link)
    assert {name: link_of(page)[name] for name in link} == link
    screen = shown(page)
    assert screen.figure["title"].startswith(words.say("law.rules.no_debt"))
    assert law_told.asked_name("0.15", under("no_debt"), words) in screen.lines
    assert words.say("law.of_question") in screen.lines
    resets = [button for button in page.button if button.key == "reset"]
    assert resets
    resets[0].click().run()
    assert not set(link) & set(link_of(page))
    assert words.say("law.of_question") not in shown(page).lines


def test_the_accounts_are_those_of_the_deal_under_the_rule() -> None:
    page = opened(lang="en", chapter="rules", beat="accounts", rule="no_debt")
    assert not page.exception


def test_a_rule_that_is_not_offered_is_mended_with_a_sentence() -> None:
    page = opened(lang="en", chapter="rules", beat="because", rule="taxes")
    assert "rule" not in link_of(page)
    assert any("taxes" in one.value for one in page.warning)


def test_the_first_choices_ask_for_no_place_in_the_link() -> None:
    page = opened(lang="en", chapter="rules", beat="because", rule="debt_cap", pricing="moves", asked="file")
    assert set(link_of(page)) == {"lang", "chapter", "beat"}


def test_what_a_buyer_asks_for_is_said_as_its_file_says_it() -> None:
    words, case = Words("en"), under("debt_cap")
    assert numbers(law_told.asked_name(FILE, case, words), "en") == [20.0]
    silent = law.under(shelf().case("fund", {}), Choice("debt_cap", MOVES, FILE))
    assert law_told.asked_name(FILE, silent, words) == words.say("law.asked_nothing")
    assert [numbers(law_told.asked_name(code, case, words), "en")[0] for code in ASKED[1:]] == [
        10,
        15,
        20,
        25,
        30,
    ]


def test_a_broken_twin_of_the_changes_is_seen() -> None:
    """The check of changes compares with the ledger: a deal that stands for its own past moves nothing."""
    case = under("debt_cap")
    assert case.reform is not None
    twin = replace(case, reform=replace(case.reform, before=case))
    assert all(abs(one.more) < 1.0 for one in law.changes(twin))
    assert any(abs(one.more) >= PRINTED_ALIKE for one in law.changes(case))
    assert facts.closes(case)
    assert isinstance(law_told.details([case], Words("en"))[0], Sentence)


def test_the_numbers_of_the_documents_are_those_of_the_run() -> None:
    """``docs/model.md``, on a rule and its price."""
    level, moving = under("debt_cap", SAME), under("debt_cap")
    assert [times(level), times(moving)] == pytest.approx([4.98, 4.66], abs=0.005)
    assert law.earned(level) == pytest.approx(0.13, abs=0.005)
    assert moved(moving)["seller"] == pytest.approx(-1.35e6, abs=5e3)
    for case in (level, moving):
        assert moved(case)["machines"] == pytest.approx(1.31e6, abs=5e3)
        assert moved(case)["banks"] == pytest.approx(-0.64e6, abs=5e3)
    assert moving.reform is not None
    assert float(moving.reform.bids["workers"][1].multiple) == pytest.approx(4.79, abs=0.005)
