import json
import re
from collections import Counter
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from ruamel.yaml import YAML

from lbo_model.cli import schema_text
from lbo_model.engine import run
from lbo_model.quantities import Series, WholeYears, parse_number
from lbo_model.scenario.paths import declaration, get, replaced
from lbo_model.scenario_file import dump, json_schema, load, shipped_folder
from lbo_model.scenario_file.write import styled
from lbo_model.words import Words, languages
from tests.scenario_texts import BAD, HEAD, SHIPPED, numbers, same, scenario_of, shipped_text

PRICE = "deals.fund.price.multiple"
STAKE = "deals.fund.funding.equity.fund"
FUNDING = "deals: {fund: {funding: {equity: {fund: rest}}}}"
BAD_FILES = sorted(BAD.glob("*.yaml"))


def codes(text: str | bytes) -> list[str]:
    return [problem.code for problem in load("trial.yaml", text).problems]


def scenario(text: str):
    return scenario_of(load("trial.yaml", text))


# --- shipped files ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_file_loads_without_a_problem(name):
    assert scenario_of(load(name)).format == 1


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_file_obeys_the_json_schema(name):
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    written = YAML(typ="safe", pure=True).load(shipped_text(name))
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(written)) == []


def test_the_shipped_json_schema_is_current():
    assert (shipped_folder() / "schema.json").read_text(encoding="utf-8") == schema_text()


@pytest.mark.parametrize(
    "wrong",
    [
        {"deals": {"fund": {"price": {"multiple": 55}}}},
        {"deals": {"fund": {"prise": {}}}},
        {"every_deal": {"exit": {"year": "five"}}},
        {"factory": {"opening_cash": "5 %"}},
        {"factory": {"opening_cash": {"value": 5, "tag": "guess"}}},
        {"behaviour": "sideways"},
    ],
)
def test_the_json_schema_refuses_what_is_wrong(wrong):
    start = {"format": 1, "extends": "film", "title": {"fr": "a"}, "story": {"fr": "a"}}
    validator = jsonschema.Draft202012Validator(json_schema())
    assert validator.is_valid(start)
    assert not validator.is_valid(start | wrong)


def test_a_file_that_extends_nothing_must_be_complete_for_the_json_schema():
    alone = {"format": 1, "title": {"fr": "a"}, "story": {"fr": "a"}}
    assert not jsonschema.Draft202012Validator(json_schema()).is_valid(alone)


def test_every_number_of_the_base_says_where_it_comes_from():
    base = load("base")
    text = HEAD.replace("film", "base") + "deals: {fund: {form: fund, funding: {equity: {fund: rest}}}}\n"
    for path in numbers(scenario(text)):
        note = load("trial.yaml", text).notes[path]
        assert note.source in scenario_of(base).citations
        assert note.tag is not None


# --- bad files ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", BAD_FILES, ids=lambda path: path.stem)
def test_a_bad_file_gives_its_expected_problems_at_their_lines(path):
    content = path.read_bytes().replace(b"\0", b"")  # one of the files is in UTF-16
    expected = re.search(rb"# expects: ([^\r\n]+)", content)
    document = load(path)
    assert expected is not None
    assert document.scenario is None
    assert ", ".join(f"{one.code}@{one.line}" for one in document.problems) == expected[1].decode()
    for language in languages():
        for problem in document.problems:
            sentence = Words(language).problem(problem)
            assert problem.file in sentence
            assert len(sentence) < 500


def test_problems_come_sorted_by_line_and_each_is_said_once_for_all_deals():
    text = HEAD + "deals:\n  second:\n    form: fund\n    funding: {equity: {fund: rest}}\n"
    problems = load("trial.yaml", text + "every_deal: {exit: {year: 0}}\nhorizon: 99\n").problems
    assert [(one.code, one.line) for one in problems] == [("out_of_range", 9), ("out_of_range", 10)]


def test_a_problem_of_a_base_names_the_base():
    problem = load(BAD / "broken-base.yaml").problems[0]
    assert (problem.file, problem.path) == ("unknown-keys.yaml", "deals.fund.prise")


def test_a_problem_offers_the_value_that_was_probably_meant():
    text = HEAD + "deals: {fund: {funding: {loans: {bank: {rate: 6}}}}}\n"
    assert load("trial.yaml", text).problems[0].facts["example"] == 0.06


def test_a_problem_offers_the_value_of_the_base_otherwise():
    text = HEAD + "deals: {fund: {price: {multiple: 55}}}\n"
    problem = load("film.yaml", text).problems[0]
    said = "film.yaml, ligne 5, deals.fund.price.multiple : 55 trouvé, permis de 0 à 30 ; par exemple : 5"
    assert Words("fr").problem(problem) == said


def test_what_the_unknown_form_of_a_deal_may_hold_is_what_any_form_may_hold():
    problems = load(BAD / "unknown-form-and-more.yaml").problems
    (unknown,) = [one for one in problems if one.path == "deals.fund.terms.labor_votes"]
    assert {"monitoring_fee", "workers_votes"} <= set(unknown.facts["allowed"])
    assert "workers_votes" in unknown.facts["nearest"]


def test_whoever_writes_a_per_cent_sign_is_offered_the_nearer_end():
    text = HEAD + "deals: {fund: {terms: {monitoring_fee: 30 %}}}\n"
    assert load("trial.yaml", text).problems[0].facts["example"] == 0.2


@pytest.mark.parametrize(
    ("name", "found", "neighbours"),
    [
        ("line-too-far-right", 5, [4]),
        ("line-below-a-text", 6, [4]),
        ("line-between-two-levels", 3, [2, 4]),
        ("first-line-too-far-right", 4, [2, 6]),
    ],
)
def test_a_line_out_of_line_is_told_its_spaces_and_those_of_its_neighbours(name, found, neighbours):
    (problem,) = load(BAD / f"{name}.yaml").problems
    assert problem.facts == {"found": found, "allowed": neighbours}
    assert f"{found} ; au début de ses voisines : {neighbours[0]}" in Words("fr").problem(problem)


def test_the_next_line_of_a_text_may_be_deeper_and_is_not_called_out_of_line():
    text = HEAD.replace(
        "{fr: Essai, en: Trial}\nstory", "\n  fr: Et si\n    le prix : montait\n  en: Trial\nstory"
    )
    assert codes(text) == codes(text.replace("prix :", "prix:")) == ["colon_in_text"]
    assert codes(text.replace("prix :", "prix")) == []


# --- what is read and how -----------------------------------------------------------------------------------


def test_a_file_may_begin_with_a_byte_order_mark_and_end_its_lines_as_windows_does():
    plain = HEAD + "horizon: 6\n"
    for text in (b"\xef\xbb\xbf" + plain.encode(), plain.replace("\n", "\r\n").encode(), "\ufeff" + plain):
        assert scenario(text).horizon == 6


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u202f", ""])
def test_a_per_cent_sign_may_follow_any_space(space):
    text = HEAD + f"deals: {{fund: {{funding: {{loans: {{bank: {{rate: 6{space}%}}}}}}}}}}\n"
    assert scenario(text).deals["fund"].funding.loans["bank"].rate == 0.06


@pytest.mark.parametrize(
    "written", ["12000000", "12_000_000", "12 000 000", "12e6", "1.2e7", "12\u202f000\u202f000"]
)
def test_an_amount_may_be_written_in_several_ways(written):
    assert (
        scenario(HEAD + f"factory:\n  machines:\n    opening: {written}\n").factory.machines.opening == 12e6
    )


def test_a_file_larger_than_the_limit_is_refused_before_it_is_parsed(tmp_path):
    path = tmp_path / "large.yaml"
    path.write_text("# " + "x" * 200_000, encoding="utf-8")
    assert [one.code for one in load(path).problems] == ["too_large"]
    assert codes("[" * 200_001) == ["too_large"]


@pytest.mark.parametrize("source", ["nowhere", "no/where.yaml", "", "a\0b", Path("/")])
def test_a_file_that_is_not_there_is_a_problem(source):
    problems = load(source).problems
    assert [one.code for one in problems] in (["file_not_found"], ["file_unreadable"])
    assert Words("en").problem(problems[0])


def test_a_text_is_never_interpreted():
    title = "$PATH {0} %s <b>a</b> :red[b] [c](http://d) {{e}}"
    text = HEAD.replace("Essai", json.dumps(title), 1)
    assert scenario(text).title.fr == title


def test_a_number_keeps_what_is_known_of_it():
    document = load("scop")
    note = document.notes["deals.scop.funding.equity.workers.per_head"]
    assert (note.value, note.source, note.tag, note.low, note.high) == (
        "4_000",
        "tickets",
        "read",
        1500,
        12000,
    )
    assert get(scenario_of(document), "deals.scop.funding.equity.workers.per_head") == 4000


def test_every_value_keeps_the_place_where_it_was_written():
    places = load("film").locations
    assert places["deals.fund.form"].file == "film.yaml"
    assert places["deals.fund.price.multiple"].file == "base.yaml"
    line = shipped_text("base").split("\n")[places["deals.fund.price.multiple"].line - 1]
    assert "multiple: {value: 5" in line


# --- one file laid on another -------------------------------------------------------------------------------


def test_the_words_nearest_to_the_deal_win(tmp_path):
    fees = "fees: {buyer: {share_of_price: %s}}"
    (tmp_path / "ground.yaml").write_text(
        HEAD.replace("film", "base")
        + "every_deal:\n  exit: {year: 2}\n  plan: {payout: 10 %}\n"
        + "deals:\n  one:\n    form: fund\n    funding: {equity: {fund: rest}}\n    exit: {year: 4}\n",
        encoding="utf-8",
    )
    text = HEAD.replace("film", "ground") + "every_deal:\n  exit: {year: 3}\n  plan: {payout: 20 %}\n"
    text += "  " + fees % "1 %" + "\ndeals:\n  one:\n    " + fees % "2 %" + "\n"
    deal = scenario_of(load("trial.yaml", text, [tmp_path])).deals["one"]
    # Rising: every deal of the base, every deal of the file, the deal of the base, the deal of the file.
    assert (deal.exit.year, deal.plan.payout, deal.fees.buyer.share_of_price) == (4, 0.2, 0.02)


def test_null_removes_what_the_base_says():
    text = HEAD + "deals: {fund: {fees: {buyer: null}}}\n"
    assert scenario(text).deals["fund"].fees.buyer is None
    assert codes(HEAD + "deals: {fund: null}\n") == []


@pytest.mark.parametrize(
    ("change", "path", "value"),
    [
        ("price: {amount: 20e6}", "price.amount", 20e6),
        (
            "funding: {loans: {bank: {size: {amount: 9e6}}}, equity: {fund: rest}}",
            "funding.loans.bank.size.amount",
            9e6,
        ),
        ("plan: {capex_floor: {share_of_machines: 1 %}}", "plan.capex_floor.share_of_machines", 0.01),
        ("fees: {buyer: {amount: 0}}", "fees.buyer.amount", 0),
        ("exit: {multiple: 5.5}", "exit.multiple", 5.5),
    ],
)
def test_another_way_to_say_an_amount_replaces_that_of_the_base(change, path, value):
    found = get(scenario(HEAD + f"deals: {{fund: {{{change}}}}}\n"), f"deals.fund.{path}")
    assert (found.at(0) if isinstance(found, Series) else found) == value


def test_a_margin_replaces_a_fixed_rate():
    text = (
        HEAD
        + "weather: {base_rate: 2 %}\ndeals: {fund: {funding: {loans: {bank: {margin: 3 %, floor: 0}}}}}\n"
    )
    loan = scenario(text).deals["fund"].funding.loans["bank"]
    assert (loan.rate, loan.margin, loan.floor) == (None, 0.03, 0)


def test_one_margin_replaces_the_whole_operations():
    text = HEAD + "factory: {operations: {ebitda_margin: [14 %, 15 %]}}\n"
    assert scenario(text).factory.operations.ebitda_margin.at(3) == 0.15


def test_the_last_value_of_a_short_list_by_year_goes_on_to_the_horizon():
    one = scenario(HEAD + "weather: {demand: [1, 1, 0.95]}\n")
    assert [one.weather.demand.at(date) for date in range(one.horizon + 1)] == [1, 1, *[0.95] * 4]
    sales = run(one).deals["fund"].lines.sales
    assert sales[5] == sales[2] == pytest.approx(0.95 * sales[1])


def test_a_number_of_its_own_does_not_inherit_a_source():
    text = HEAD + "deals: {fund: {price: {multiple: {value: 6, tag: choice}}}}\n"
    note = load("trial.yaml", text).notes["deals.fund.price.multiple"]
    assert (note.tag, note.source, note.high) == ("choice", None, None)


def test_a_file_finds_its_base_beside_itself_before_the_shipped_ones(tmp_path):
    (tmp_path / "film.yaml").write_text(HEAD.replace("film", "base") + "horizon: 7\n", encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(HEAD, encoding="utf-8")
    assert scenario_of(load(tmp_path / "mine.yaml")).horizon == 7


def test_files_may_extend_one_another_five_times_and_no_more(tmp_path):
    for step in range(7):
        text = HEAD.replace("film", f"step{step - 1}" if step else "base")
        (tmp_path / f"step{step}.yaml").write_text(text, encoding="utf-8")
    assert load(tmp_path / "step4.yaml").problems == ()
    assert [one.code for one in load(tmp_path / "step5.yaml").problems] == ["chain_too_long"]


def test_two_files_that_extend_each_other_are_refused(tmp_path):
    for name, other in (("a", "b"), ("b", "a")):
        (tmp_path / f"{name}.yaml").write_text(HEAD.replace("film", other), encoding="utf-8")
    assert [one.code for one in load(tmp_path / "a.yaml").problems] == ["base_in_a_circle"]


def test_a_knob_of_the_base_that_moves_nothing_here_is_left_out():
    assert "rate" in scenario_of(load("film")).knobs
    assert "rate" not in scenario_of(load("unlevered")).knobs


def test_the_digest_tells_a_change_of_the_base(tmp_path):
    path, base = tmp_path / "mine.yaml", tmp_path / "ground.yaml"
    path.write_text(HEAD.replace("film", "ground"), encoding="utf-8")
    base.write_text(HEAD, encoding="utf-8")
    before = load(path).digest
    assert load(path).digest == before
    base.write_text(HEAD + "horizon: 6\n", encoding="utf-8")
    assert load(path).digest != before


# --- writing ------------------------------------------------------------------------------------------------


def moved(one, path):
    """Another lawful value near the one at a path, which keeps the deal lawful too."""
    number, now = declaration(one, path), get(one, path)
    value = float(now.at(0)) if isinstance(now, Series) else float(now)
    if isinstance(number.quantity, WholeYears):
        return value + 1.0
    near = value * 0.99 if value else min(0.001, number.quantity.high)
    return near if number.quantity.low <= near else value


@pytest.mark.parametrize("name", SHIPPED)
def test_an_unchanged_file_is_written_as_it_was(name):
    assert dump(load(name)) == shipped_text(name)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_change_of_any_number_is_read_back_and_keeps_every_comment(name):
    document = load(name)
    before = scenario_of(document)
    comments = Counter(re.findall(r"#.*", document.text))
    inherited = {path for path in numbers(before) if document.locations[path].file != f"{name}.yaml"}
    # Every number of base, one in three of another file's own, and a few of those of its base, which it then
    # writes itself.
    own = sorted(set(numbers(before)) - inherited)
    for path in [*(own if name == "base" else own[::3]), *sorted(inherited)[::20]]:
        changes = {path: moved(before, path)}
        text = dump(document, changes)
        again = load(f"{name}.yaml", text)
        assert [one.code for one in again.problems] in ([], ["over_financed"], ["unlawful_split"]), path
        if again.scenario is not None:
            assert same(again.scenario, replaced(before, changes)), path
        assert Counter(re.findall(r"#.*", text)) == comments


def test_several_changes_at_once_are_read_back():
    document = load("film")
    changes = {
        "deals.fund.price.multiple": 5.25,
        "deals.fund.funding.loans.bank.rate": 0.0725,
        "deals.fund.exit.year": 4,
        "weather.demand": [1, 0.65, 0.85],
        "factory.operations.sales": 28e6,
    }
    text = dump(document, changes)
    assert same(scenario(text), replaced(scenario_of(document), changes))
    assert "rate: 7.25 %" in text
    assert "sales: 28_000_000" in text
    assert text.startswith(document.text.split("deals:")[0])


def test_a_long_form_keeps_its_source_within_its_range_and_stands_alone_beyond():
    document = load("scop")
    path = "deals.scop.funding.equity.workers.per_head"
    assert "per_head: {value: 5_000, source: tickets, tag: read, low: 1_500" in dump(document, {path: 5000})
    beyond = dump(document, {path: 1_000})
    assert "per_head: 1_000\n" in beyond
    assert load("scop.yaml", beyond).problems == ()


@pytest.mark.parametrize(
    ("text", "path", "value", "written"),
    [
        ("deals: {fund: {price: {multiple: 5}}} # why\n", PRICE, 6, "price: {multiple: 6}}} # why"),
        ("deals: {fund: {price: {}}}\n", PRICE, 6, "price: {multiple: 6}"),
        ("deals: {fund: {exit: {year: 4}}}", PRICE, 6, "exit: {year: 4}, price: {multiple: 6}"),
        ("deals:\n  fund:\n    exit: {year: 4} # end", PRICE, 6, "    price:\n      multiple: 6\n"),
        ("weather:\n  demand:\n  - 1\n  - 0.9\n", "weather.demand", [1, 0.8], "  demand: [1, 0.8]\n"),
        ("weather:\n  demand:\n    0.9\n", "weather.demand", 0.8, "  demand: 0.8\n"),
        ('factory:\n  opening_cash: "12 000"\n', "factory.opening_cash", 13_000, "cash: 13 000\n"),
        ("factory:\n  opening_cash: 12e3\n", "factory.opening_cash", 13_000, "cash: 13e3\n"),
        ("horizon: 6\n", f"{STAKE}.rollover", True, "          rollover: true\n"),
        (f"{FUNDING}\n", f"{STAKE}.rollover", True, "fund: {rest: true, rollover: true}"),
    ],
)
def test_a_change_is_written_in_the_style_of_the_file(text, path, value, written):
    document = load("trial.yaml", HEAD + text)
    changed = dump(document, {path: value})
    assert written in changed
    assert same(scenario(changed), replaced(scenario_of(document), {path: value}))


@pytest.mark.parametrize(
    ("number", "like", "written"),
    [
        (0.07, "6 %", "7 %"),
        (0.07, "6%", "7%"),
        (0.151, "6 %", "15.1 %"),
        (13_000_000, "12_000_000", "13_000_000"),
        (13e6, "12e6", "13e6"),
        (0.07, "0.06", "0.07"),
        (5.25, "5", "5.25"),
        (1 / 3, "5", "0.3333333333333333"),
        (-1_234_567.5, "1_000", "-1_234_567.5"),
    ],
)
def test_a_number_takes_the_style_of_another(number, like, written):
    assert styled(number, like) == written


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("like", ["6 %", "12_000_000", "12 000", "12e6", "5", ""])
def test_a_styled_number_reads_back_exactly(seed, like):
    for number in np.random.default_rng(seed).normal(0, 10.0 ** (seed - 8), 20):
        parsed = parse_number(styled(float(number), like))
        assert parsed is not None
        assert parsed[0] == float(number)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_self_contained_file_needs_no_base_and_says_the_same(name):
    document = load(name)
    text = dump(document, whole=True)
    again = load(f"{name}.yaml", text)
    assert again.bases == ()
    assert "every_deal" not in text
    if name != "base":  # the base's offer to every deal is used up where there is no deal
        assert same(scenario_of(again), scenario_of(document))
        assert again.notes == document.notes
        assert max(map(len, text.split("\n"))) < 150


def test_a_self_contained_file_holds_the_changes():
    text = dump(load("film"), {"deals.fund.price.multiple": 5.5}, whole=True)
    assert "multiple: {value: 5.5" in text or "multiple: 5.5" in text
    assert scenario(text).deals["fund"].price.multiple == 5.5


def test_a_file_with_problems_is_neither_changed_nor_completed():
    document = load("trial.yaml", HEAD + "horizon: 99\n")
    assert dump(document) == document.text
    with pytest.raises(ValueError, match="has problems"):
        dump(document, {"horizon": 5})


def test_a_long_text_survives_in_a_self_contained_file():
    for title in (
        "mot " * 40 + "fin",
        "mot\u00a0: " * 30 + "fin",
        "deux  espaces " * 20,
        "a\nb " * 40,
        "#" * 120,
    ):
        text = HEAD.replace("{fr: Essai,", f"{{fr: {json.dumps(title)},", 1)
        assert scenario(dump(load("trial.yaml", text), whole=True)).title.fr == title


def test_the_name_of_an_upload_cannot_write_into_a_file():
    name = "mine.yaml\ndeals: 5"
    assert scenario(dump(load(name, HEAD), whole=True)).deals.keys() == {"fund"}


def test_an_array_has_no_place_in_a_file():
    with pytest.raises(TypeError):
        dump(load("film"), {"deals.fund.price.multiple": np.array([4.0, 5.0])})
