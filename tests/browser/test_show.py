"""Figures in a real browser: in place, in both themes, on a wall, on a phone, on paper, without plotly."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lbo_model.classroom import palette

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

APP = """
from pathlib import Path

import streamlit as st
from starlette.routing import Route

from lbo_model.classroom import assets

app = st.App(Path(__file__).parent / "page.py", routes=[Route(assets.PATH, assets.send)])
"""

PAGE = r"""
import streamlit as st

from lbo_model.classroom import controls, palette
from lbo_model.classroom.link import Choices, Dial, Offer
from lbo_model.classroom.show import Labels, Sentence, Table, literal, plain, show, style
from lbo_model.quantities import Multiple

NASTY = (
    '<img src=x onerror="window.harmed = 1"><b>$x$ %{y} &lt; :red[r] '
    "[l](javascript:harm) www.example.org </b>"
)

class Spoken:
    def say(self, key, /, **slots):
        return {"knob.price": "Prix", "unit.multiple": "valeur"}.get(key, " ".join(map(str, slots.values())))

st.set_page_config(layout="wide")
style()
price = Dial("price", Multiple(), 3.5, 6.0, 0.25, 5.0)
controls.start(
    Choices(("base",), ("fr", "en"), ("55",), ("bet", "deal"), ("question",)),
    lambda scenario: Offer(("fund",), {"price": price}),
)
st.sidebar.text("De côté")
st.markdown(literal(NASTY))
value = controls.slider(price, Spoken())
figure = {
    "data": [
        {"type": "bar", "y": [value, 1.0], "x": [plain(NASTY), "b"], "text": ["t", "u"],
         "marker": {"color": [palette.colour("fund"), palette.colour("workers")]}},
        {"type": "scatter", "mode": "markers+text", "y": [1.0, value], "x": [plain(NASTY), "b"],
         "marker": {"color": "var(--banks)", "size": 10}},
    ],
    "layout": {"height": 200, "showlegend": False, "separators": ",\u202f"},
}
show(
    figure,
    key="nasty",
    title=NASTY,
    alternative=f"Le prix est {value} {NASTY}",
    labels=Labels("Les chiffres", "Enregistrer", "Pas d'image ici."),
    table=Table(NASTY, ("Nom", NASTY), (("prix", str(value)), (NASTY, "0"))),
    sentences=(Sentence("price", f"On paie {value} fois. {NASTY}"),),
    file_name="prix",
)
"""


Serve = Callable[..., AbstractContextManager[str]]
PLOT = ".show-plot .main-svg"
LETTERS = """() => [...document.querySelectorAll('.show-plot svg text')]
    .filter(node => node.textContent.trim())
    .map(node => parseFloat(getComputedStyle(node).fontSize))"""


@pytest.fixture(scope="module")
def probe(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A small page of one figure full of hostile text. Another script needs a server of its own."""
    folder = tmp_path_factory.mktemp("probe")
    (folder / "app.py").write_text(APP, encoding="utf-8")
    (folder / "page.py").write_text(PAGE, encoding="utf-8")
    with serve(folder / "app.py") as at:
        yield at


def open_probe(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator(PLOT).first).to_be_visible()
    idle(page)


def idle(page: Page) -> None:
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for(state="attached")


def turn(page: Page, key: str = "ArrowRight") -> None:
    page.get_by_role("slider").focus()
    page.keyboard.press(key)


def test_a_move_changes_picture_words_and_table_and_keeps_every_node(page: Page, probe: str) -> None:
    received: list[int] = []
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda frame: received.append(len(frame))),
    )
    open_probe(page, probe)
    page.evaluate(
        "document.querySelectorAll('.show, .show *:not(svg *)').forEach(node => node.dataset.kept = 1)"
    )
    marked = page.locator(".show [data-kept]").count()
    received.clear()
    turn(page)
    expect(page.locator(".show-sentences p")).to_contain_text("On paie 5.25 fois.")
    expect(page.locator(".show-plot")).to_have_attribute("aria-label", re.compile(r"Le prix est 5\.25"))
    expect(page.locator(".show-scroll tbody td").first).to_have_text("5.25")
    assert page.evaluate("() => document.querySelector('.show-plot').data[0].y[0]") == 5.25
    idle(page)
    assert page.locator(".show [data-kept]").count() == marked
    assert 0 < sum(received) < 20_000


def test_text_is_text_wherever_it_comes_from(page: Page, probe: str) -> None:
    open_probe(page, probe)
    assert page.evaluate("() => window.harmed") is None
    assert page.locator(".show img, .show a, .show b").count() == 0
    assert page.locator(".stMarkdown :is(img, a, b, .katex)").count() == 0
    nasty = '<img src=x onerror="window.harmed = 1"><b>$x$ %{y} &lt; :red[r]'
    assert nasty in page.locator(".show-title").inner_text()
    label = page.locator(".show-plot .xtick text").first
    assert nasty in (label.text_content() or "")
    written = page.locator(".stMarkdown").first.inner_text().replace("\u2060", "")
    assert nasty in written


def test_the_figure_follows_the_theme_without_a_reload(page: Page, probe: str) -> None:
    page.emulate_media(color_scheme="light")
    open_probe(page, probe)
    bar = page.locator(".show-plot .bars .point path").first
    expect(bar).to_have_css("fill", rgb(palette.COLOURS["light"]["fund"]))
    page.emulate_media(color_scheme="dark")
    expect(bar).to_have_css("fill", rgb(palette.COLOURS["dark"]["fund"]))
    tick = page.locator(".show-plot .ytick text").first
    expect(tick).to_have_css("fill", rgb(palette.SURFACES["dark"]["text"]))
    style = page.evaluate(
        "() => getComputedStyle(document.querySelector('.show')).getPropertyValue('--fund')"
    )
    assert palette.COLOURS["dark"]["fund"] in style


@pytest.mark.parametrize(("width", "height", "smallest"), [(1920, 1080, 24), (1366, 768, 16), (390, 844, 13)])
def test_letters_are_legible_and_nothing_is_wider_than_the_screen(
    page: Page, probe: str, width: int, height: int, smallest: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    open_probe(page, probe)
    assert min(page.evaluate(LETTERS)) >= smallest
    page.locator(".show-details summary").click()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    assert page.locator(".show-plot").evaluate("node => node.scrollWidth <= node.clientWidth")


def test_letters_follow_a_window_that_changes(page: Page, probe: str) -> None:
    open_probe(page, probe)
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.wait_for_function(f"() => Math.min(...({LETTERS})()) >= 24")


def test_without_plotly_the_words_and_the_table_stand_in(page: Page, probe: str) -> None:
    page.route("**/plotly.js", lambda route: route.abort())
    page.goto(probe)
    expect(page.get_by_text("Pas d'image ici.")).to_be_visible()
    expect(page.locator(".show-alternative")).to_contain_text("Le prix est 5.0")
    expect(page.locator(".show-scroll table")).to_be_visible()
    expect(page.locator(".show-plot")).to_be_hidden()
    turn(page)
    expect(page.locator(".show-alternative")).to_contain_text("Le prix est 5.25")
    page.unroute("**/plotly.js")
    turn(page)
    expect(page.locator(PLOT).first).to_be_visible()
    expect(page.locator(".show-alternative")).to_be_hidden()


def test_without_our_script_the_words_stand_in(page: Page, probe: str) -> None:
    page.route("**/show.js", lambda route: route.abort())
    page.goto(probe)
    expect(page.get_by_text("Pas d'image ici. Le prix est 5.0")).to_be_visible()


def test_on_paper_figures_and_sentences_remain(page: Page, probe: str) -> None:
    page.emulate_media(color_scheme="dark")
    open_probe(page, probe)
    page.emulate_media(media="print", color_scheme="dark")
    page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
    expect(page.locator(".show-plot .bars .point path").first).to_have_css(
        "fill", rgb(palette.COLOURS["light"]["fund"])
    )
    expect(page.locator(".show > .show-sentences")).to_be_visible()
    for gone in (page.get_by_text("De côté"), page.get_by_role("slider"), page.locator(".show-save")):
        expect(gone).to_be_hidden()
    expect(page.locator(".show-sentences p")).to_have_css("color", "rgb(0, 0, 0)")
    assert page.locator(PLOT).first.evaluate("node => node.getBoundingClientRect().width") == 660
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_a_figure_is_saved_as_an_image(page: Page, probe: str) -> None:
    open_probe(page, probe)
    with page.expect_download() as download:
        page.get_by_role("button", name="Enregistrer").click()
    assert download.value.suggested_filename == "prix.png"
    assert Path(download.value.path()).read_bytes().startswith(b"\x89PNG")


def test_what_has_the_focus_is_seen(page: Page, probe: str) -> None:
    open_probe(page, probe)
    page.locator(".show-save").focus()
    page.keyboard.press("Tab")
    focused = page.evaluate(
        "() => { const it = getComputedStyle(document.activeElement);"
        " return [document.activeElement.tagName, it.outlineStyle, parseFloat(it.outlineWidth)]; }"
    )
    assert focused[0] == "SUMMARY"
    assert focused[1] == "solid"
    assert focused[2] >= 2


def test_the_link_follows_the_knob_and_leads_back(page: Page, probe: str) -> None:
    open_probe(page, probe)
    turn(page)
    page.wait_for_url("**/?lang=fr&price=5.25")
    turn(page)
    page.wait_for_url("**/?lang=fr&price=5.5")
    page.reload()
    expect(page.locator(".show-sentences p")).to_contain_text("On paie 5.5 fois.")
    page.go_back()
    expect(page.locator(".show-sentences p")).to_contain_text("On paie 5.25 fois.")


def test_the_page_may_be_published_under_a_folder(serve: Serve, page: Page, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(APP, encoding="utf-8")
    (tmp_path / "page.py").write_text(PAGE, encoding="utf-8")
    with serve(tmp_path / "app.py", folder="/classes/lbo") as at:
        open_probe(page, f"{at}/")


def test_what_is_kept_for_ever_has_an_address_of_its_own(page: Page, probe: str) -> None:
    answers = {}
    page.on("response", lambda answer: answers.update({answer.url.rpartition("/")[2]: answer}))
    open_probe(page, probe)
    for name in ("plotly.js", "show.js", "palette.js", "style.css"):
        headers = answers[name].headers
        assert re.search(r"/classroom/[0-9a-f]{12}/", answers[name].url)
        assert "immutable" in headers["cache-control"]
        assert headers["content-encoding"] == "gzip"
    assert page.request.get(re.sub(r"[0-9a-f]{12}", "0" * 12, answers["show.js"].url)).status == 404


def rgb(colour: str) -> str:
    """A colour as the browser writes it."""
    return f"rgb({', '.join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))})"
