import csv
import io
import json
import os
import re
import subprocess
import sys
from itertools import cycle
from pathlib import Path

import pytest

from lbo_model.cli import main
from lbo_model.cli.parser import parser
from lbo_model.forms import FORMS
from lbo_model.scenario_file import load, shipped_folder
from lbo_model.words import Words
from tests.scenario_texts import BAD, HEAD, SHIPPED, scenario_of

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def french(monkeypatch):
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")


def test_sound_files_pass_the_check(capsys):
    assert main(["check", *SHIPPED]) == 0
    assert "film.yaml : rien à signaler" in capsys.readouterr().out


def test_a_bad_file_fails_the_check_with_all_its_problems(capsys):
    assert main(["check", "film", str(BAD / "unknown-keys.yaml"), "--language", "en"]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "film.yaml: nothing to report"
    assert [line.split(",")[1] for line in said[1:]] == [" line 8", " line 9"]


@pytest.mark.parametrize(("system", "word"), [("en_GB.UTF-8", "nothing"), ("C", "rien"), ("", "rien")])
def test_the_environment_says_the_language(monkeypatch, capsys, system, word):
    monkeypatch.setenv("LANG", system)
    main(["check", "film"])
    assert word in capsys.readouterr().out


def test_a_new_scenario_is_sound_and_never_overwrites(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["new", "mine"]) == 0
    assert main(["check", "mine.yaml"]) == 0
    assert main(["new", "mine"]) == 1
    assert "existe déjà" in capsys.readouterr().err


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_line_of_a_new_scenario_may_be_tried(tmp_path, monkeypatch, language):
    monkeypatch.chdir(tmp_path)
    main(["new", "mine", "--language", language])
    lines = Path("mine.yaml").read_text(encoding="utf-8").split("\n")
    tried = [line[1:] if line.startswith("#    ") else line for line in lines]
    tried = [line[1:] if line.startswith(("#weather:", "#  demand:")) else line for line in tried]
    Path("mine.yaml").write_text("\n".join(tried), encoding="utf-8")
    scenario = scenario_of(load(Path("mine.yaml")))
    assert scenario.deals["fund"].exit.year == 4
    assert scenario.weather.demand.at(2) == 0.65


@pytest.mark.parametrize("name", ["film", "base", "../mine", "Mine", ""])
def test_a_new_scenario_has_a_name_of_its_own(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    assert main(["new", name]) == 1
    assert list(tmp_path.iterdir()) == []


def test_the_schema_is_printed_as_it_is_kept(capsys):
    assert main(["schema"]) == 0
    assert capsys.readouterr().out == (shipped_folder() / "schema.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_scenario_runs_in_the_terminal(capsys, name, language):
    assert main(["run", name, "--language", language]) == 0
    assert getattr(scenario_of(load(name)).title, language) in capsys.readouterr().out


def words_of(text):
    return set(re.findall(r"[^\W\d_]+", text))


FOREIGN = {
    "fr": {
        "usage",
        "positional",
        "arguments:",
        "show",
        "message",
        "exit",
        "error",
        "fund",
        "bank",
        "unrecognized",
    },
    "en": {"utilisation", "commandes", "affiche", "montage", "fonds", "il", "prêt"},
}


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("command", [[], ["check"], ["run"], ["limits"], ["storms"], ["new"], ["schema"]])
def test_help_speaks_one_language(capsys, command, language):
    with pytest.raises(SystemExit) as left:
        main([*command, "--help", "--language", language])
    said = capsys.readouterr().out
    assert left.value.code == 0
    assert said.startswith(Words(language).say("cli.heading.usage"))
    assert not words_of(said.replace("deals.fund", "")) & FOREIGN[language]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], "missing", {"found": "COMMAND"}),
        (
            ["dance"],
            "choice",
            {"name": "COMMAND", "found": "dance", "allowed": "check, schema, new, run, limits, storms"},
        ),
        (["run"], "missing", {"found": "FILE"}),
        (["run", "film", "--nope", "x"], "unknown", {"found": "--nope x"}),
        (["run", "film", "--form", "csv"], "unknown", {"found": "--form csv"}),
        (
            ["run", "film", "--format", "x"],
            "choice",
            {"name": "--format", "found": "x", "allowed": "table, json, csv"},
        ),
        (["run", "film", "--deal"], "no_value", {"name": "--deal"}),
        (
            ["limits", "film", "--format", "csv"],
            "choice",
            {"name": "--format", "found": "csv", "allowed": "table, json"},
        ),
        (["schema", "--write=yes"], "value", {"name": "--write", "found": "yes"}),
    ],
)
def test_errors_in_the_arguments_are_said_in_the_language_asked_for(capsys, arguments, code, said, language):
    with pytest.raises(SystemExit) as left:
        main(["--language", language, *arguments])
    words = Words(language)
    own = {"COMMAND": words.say("cli.metavar.command"), "FILE": words.say("cli.metavar.file")}
    sentence = words.say(f"cli.error.{code}", **{name: own.get(fact, fact) for name, fact in said.items()})
    *usage, last = capsys.readouterr().err.splitlines()
    assert left.value.code == 2
    assert usage[0].startswith(words.say("cli.heading.usage"))
    assert last.endswith(sentence)


def test_a_language_that_is_none_is_refused_in_a_sentence(capsys):
    for arguments in (["check", "film", "--language", "xx"], ["check", "film", "--language"]):
        with pytest.raises(SystemExit):
            main(arguments)
        assert "--language" in capsys.readouterr().err.splitlines()[-1]


def test_an_error_that_argparse_may_learn_tomorrow_is_not_said_in_english(capsys):
    with pytest.raises(SystemExit):
        parser(Words("fr")).error("something new")
    assert capsys.readouterr().err.endswith(f"{Words('fr').say('cli.error.other')}\n")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_table_is_in_the_words_of_its_language(capsys, language):
    main(["run", "film", "--language", language])
    said = capsys.readouterr().out
    name = {"fr": "« fund »", "en": "“fund”"}[language]  # the word of the file, in quotes
    assert name in said.splitlines()[2]
    assert not words_of(said.replace(name, "")) & ({"fund", "bank"} if language == "fr" else FOREIGN["en"])
    assert Words(language).say("parties.banks") in said


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_form_has_a_name(language):
    assert [form for form in FORMS if f"cli.form.{form}" not in Words(language)] == []


def row(said, label):
    years = said[said.index("In millions") :].splitlines()
    (line,) = [line for line in years if line.startswith(f"    {label}  ")]
    return line.removeprefix(f"    {label}").split()


def test_closing_day_shows_what_there_is_and_a_dash_for_years_not_lived_yet(capsys):
    main(["run", "film", "--language", "en"])
    said = capsys.readouterr().out
    for label in ("sales", "EBITDA", "tax", "machines bought"):
        assert row(said, label)[0] == "–"
    assert row(said, "debt")[0] == "19.9"
    assert row(said, "cash")[0] == "0.0"


def test_money_spent_on_machines_is_no_negative_number(capsys):
    main(["run", "film", "--language", "en"])
    bought = row(capsys.readouterr().out, "machines bought")
    assert all(float(amount) > 0 for amount in bought[1:])


def test_loans_of_one_lender_are_told_apart_by_their_names(tmp_path, capsys):
    path = tmp_path / "two.yaml"
    loan = "lender: banks, entity: holding, rate: 5 %, interest_on: opening, repayment: bullet"
    loans = f"{{funding: {{loans: {{second: {{rank: 2, size: {{amount: 1e6}}, {loan}}}}}}}}}"
    path.write_text(f"{HEAD}deals: {{fund: {loans}}}\n", encoding="utf-8")
    main(["run", str(path)])
    said = capsys.readouterr().out
    assert "prêt « bank » : banques" in said
    assert "prêt « second » : banques" in said


def test_a_purchase_that_lacks_money_says_so(capsys):
    main(["run", "scop"])
    assert "il manque de l’argent pour acheter" in capsys.readouterr().out
    main(["run", "film"])
    assert "il manque de l’argent" not in capsys.readouterr().out


@pytest.mark.parametrize("command", [["run"], ["run", "--full"], ["limits"]])
def test_a_default_is_the_first_thing_said_of_a_deal(tmp_path, capsys, command):
    """3.8 M€ of EBITDA less costs against 18.6 M€ of loans: more than one time EBITDA from the first year."""
    file = tmp_path / "broken.yaml"
    text = HEAD + "deals: {fund: {funding: {covenants: {leverage: 1}}}}\n"
    file.write_text(text, encoding="utf-8")
    assert main([*command, str(file), "--deal", "fund", "--language", "en"]) == 0
    said = capsys.readouterr().out.splitlines()
    place = next(at for at, line in enumerate(said) if "“fund”" in line)
    assert "year 1: covenant broken (debt beside EBITDA), neither waived" in said[place + 1]


def test_a_fund_s_investors_have_a_line_of_their_own(tmp_path, capsys):
    path = tmp_path / "investors.yaml"
    fees = "management_fee: 2 %, fee_years: 5, later_fee: 2 %"
    gain = "hurdle: 8 %, hurdle_is: compounded, catch_up: 100 %, carry: 20 %"
    terms = f"{{fund_economics: {{{fees}, {gain}}}}}"
    path.write_text(f"{HEAD}deals: {{fund: {{terms: {terms}}}}}\n", encoding="utf-8")
    main(["run", str(path), "--language", "en"])
    said = capsys.readouterr().out.replace("\u00a0", " ")
    assert "fund: €2.2 M put in, €7.6 M received, or 3.42× and 27.87% a year" in said
    net = "fund, once its manager is paid: €2.4 M put in, €6.5 M received, or 2.69× and 22.85% a year"
    assert net in said
    main(["run", "film", "--language", "en"])
    assert "its manager" not in capsys.readouterr().out


# --- the whole sheet ----------------------------------------------------------------------------------------


def sheet_of(capsys, name, *options, language="en"):
    assert main(["run", name, "--full", "--language", language, *options]) == 0
    return capsys.readouterr().out.replace("\u00a0", " ")


def cells(said, title, label):
    """The cells of a row of a block."""
    block = said[said.index(f"\n\n  {title}") + 2 :].split("\n\n")[0]
    (line,) = [line for line in block.splitlines() if line.startswith(f"  {label}  ")]
    return line.removeprefix(f"  {label}").split()


def test_the_film_s_sources_and_uses_are_the_sum_done_by_hand(capsys):
    """5 x 4.2 M less 4.2 M of debt; 3 % of 21 M; a loan of nine tenths, and 2.5 % of it in fees."""
    said = sheet_of(capsys, "film")
    uses = (16.8 + 4.2 + 0.03 * 21) / (1 - 0.025 * 0.9)
    assert cells(said, "Uses", "price of the shares") == ["16.80", "76%", "4.00×"]
    assert cells(said, "Uses", "advisers and duties") == ["0.63", "3%", "0.15×"]
    assert cells(said, "Uses", "lenders' fees") == [f"{0.025 * 0.9 * uses:.2f}", "2%", "0.12×"]
    assert cells(said, "Uses", "total") == ["22.13", "100%", "5.27×"] == cells(said, "Sources", "total")
    assert cells(said, "Sources", "loan “bank”: banks") == [f"{0.9 * uses:.2f}", "90%", "4.74×"]
    assert cells(said, "Sources", "fund, ordinary shares") == [f"{0.1 * uses:.2f}", "10%", "0.53×"]


def test_the_film_s_loan_is_the_one_done_by_hand(capsys):
    """Half in equal parts over seven years, 7 % of what is owed; the price repays what is left in year 5."""
    said = sheet_of(capsys, "film")
    loan = 0.9 * 21.63 / 0.9775
    left = [loan * (1 - year / 14) for year in range(6)]
    block = "loan “bank”"
    assert cells(said, block, "opening") == ["–", *(f"{amount:.2f}" for amount in left[:5])]
    assert cells(said, block, "repaid as scheduled") == ["–", *[f"{-loan / 14:.2f}"] * 5]
    assert cells(said, block, "repaid out of the price")[-1] == f"{-left[5]:.2f}"
    assert cells(said, block, "interest paid in cash")[1:] == [f"{0.07 * amount:.2f}" for amount in left[:5]]
    assert cells(said, "Credit statistics", "net debt / EBITDA") == [f"{one / 4.2:.2f}×" for one in left]
    assert cells(said, "Credit statistics", "EBITDA / interest")[1] == f"{4.2 / (0.07 * loan):.2f}×"


def test_the_sheet_shows_what_is_leased_beside_what_is_bought(capsys, tmp_path):
    """60 % of 6 % of 30 M is leased each year, for five rents at 5 %; the buyer takes over what is left."""
    file = tmp_path / "leased.yaml"
    plan = "plan: {leasing: {share: 60 %, years: 5, rate: 5 %}}"
    file.write_text(f"{HEAD}deals: {{fund: {{{plan}}}}}\n", encoding="utf-8")
    said = sheet_of(capsys, str(file))
    rent = 1.08 * 0.05 / (1 - 1.05**-5)
    rents = ["–", "–", *(f"{-count * rent:.2f}" for count in range(1, 5))]
    assert cells(said, "Income statement", "Rents of leased machines") == rents
    left = sum(rent * (1 - 1.05**-years) / 0.05 for years in range(1, 6))
    assert cells(said, "leases", "closing")[-1] == f"{left:.2f}"
    assert cells(said, "The sale, end of year 5", "leases taken over by the buyer") == [f"{-left:.2f}"]
    assert cells(said, "The sale, end of year 5", "EBITDA before rents") == ["4.20"]
    assert cells(said, "Credit statistics", "EBITDA before rents") == ["4.20"] * 6


def test_the_film_s_sale_and_returns_are_those_done_by_hand(capsys):
    """21 M less the rest of the loan, 2 % of costs, and what staff and State are owed for the last year."""
    said = sheet_of(capsys, "film")
    loan = 0.9 * 21.63 / 0.9775
    rest = 21 - loan * 9 / 14 - 0.42
    owed = float(cells(said, "The sale, end of year 5", "owed to workers and State")[0])
    (to_owners,) = cells(said, "The sale, end of year 5", "to owners")
    assert float(to_owners) == pytest.approx(rest + owed, abs=0.011)
    put_in, received, multiple, rate = cells(said, "Returns", "fund")
    assert (put_in, received) == ("2.21", "7.56")
    assert multiple == "3.42×"
    assert float(rate.rstrip("%")) == pytest.approx(100 * ((7.56 / 2.21) ** (1 / 5) - 1), abs=0.1)
    bridge = said[said.index("Where the owners’ gain") :].split("\n\n")[0].splitlines()[1:]
    amounts = [float(line.split()[-1]) for line in bridge if "---" not in line]
    assert sum(amounts[:-1]) == pytest.approx(amounts[-1], abs=0.021)
    assert amounts[-1] == pytest.approx(7.56 - 2.21, abs=0.011)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_sheet_is_aligned_and_fit_for_an_old_console(capsys, name, language):
    said = sheet_of(capsys, name, language=language)
    said.encode("cp1252")
    assert not re.search(r"\bnan\b|\{|-0[.,]00\b", said)
    of_the_program = re.sub("[«“].*?[»”]", "", said)
    for deal in load(name).scenario.deals:  # a deal is named as its file names it
        of_the_program = re.sub(rf"\b{deal}\b(?=  | \+|$)", "", of_the_program, flags=re.MULTILINE)
    assert not words_of(of_the_program) & ({"fund", "bank"} if language == "fr" else {"fonds"})
    for block in said.split("\n\n"):
        ends = {len(line) for line in block.splitlines() if re.search(r"  [-\d–][\d.,]*$", line)}
        assert len(ends) <= 1, block


def test_owners_in_a_row_come_one_after_the_other_then_their_account(tmp_path, capsys):
    path = tmp_path / "two.yaml"
    fund = "form: fund, price: {as_sold: true}, funding: {equity: {fund: rest}}"
    path.write_text(f"{HEAD}horizon: 10\ndeals:\n  fund: {{then: second}}\n  second: {{{fund}}}\n", "utf-8")
    said = sheet_of(capsys, str(path))
    assert said.index("deal “fund”") < said.index("deal “second”") < said.index("All owners: fund + second")
    assert "Buys the factory in year 5" in said
    account = said[said.index("All owners") :].split("\n\n")[0].splitlines()
    amounts = [float(line.split()[-1]) for line in account[1:] if "---" not in line]
    assert sum(amounts[:-1]) == pytest.approx(amounts[-1], abs=0.05)
    first, second, both = map(float, cells(said, "What the factory paid", "machines bought"))
    assert first + second == pytest.approx(both, abs=0.011)
    assert "All owners" not in sheet_of(capsys, str(path), "--deal", "second")


def test_preferred_money_is_shown_apart(tmp_path, capsys):
    path = tmp_path / "preferred.yaml"
    size = "size: {share_of_stake: 50 %}, rate: 10 %"
    lent = f"preferred: {{lent: {{rank: 1, holder: fund, kind: shareholder_loan, {size}}}}}"
    path.write_text(f"{HEAD}deals: {{fund: {{funding: {{{lent}}}}}}}\n", encoding="utf-8")
    said = sheet_of(capsys, str(path))
    half = 0.05 * 21.63 / 0.9775
    assert cells(said, "Sources", "fund, shareholder loan")[0] == f"{half:.2f}"
    received = cells(said, "Returns", "  of which shareholder loan “lent”")
    assert received == [f"{half:.2f}", f"{half * 1.1**5:.2f}", "1.61×", "10%"]


def test_covenants_and_preferred_money_are_laid_out_by_year(capsys):
    """Leverage of 5.6 at most in year 1; three quarters of the fund's stake are lent at 9 %."""
    said = sheet_of(capsys, "boom-2006")
    covenant = "What lenders ask to be kept (covenants)"
    assert cells(said, covenant, "  allowed, at most") == ["–", "5.60×", "5.20×", "4.70×", "–"]
    ratio = float(cells(said, covenant, "net debt / EBITDA")[1].removesuffix("×"))
    assert re.search(rf"  headroom, as a share of the limit +– +{1 - ratio / 5.6:.0%}", said)
    brought, *_ = cells(said, "fund, shareholder loan", "brought")
    grown = [float(one) for one in cells(said, "fund, shareholder loan", "interest added")[1:]]
    assert grown == pytest.approx([float(brought) * 0.09 * 1.09**year for year in range(4)], abs=0.011)
    last = cells(said, "From rank to rank", "managers, ordinary shares")
    assert last[2] == "–", "nothing is left after the last rank"
    assert "covenants" not in sheet_of(capsys, "film")


def test_a_fee_of_the_fund_s_manager_is_among_the_uses(tmp_path, capsys):
    path = tmp_path / "fee.yaml"
    path.write_text(f"{HEAD}deals: {{fund: {{fees: {{transaction: {{amount: 1e5}}}}}}}}\n", encoding="utf-8")
    assert main(["run", str(path), "--language", "en"]) == 0
    assert "fund manager’s fee" in capsys.readouterr().out
    assert cells(sheet_of(capsys, str(path)), "Uses", "fund manager’s fee")[0] == "0.10"


def test_the_whole_sheet_is_no_matter_of_other_programs(capsys):
    main(["run", "film", "--format", "json"])
    plain = capsys.readouterr().out
    main(["run", "film", "--format", "json", "--full"])
    assert capsys.readouterr().out == plain


def test_a_reader_who_leaves_early_sees_no_traceback():
    command = [sys.executable, "-m", "lbo_model.cli", "run", "film", "--format", "json"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == b""


def test_the_answer_comes_as_json_with_the_changes_asked_for(capsys):
    price = "deals.*.price.multiple"
    assert main(["run", "film", "--format", "json", "--deal", "fund", "--set", f"{price}=6"]) == 0
    dear = json.loads(capsys.readouterr().out)
    main(["run", "film", "--format", "json"])
    plain = json.loads(capsys.readouterr().out)
    costs = [answer["deals"]["fund"]["closing"]["uses"]["price_of_shares"] for answer in (plain, dear)]
    assert costs[1] - costs[0] == pytest.approx(4.2e6)


def test_a_number_by_year_may_be_set(capsys):
    assert main(["run", "film", "--format", "json", "--set", "weather.demand=[1, 65 %]"]) == 0
    group = json.loads(capsys.readouterr().out)["deals"]["fund"]["statements"]["group"]
    assert group["income_statement"]["sales"][1] == pytest.approx(0.65 * 30e6)


def test_the_answer_comes_as_csv_with_one_number_a_row(capsys):
    assert main(["run", "film", "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    ebitda = [row for row in rows if row["what"] == "statements.group.income_statement.ebitda"]
    assert [row["date"] for row in ebitda] == ["0", "1", "2", "3", "4", "5"]
    assert any(row["what"] == "ledger.fund.holding.equity" for row in rows)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--set", "deals.fund.price.multiple=55"], "55 trouvé, permis de 0 à 30"),
        (["--set", "deals.fund.price.multiple=6,5"], "écrivez un point : 6.5"),
        (["--set", "deals.fund.prise=5"], "vouliez-vous dire price ?"),
        (["--set", "nonsense"], "ne mène nulle part"),
        (["--deal", "nobody"], "il y a : fund"),
    ],
)
def test_what_cannot_be_run_is_said_in_a_sentence(capsys, options, said):
    assert main(["run", "film", *options]) == 1
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.out == ""


@pytest.mark.parametrize(("name", "language"), list(zip(SHIPPED[::2], cycle(["fr", "en"]), strict=False)))
def test_how_far_each_deal_can_go_is_said(capsys, name, language):
    assert main(["limits", name, "--language", language]) == 0
    said = capsys.readouterr().out
    scenario = scenario_of(load(name))
    assert getattr(scenario.title, language) in said
    names = [f"« {deal} »" if language == "fr" else f"“{deal}”" for deal in scenario.deals]
    assert all(deal in said for deal in names)
    for deal in names:
        said = said.replace(deal, "")
    title = getattr(scenario.title, language)
    assert not words_of(said.replace(title, "")) & ({"fund", "bank"} if language == "fr" else FOREIGN["en"])


def test_the_limits_of_the_film_are_those_of_its_deal(capsys):
    main(["limits", "film", "--language", "en"])
    said = capsys.readouterr().out
    rows = {line[:36].strip(): line[36:].split() for line in said.splitlines() if line.startswith("    ")}
    assert rows["highest price"] == ["5.55×", "€23.3", "M"]
    assert rows["debt of this deal"] == ["4.74×", "€19.9", "M"]
    assert "best by return: year 4; by multiple: year 5" in said


def test_an_owner_who_asks_for_less_pays_more(capsys):
    asked = []
    for required in ("0.3", "20 %", "5%"):
        assert main(["limits", "film", "--return", required, "--format", "json"]) == 0
        asked.append(json.loads(capsys.readouterr().out)["deals"]["fund"]["highest_price"]["multiple"])
    assert asked == sorted(asked)
    assert len(set(asked)) == 3


def test_a_deal_without_a_loan_and_one_without_a_return_say_so(capsys):
    main(["limits", "unlevered"])
    assert "pas d’emprunt" in capsys.readouterr().out
    main(["limits", "scop"])
    assert "Aucun taux de rendement" in capsys.readouterr().out
    main(["limits", "unlevered", "--return", "9"])
    assert "sans réponse" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--return", "12,5"], "--return : « 12,5 » est écrit avec une virgule"),
        (["--return", "beaucoup"], "--return : « beaucoup »"),
        (["--cover", "40"], "--cover : 40 trouvé, permis de 0 à 10"),
        (["--set", "deals.fund.price.multiple=55"], "55 trouvé, permis de 0 à 30"),
        (["--deal", "nobody"], "il y a : fund"),
    ],
)
def test_limits_that_cannot_be_sought_are_said_in_a_sentence(capsys, options, said):
    assert main(["limits", "film", *options]) == 1
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.out == ""


@pytest.mark.parametrize(
    ("language", "closed"), [("fr", "l’usine a fermé"), ("en", "the factory has closed")]
)
def test_how_deals_end_in_random_weather_is_said_for_each(capsys, language, closed):
    assert main(["storms", "storm-2009", "--paths", "70", "--language", language]) == 0
    said = capsys.readouterr().out
    assert said.count(closed) == 5
    assert not words_of(re.sub("[«“].*?[»”]", "", said)) & FOREIGN[language]


def test_the_table_of_storms_says_what_its_json_says(capsys):
    asked = ["storms", "film", "--paths", "200", "--language", "en"]
    assert main([*asked, "--format", "json"]) == 0
    deal = json.loads(capsys.readouterr().out)["deals"]["fund"]
    assert sum(deal["defaults"]) == pytest.approx(1 - deal["survived"])
    main(asked)
    said = capsys.readouterr().out
    assert f"{round(100 * deal['survived'])}%" in said
    assert f"{deal['multiple']['median']:.2f}×" in said
    assert "200 lives" in said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--paths", "0"], "--paths : 0 trouvé, permis de 1 à 100 000"),
        (["--paths", "2.5"], "--paths : « 2.5 » n’est pas un nombre entier"),
        (["--set", "weather.luck.volatility=2"], "weather.luck.volatility"),
    ],
)
def test_storms_that_cannot_be_drawn_are_said_in_a_sentence(capsys, options, said):
    assert main(["storms", "film", *options]) == 1
    captured = capsys.readouterr()
    assert said in re.sub(r"\s", " ", captured.err)
    assert captured.out == ""


def test_a_file_without_luck_has_no_storms(tmp_path, capsys):
    path = tmp_path / "calm.yaml"
    path.write_text(f"{HEAD}weather: {{luck: null}}\n", encoding="utf-8")
    assert main(["storms", str(path), "--language", "en"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("weather.luck: this scenario says nothing of luck")
    assert "seed, volatility, persistence, crisis" in said


def test_a_bad_file_is_not_run(capsys):
    assert main(["limits", str(BAD / "utf-16.yaml")]) == 1
    assert main(["run", str(BAD / "utf-16.yaml")]) == 1
    assert "UTF-16" in capsys.readouterr().err


OLD_CONSOLES = ("cp1252", "ascii")


@pytest.mark.parametrize(
    "arguments",
    [["run", "scop"], ["run", "scop", "--full"], ["check", str(BAD / "tab.yaml")], ["--help"], ["schema"]],
)
@pytest.mark.parametrize("encoding", OLD_CONSOLES)
def test_an_old_console_shows_everything(monkeypatch, arguments, encoding):
    console = {name: io.TextIOWrapper(io.BytesIO(), encoding=encoding) for name in ("stdout", "stderr")}
    for name, stream in console.items():
        monkeypatch.setattr(sys, name, stream)
    try:
        code = main(arguments)
    except SystemExit as left:
        code = left.code
    for stream in console.values():
        stream.flush()
    assert console["stderr"].buffer.getvalue() == b""
    assert code == (1 if "check" in arguments else 0)
    assert console["stdout"].buffer.getvalue().decode(encoding)


@pytest.mark.parametrize(
    ("encoding", "arguments"),
    list(zip(OLD_CONSOLES, (["run", "scop", "--full"], ["check", str(BAD / "tab.yaml")]), strict=True)),
)
def test_an_old_console_in_any_folder_sees_no_traceback(tmp_path, arguments, encoding):
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONPATH": str(ROOT), "LANG": "fr_FR"}
    command = [sys.executable, "-m", "lbo_model.cli", *arguments]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert done.stderr == b""
    assert done.returncode == (1 if "check" in arguments else 0)
    assert done.stdout.decode(encoding)
