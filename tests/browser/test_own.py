"""One's own scenario in a real browser: asked for, refused in words, played, changed, taken home."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lbo_model.scenario_file import load
from lbo_model.words import Words
from tests.browser.tour import settle

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

EN = Words("en")
MINE = """\
format: 1
extends: film
title: {fr: "Notre <b>usine</b>", en: "Our <b>factory</b> <img src=x onerror=alert(1)>"}
story: {fr: "Et si le prix montait ?", en: "[What](javascript:alert(2)) if the price rose?"}
deals:
  fund:
    price:
      multiple: 5.5
"""


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(MINE, encoding="utf-8")
    return path


def give(page: Page, path: Path) -> None:
    page.set_input_files("input[type=file]", str(path))
    settle(page)


def test_a_link_to_one_s_own_file_asks_for_it_and_keeps_its_settings(
    page: Page, address: str, mine: Path, tmp_path: Path
) -> None:
    page.goto(f"{address}/?lang=en&scenario=own&chapter=deal&beat=because&price=6")
    settle(page)
    expect(page.get_by_text(EN.say("own.again"))).to_be_visible()
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(MINE.replace("multiple", "multipel"), encoding="utf-8")
    expect(page.get_by_text(EN.say("own.upload", limit=200))).to_be_visible()
    expect(page.get_by_text("MB per file")).to_be_hidden()
    give(page, wrong)
    expect(page.get_by_text("wrong.yaml, line 8, deals.fund.price.multipel:")).to_be_visible()
    expect(page.get_by_role("textbox", name=EN.say("own.text"))).to_have_value(wrong.read_text("utf-8"))
    give(page, mine)
    expect(page.get_by_text(EN.say("knob.beside", name=EN.say("knob.price"), value="6"))).to_be_visible()
    assert "price=6" in page.url, "the setting of the link was kept"
    assert "scenario=own" in page.url
    page.reload()
    settle(page)
    expect(page.get_by_text(EN.say("own.again"))).to_be_visible()
    assert "price=6" in page.url


def test_text_of_a_file_is_shown_as_text(page: Page, address: str, mine: Path) -> None:
    alerts: list[str] = []
    page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    page.goto(f"{address}/?lang=en&scenario=own&chapter=workshop")
    settle(page)
    give(page, mine)
    page.get_by_text(EN.say("own.title"), exact=True).last.click()
    settle(page)
    expect(page.get_by_text("Our <b>factory</b> <img src=x onerror=alert(1)>").first).to_be_visible()
    expect(page.get_by_text("[What](javascript:alert(2))").first).to_be_visible()
    assert page.locator("img[src=x]").count() == 0
    assert page.locator("a[href^=javascript]").count() == 0
    assert alerts == []


def test_a_number_changed_in_the_workshop_is_played_and_taken_home(
    page: Page, address: str, tmp_path: Path
) -> None:
    page.goto(f"{address}/?lang=en&chapter=workshop")
    settle(page)
    sales = page.get_by_role("textbox", name=EN.say("assumptions.number.factory.operations.sales"))
    sales.fill("40 millions")
    sales.press("Enter")
    settle(page)
    expect(page.get_by_text("40 millions", exact=False).last).to_be_visible()
    sales.fill("33_000_000")
    sales.press("Enter")
    settle(page)
    with page.expect_download() as download:
        page.get_by_role("button", name=EN.say("workshop.difference")).click()
    home = tmp_path / "home.yaml"
    download.value.save_as(home)
    taken = load(home)
    assert taken.problems == ()
    assert taken.scenario is not None
    assert float(taken.scenario.factory.operations.sales.at(0)) == 33_000_000.0  # type: ignore[union-attr]
    page.get_by_role("button", name=EN.say("workshop.use")).click()
    settle(page)
    assert "scenario=own" in page.url
