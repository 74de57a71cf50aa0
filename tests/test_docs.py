"""The documents say what the code does: the table of fields, the README's examples and links."""

import re
from pathlib import Path

import numpy as np
import pytest

from lbo_model import load, measures, run, studies, vary
from tests.make_reference import GUIDE, rows, with_table

ROOT = Path(__file__).parents[1]
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *(ROOT / "docs").glob("*.md"),
]


def test_the_table_of_fields_is_of_today() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert with_table(text) == text, "run `make schema`"


def test_the_table_names_every_number_of_a_shipped_deal() -> None:
    named = {path for path, *_ in rows()}
    assert "deals.*.price.multiple" in named
    assert "deals.*.terms.monitoring_fee" in named
    assert "deals.*.funding.loans.*.rate" in named
    assert "factory.operations.ebitda_margin" in named


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_between_documents_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_the_example_of_the_readme_is_a_scenario() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    document = load("ours.yaml", text=example)
    assert document.problems == ()


BEGINNING = r"```yaml\n((?:deals|policy|weather):\n.*?)```"
GUIDE_EXAMPLES = re.findall(BEGINNING, GUIDE.read_text(encoding="utf-8"), re.DOTALL)
HEAD = "format: 1\nextends: film\ntitle: {fr: Essai, en: Trial}\nstory: {fr: Essai, en: Trial}\n"


@pytest.mark.parametrize("example", GUIDE_EXAMPLES)
def test_the_examples_of_the_guide_are_lawful_on_top_of_the_film(example: str) -> None:
    assert load("ours.yaml", text=HEAD + example).problems == ()


def test_the_notebook_lines_of_the_readme_run() -> None:
    film = load("film").scenario
    assert film is not None
    multiple = measures.returns(run(film).deals["fund"])["fund"]["multiple"]
    assert f"array({multiple:.4f}"[:-1] in (ROOT / "README.md").read_text(encoding="utf-8")
    assert run(vary(film, {"deals.fund.price.multiple": np.array([4.5, 5, 5.5])})).deals["fund"].shape == (3,)
    prices = studies.highest_price(film, "fund", [0.1, 0.2]).multiple
    said = ", ".join(f"{price:.5f}"[:-1] + "..." for price in prices)
    assert f"array([{said}])" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_limits_of_the_film_are_those_that_the_model_s_page_tells() -> None:
    film = load("film").scenario
    assert film is not None
    price = studies.highest_price(film, "fund", 0.2).multiple
    debt = studies.bearable_debt(film, "fund", 1.0).times_ebitda
    needed = studies.ebitda_needed(film, "fund", 1.0).share
    loan = measures.leverage(run(film).deals["fund"])[0]
    less = vary(
        film,
        {
            "deals.fund.plan.capex_target.share_of_sales": np.array([0.06, 0.01]),
            "deals.fund.funding.loans.bank.size.beyond_equity": None,
            "deals.fund.funding.loans.bank.size.times_ebitda": 2.5,
        },
    )
    alone, full = (
        studies.highest_price(vary(less, {"behaviour": behaviour}), "fund", 0.15).multiple
        for behaviour in ("mechanics", "full")
    )
    assert alone[0] == full[0]
    told = " ".join((ROOT / "docs" / "model.md").read_text(encoding="utf-8").split())
    assert f"can pay {price:.2f} times EBITDA" in told
    assert f"the film's fund pays {alone[0]:.2f} times if it renews 6 % of sales a year" in told
    assert f"{alone[1]:.2f} times with `mechanics` and {full[1]:.2f} times with `full`" in told
    assert (
        f"a debt of {debt:.2f} times, not the {loan:.2f} of the deal, or {100 * needed:.0f} % of its EBITDA"
        in told
    )


def test_nothing_names_a_machine_a_workplace_or_a_registry() -> None:
    files = [*DOCUMENTS, *(ROOT / "lbo_model").rglob("*.py"), *(ROOT / "scenarios").glob("*.yaml")]
    files += [ROOT / name for name in ("Makefile", "pyproject.toml", "requirements.lock", "app.py")]
    named = re.compile(r"(?<![\w.])/(work|tmp|root|home)/|pypi\.org|files\.pythonhosted|--index-url")
    assert [file.name for file in files if named.search(file.read_text(encoding="utf-8"))] == []
