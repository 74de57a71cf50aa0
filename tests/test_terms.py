"""The same terms for all, or those that each owner has obtained in documented cases: two versions."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lbo_model.classroom import link, names, sentences, terms, visit
from lbo_model.classroom.cases import LEADING, OWNERS, Case, shelf, shelf_of
from lbo_model.classroom.chapter import BEFORE_THE_ANSWER
from lbo_model.classroom.chapters import CHAPTERS, chapter_of
from lbo_model.classroom.every_number import items, name_of
from lbo_model.classroom.link import State
from lbo_model.cli import main
from lbo_model.contract import as_json
from lbo_model.engine import run
from lbo_model.scenario.paths import DOCUMENTED, SAME, TERMS, InputError, replaced, with_terms
from lbo_model.scenario_file import dump, load, shipped_names
from lbo_model.words import Words, languages
from tests.invariants import INVARIANTS
from tests.scenario_texts import same, scenario_of
from tests.screens import link_of, opened, shown

HEAD = "format: 1\nextends: {base}\ntitle: {{fr: Essai, en: Trial}}\nstory: {{fr: Essai, en: Trial}}\n"

BY_HAND = {
    "film": """
deals:
  fund:
    terms: {monitoring_fee: 1 %}
    fees: {transaction: {share_of_price: 0.9 %}}
    funding: {loans: {bank: {size: {beyond_equity: 52 %}, rate: 5.5 %}}}
""",
    "unlevered": """
deals:
  unlevered:
    terms: {monitoring_fee: 1 %}
    fees: {transaction: {share_of_price: 0.9 %}}
""",
    "workers-same-tool": """
deals:
  workers:
    funding:
      loans:
        bank: {size: {times_ebitda: 2.5}, rate: 4.5 %, balloon: 0 %}
        seller: {rank: 2, lender: seller, entity: holding, size: {share_of_uses: 19 %}, rate: 2 %,
                 interest_on: opening, repayment: linear, years: 5}
      equity: {workers: {per_head: 4_000, take_up: 80 %}, nobody_yet: rest}
""",
    "scop": """
deals:
  scop:
    fees: {financing: {share_of_debt: 3.3 %}}
    funding:
      loans:
        bank: {size: {times_ebitda: 2.5}, rate: 4.5 %, balloon: 0 %}
        seller: {rank: 2, lender: seller, entity: factory, size: {share_of_uses: 19 %}, rate: 2 %,
                 interest_on: opening, repayment: linear, years: 5}
        participating: {rank: 3, lender: solidarity_lenders, entity: factory, size: {amount: 600_000},
                        rate: 4.5 %, interest_on: opening, repayment: linear, years: 7}
""",
}
"""The documented terms of shipped scenarios, written as the deals of a file."""
CHANGED = {
    "film": ("funding.loans.bank.rate", 0.05),
    "unlevered": ("terms.monitoring_fee", 0.02),
    "workers-same-tool": ("funding.loans.seller.rate", 0.03),
    "scop": ("funding.loans.participating.rate", 0.05),
}
"""A number of each, and another in its range."""


def loaded(text: str, base: str = "film") -> Any:
    return load("trial.yaml", HEAD.format(base=base) + text)


def deals_of(scenario: Any) -> Mapping[str, Any]:
    return as_json(run(scenario), "trial")["deals"]


# --- the model ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BY_HAND)
def test_documented_terms_give_what_the_same_deal_written_by_hand_gives(name: str) -> None:
    scenario = scenario_of(load(name))
    by_hand = deals_of(scenario_of(loaded(BY_HAND[name], name)))
    assert deals_of(with_terms(scenario, DOCUMENTED)) == by_hand
    assert deals_of(with_terms(scenario, SAME)) != by_hand


def test_the_same_terms_are_the_file_as_it_is() -> None:
    for name in shipped_names():
        scenario = scenario_of(load(name))
        assert with_terms(scenario) is scenario
        assert with_terms(scenario, SAME) is scenario
    with pytest.raises(ValueError, match="none of"):
        with_terms(scenario_of(load("film")), "better")


def test_the_documented_fund_pays_what_a_sum_by_hand_says() -> None:
    closing = run(with_terms(scenario_of(load("film")), DOCUMENTED)).deals["fund"].closing
    # 5 x 4.2 M€, 3 % and 0.9 % of it; the lenders' 2.5 % of 48 % of the whole.
    uses = 5 * 4.2e6 * 1.039 / (1 - 0.025 * 0.48)
    assert float(sum(closing.uses.values())) == pytest.approx(uses, abs=1)
    assert float(closing.loans[0]) == pytest.approx(0.48 * uses, abs=1)


def test_the_documented_co_operative_lacks_what_a_sum_by_hand_says() -> None:
    closing = run(with_terms(scenario_of(load("scop")), DOCUMENTED)).deals["scop"].closing
    bank, movement, workers = 2.5 * 4.2e6, 600_000.0, 210 * 0.8 * 4_000.0
    uses = (5 * 4.2e6 * 1.03 + 0.033 * (bank + movement)) / (1 - 0.033 * 0.19)
    assert float(closing.missing) == pytest.approx(uses * 0.81 - bank - movement - workers, abs=1)


@pytest.mark.parametrize("version", TERMS)
@pytest.mark.parametrize("owner", OWNERS)
def test_every_owner_ties_in_both_versions_and_closes_or_says_what_is_missing(
    owner: str, version: str
) -> None:
    for behaviour in ("mechanics", "full"):
        case = shelf("film", version).case(owner, {}, behaviour)
        errors = {
            name: invariant.check(case.result)
            for name, invariant in INVARIANTS.items()
            if behaviour == "mechanics" or name != "mechanics_knows_no_machine"
        }
        assert {name: error for name, error in errors.items() if error > 0.01} == {}
    missing = float(case.result.closing.missing)
    said = [one.code for one in sentences.not_closing([case], Words("en"))]
    assert said == ([f"{owner}-not-closing"] if missing >= 1.0 else [])


def test_a_term_that_its_deal_cannot_take_is_refused_at_its_path() -> None:
    scenario = scenario_of(load("film"))
    for path, value in (("price.multiple", 99), ("funding.loans.bank.rate", "much")):
        path = f"documented_terms.fund.{path}"
        with pytest.raises(InputError) as refused:
            replaced(scenario, {path: value})
        assert [fault.path for fault in refused.value.faults] == [path]
    with pytest.raises(InputError):
        replaced(scenario, {"documented_terms.fund.price.amount": 1})


# --- the file -----------------------------------------------------------------------------------------------


def test_a_file_changes_and_removes_the_terms_of_its_base() -> None:
    dearer = loaded("documented_terms: {fund: {price: {multiple: 6.5}, terms: null}}\n")
    found = scenario_of(dearer).documented_terms["fund"]
    assert found["price"]["multiple"] == 6.5
    assert "terms" not in found
    assert found["funding"]["loans"]["bank"]["rate"] == 0.055
    amount = loaded("documented_terms: {fund: {price: {amount: 20e6}}}\n")
    assert scenario_of(amount).documented_terms["fund"]["price"] == {"amount": 20e6}
    assert with_terms(scenario_of(amount), DOCUMENTED).deals["fund"].price.multiple is None
    none = loaded("documented_terms: {fund: null}\n")
    assert scenario_of(none).documented_terms == {}


def test_terms_of_a_base_go_where_the_deal_can_no_longer_take_them() -> None:
    gone = loaded("deals: {fund: null, other: {form: fund, funding: {equity: {fund: rest}}}}\n")
    assert scenario_of(gone).documented_terms == {}
    other_loan = "{rank: 1, lender: banks, entity: holding, size: {amount: 5e6}, rate: 5 %}"
    without_bank = loaded(
        f"deals: {{fund: {{funding: {{loans: {{bank: null, other: {other_loan[:-1]}, interest_on: opening, "
        "repayment: bullet}}}}}\n"
    )
    assert scenario_of(without_bank).documented_terms == {}


@pytest.mark.parametrize("name", BY_HAND)
def test_a_changed_file_says_its_documented_terms_again(name: str) -> None:
    document = load(name)
    deal = next(iter(scenario_of(document).documented_terms))
    term, value = CHANGED[name]
    path = f"documented_terms.{deal}.{term}"
    changes = {path: value}
    wanted = replaced(scenario_of(document), changes)
    for whole in (False, True):
        written = load(f"{name}.yaml", dump(document, changes, whole=whole))
        assert same(scenario_of(written), wanted)
        assert written.notes[path].tag == load(name).notes[path].tag


def test_every_documented_number_has_a_source_a_tag_and_a_name() -> None:
    for name in BY_HAND:
        documented = [item for item in items(load(name)) if item.documented and item.unit != "count"]
        assert documented
        for item in documented:
            assert item.citation is not None, item.path
            assert item.note.tag is not None, item.path
            for language in languages():
                assert "documented_terms" not in name_of(item, Words(language))
                assert "deals." not in name_of(item, Words(language))


# --- command line, link, page -------------------------------------------------------------------------------


def test_the_command_line_runs_either_version(capsys: pytest.CaptureFixture[str]) -> None:
    for version, share in (("same", 0.9), ("documented", 0.48)):
        assert main(["run", "film", "--terms", version, "--format", "json"]) == 0
        tree = json.loads(capsys.readouterr().out)
        assert tree["terms"] == version
        sources = tree["deals"]["fund"]["closing"]["sources"]
        assert sources["bank"] / sum(sources.values()) == pytest.approx(share)
    assert main(["limits", "film", "--terms", "documented", "--format", "json"]) == 0
    tree = json.loads(capsys.readouterr().out)
    uses = 5 * 4.2e6 * 1.039 / (1 - 0.025 * 0.48)
    assert tree["terms"] == "documented"
    assert tree["deals"]["fund"]["today"]["debt"] == pytest.approx(0.48 * uses, abs=1)
    assert main(["run", "growth", "--terms", "documented", "--language", "en"]) == 1
    assert "growth.yaml" in capsys.readouterr().err


def test_the_link_holds_the_terms_and_an_old_link_means_the_same_for_all() -> None:
    old = link.read({"chapter": ["compare"]}, visit.CHOICES)
    assert old.state.terms == SAME
    assert "terms" not in link.write(old.state, visit.CHOICES, {})
    state = State("film", "fr", "all", "compare", "remember", terms=DOCUMENTED, knobs={"rate": 0.07})
    written = link.write(state, visit.CHOICES, {})
    assert written["terms"] == DOCUMENTED
    back = link.read({name: [value] for name, value in written.items()}, visit.CHOICES)
    # 7 % is what all are offered, yet moves owners who start from documented rates.
    assert link.check(back, shelf().offer).state == state


def bank_rate(case: Case) -> float | None:
    loan = case.result.deal.funding.loans.get("bank")
    return None if loan is None or loan.rate is None else float(loan.rate)


def test_owners_are_compared_in_both_versions_and_no_number_of_the_first_moves() -> None:
    for version in TERMS:
        cases, refused = shelf("film", version).compared(tuple(OWNERS), {}, "full")
        assert [case.owner for case in cases] == list(OWNERS)
        assert refused == {}
    assert {float(case.result.closing.multiple) for case in cases} == {5.0}
    rates = {case.owner: bank_rate(case) for case in cases if case.owner != "family"}
    assert rates == {"fund": 0.055, "workers": 0.045, "scop": 0.045, "unlevered": None}
    turned, _ = shelf("film", DOCUMENTED).compared(("fund", "scop"), {"rate": 0.06}, "full")
    assert [bank_rate(case) for case in turned] == [0.06, 0.06]


def test_without_documented_terms_there_is_one_version() -> None:
    assert shelf("growth", DOCUMENTED).terms == SAME
    scenario = scenario_of(loaded("documented_terms: {fund: null}\n"))
    assert shelf_of("own", scenario, DOCUMENTED).terms == SAME


def test_chapters_that_compare_owners_can_be_shown_on_either_terms() -> None:
    several = {one.slug for one in CHAPTERS if len(one.owners) > 1 and one.shelf is None}
    assert {chapter.slug for chapter in CHAPTERS if chapter.both_terms} == several | {"coop"}


@pytest.mark.parametrize("language", languages())
def test_the_page_lists_what_each_owner_has_obtained(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    words = Words(language)
    monkeypatch.setattr(visit, "document_of_owner", lambda owner: load(OWNERS[owner][0]))
    monkeypatch.setattr(visit, "has_both_terms", lambda _: True)
    on = shelf("film", DOCUMENTED)
    scop = terms.rows(on.case("scop", {}), words)
    assert len(scop) == 10
    assert all(row[3] != words.say("assumptions.unsaid") for row in scop)
    assert [row[0] for row in terms.rows(on.case("family", {}), words)] == [words.say("terms.nothing")]
    chapter = chapter_of("compare")
    said = {
        version: [
            one.code
            for one in terms.version(
                words, chapter, shelf("film", version).compared(("fund", "scop"), {}, "full")[0]
            )
        ]
        for version in TERMS
    }
    assert said == {"same": [], "documented": ["terms"]}


def test_prices_are_said_where_documented_terms_make_them_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visit, "has_both_terms", lambda _: True)
    plain = "{form: unlevered, funding: {loans: {bank: null}, equity: {fund: rest}}}"
    text = f"deals: {{plain: {plain}}}\ndocumented_terms: {{fund: {{price: {{multiple: 6}}}}}}\n"
    on = shelf_of("trial", scenario_of(loaded(text)), DOCUMENTED)
    cases = on.compared(("fund", "plain"), {}, "mechanics")[0]
    found = {one.code: one.text for one in terms.version(Words("en"), chapter_of("compare"), cases)}
    assert list(found) == ["terms", "terms-prices", "terms-end"]
    assert "€25.2\u00a0M" in found["terms-prices"]
    assert "€21.0\u00a0M" in found["terms-prices"]


def switches(page: AppTest) -> list[Any]:
    return [radio for radio in page.radio if radio.key.startswith("switch.terms")]


BOTH = [(chapter.slug, beat) for chapter in CHAPTERS if chapter.both_terms for beat in chapter.beats]


@pytest.mark.parametrize(("slug", "beat"), BOTH)
def test_a_screen_says_which_version_it_draws_and_asks_on_the_same_terms(slug: str, beat: str) -> None:
    words = Words("fr")
    page = opened(lang="fr", chapter=slug, beat=beat, terms="documented")
    assert not page.exception
    assert link_of(page)["terms"] == "documented"
    before = opened(lang="fr", chapter=slug, beat=beat)
    if beat in BEFORE_THE_ANSWER:
        assert shown(page) == shown(before)
        assert not switches(page)
        return
    said = words.say("terms.drawn")
    assert [said in shown(screen).text for screen in (before, page)] == [False, True]
    titles = [words.say(f"terms.title_{version}") for version in TERMS]
    labels = [[one.label for one in screen.expander if one.label in titles] for screen in (before, page)]
    assert labels == [titles[:1], titles[1:]]
    assert words.say("terms.of_questions") in shown(page).text or beat in ("remember", "reveal", "seen")
    switches(page)[0].set_value("same").run()
    assert "terms" not in link_of(page)
    assert shown(page) == shown(before)


def test_a_shelf_without_documented_terms_has_no_switch() -> None:
    page = opened(lang="en", scenario="growth", chapter="compare", beat="because", terms="documented")
    assert not page.exception
    assert not switches(page)


# --- what the seller is paid --------------------------------------------------------------------------------


@pytest.mark.parametrize("language", languages())
def test_the_seller_is_paid_alike_by_all_only_where_nobody_buys_on_its_credit(language: str) -> None:
    """2 % of 19 % of the uses, of four fifths of it, and so on over five equal years: three times the first
    year's in all."""
    words, compared = Words(language), ("fund", "workers", "scop")
    alike, apart = ([shelf(LEADING, one).case(owner, {}) for owner in compared] for one in (SAME, DOCUMENTED))
    assert sentences.on_the_seller(alike, words) == words.say("chapters.compare.seller_same")
    assert sentences.on_the_seller_as_drawn(alike, words) == []
    each = []
    for case in apart[1:]:
        uses = sum(float(amount) for amount in case.result.closing.uses.values())
        interest = 3.0 * 0.02 * 0.19 * uses
        assert float(case.result.ledger.received("seller", ("interest",)).sum()) == pytest.approx(interest)
        owner = names.of_case(case, words)
        each.append(words.say("chapters.compare.seller_earns", owner=owner, interest=interest))
    told = words.say("chapters.compare.seller_drawn", each=words.say("page.list").join(each))
    assert sentences.on_the_seller_as_drawn(apart, words) == [told]
    assert each[0] in sentences.on_the_seller(apart, words)
    assert words.say("chapters.compare.seller_same") not in sentences.on_the_seller(apart, words)


def test_what_is_said_of_the_seller_follows_the_terms_drawn() -> None:
    said = {}
    for drawn in TERMS:
        more = shown(opened(lang="en", chapter="compare", beat="because", terms=drawn)).figure["more"]
        said[drawn] = any("interest on its credit" in text for _, text, _ in more)
    assert said == {SAME: False, DOCUMENTED: True}


def test_a_file_whose_common_terms_have_a_seller_s_credit_is_not_said_to_pay_alike() -> None:
    words = Words("en")
    seller = "{rank: 2, lender: seller, entity: holding, size: {share_of_uses: 10 %}, rate: 3 %, "
    seller += "interest_on: opening, repayment: linear, years: 5}"
    scenario = scenario_of(loaded(f"deals: {{fund: {{funding: {{loans: {{seller: {seller}}}}}}}}}\n"))
    case = shelf_of("own", scenario).case("fund", {})
    assert "also pay it interest" in sentences.on_the_seller([case], words)
