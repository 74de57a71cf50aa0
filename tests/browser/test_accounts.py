"""The accounts in a real browser: a figure opens with a finger or a key, tables scroll in their own box."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from lbo_model.words import Words
from tests.browser.test_own import give, mine
from tests.browser.tour import SIZES, settle

__all__ = ["mine"]

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

EN = Words("en")
WIDER = "document.documentElement.scrollWidth > innerWidth"


def test_a_figure_opens_what_it_is_made_of_and_closes_again(page: Page, address: str) -> None:
    page.goto(f"{address}/?lang=en&chapter=resale&beat=remember")
    settle(page)
    page.get_by_role("button", name=EN.say("accounts.open")).click()
    settle(page)
    table = page.locator(".accounts table")
    made = page.get_by_text("ebitda = value_added - production_taxes - gross_pay - employer_charges")
    expect(made).to_be_hidden()
    ebitda = table.locator("tbody", has=page.get_by_text(EN.say("accounts.income_statement.ebitda")))
    ebitda.locator("td label").nth(1).click()
    expect(made).to_be_visible()
    box = page.get_by_role("checkbox", name=EN.say("accounts.income_statement.ebitda"))
    box.focus()
    page.keyboard.press("Space")
    expect(made).to_be_hidden()
    page.get_by_role("button", name=EN.say("accounts.back")).click()
    settle(page)
    assert "beat=remember" in page.url


@pytest.mark.parametrize(
    ("language", "theme"),
    [
        ("fr", "light"),
        ("en", "dark"),
        pytest.param("fr", "dark", marks=pytest.mark.properties),
        pytest.param("en", "light", marks=pytest.mark.properties),
    ],
)
def test_on_a_phone_the_table_scrolls_and_the_page_does_not(
    browser: Browser, address: str, language: str, theme: str
) -> None:
    width, height = SIZES["phone"]
    visitor = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=theme, is_mobile=True, has_touch=True
    )
    page = visitor.new_page()
    page.goto(f"{address}/?lang={language}&chapter=compare&beat=accounts")
    settle(page)
    page.wait_for_selector(".accounts table")
    page.evaluate("document.querySelectorAll('.accounts input').forEach(box => { box.checked = true; })")
    assert page.locator(".accounts .made:visible").count() >= 15
    assert not page.evaluate(WIDER)
    assert page.evaluate("(box => box.scrollWidth > box.clientWidth)(document.querySelector('.accounts'))")
    visitor.close()


def test_the_accounts_of_one_s_own_scenario(page: Page, address: str, mine: Path) -> None:
    page.goto(f"{address}/?lang=en&scenario=own&chapter=deal&beat=accounts")
    settle(page)
    give(page, mine)
    expect(page.get_by_text(EN.say("accounts.checks.title"))).to_be_visible()
    assert "beat=accounts" in page.url
