"""The colours of parties: seen against the page, and told apart by people who see fewer of them."""

import itertools
import tomllib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from lbo_model.classroom import palette
from lbo_model.ledger import PARTIES

CONFIG = tomllib.loads((Path(__file__).parents[1] / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
THEMES = ("light", "dark")

# Machado, Oliveira and Fernandes (2009), severity 1, on linear light.
VISIONS = {
    "all colours": np.eye(3),
    "no red": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "no green": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "no blue": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}

# Oklab (Ottosson, 2020): a distance of 2 is just seen side by side (values times 100).
TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
TO_OKLAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
APART = 9.5
APART_FOR_ALL = 5.0


def linear_light(colour: str) -> NDArray[np.float64]:
    parts = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio."""
    low, high = sorted(float(linear_light(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def distance(one: str, other: str, vision: NDArray[np.float64]) -> float:
    """The distance in Oklab, times 100, for somebody who sees so."""
    seen = (np.clip(vision @ linear_light(colour), 0, 1) for colour in (one, other))
    first, second = (TO_OKLAB @ np.cbrt(TO_CONES @ light) for light in seen)
    return 100 * float(np.linalg.norm(first - second))


@pytest.mark.parametrize("theme", THEMES)
def test_every_party_has_a_colour(theme: str) -> None:
    assert set(palette.COLOURS[theme]) == set(PARTIES)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("party", PARTIES)
def test_a_colour_stands_out_from_the_page(theme: str, party: str) -> None:
    for background in ("backgroundColor", "secondaryBackgroundColor"):
        assert contrast(palette.COLOURS[theme][party], CONFIG["theme"][theme][background]) >= 3


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("theme", THEMES)
def test_parties_seen_together_are_told_apart(theme: str, vision: str) -> None:
    colours = palette.COLOURS[theme]
    for one, other in itertools.combinations(palette.TOGETHER, 2):
        assert distance(colours[one], colours[other], VISIONS[vision]) >= APART, (one, other)


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("theme", THEMES)
def test_no_two_parties_look_the_same(theme: str, vision: str) -> None:
    colours = palette.COLOURS[theme]
    for one, other in itertools.combinations(PARTIES, 2):
        assert distance(colours[one], colours[other], VISIONS[vision]) >= APART_FOR_ALL, (one, other)


def test_the_measure_sees_a_bad_palette() -> None:
    red, green = "#c0504d", "#71893f"
    assert distance(red, green, VISIONS["all colours"]) > APART
    assert distance(red, green, VISIONS["no green"]) < APART


def test_colour_is_never_the_only_sign() -> None:
    assert len({palette.marker(party) for party in PARTIES}) == len(PARTIES)
    leading = palette.TOGETHER[:6]
    assert len({palette.dash(party) for party in leading}) == len(leading)


@pytest.mark.parametrize("theme", THEMES)
def test_pictures_away_from_the_page_use_the_colours_of_the_theme(theme: str) -> None:
    assert palette.SURFACES[theme]["text"] == CONFIG["theme"][theme]["textColor"]
    assert palette.SURFACES[theme]["background"] == CONFIG["theme"][theme]["backgroundColor"]


def test_painting_puts_colours_in_place_of_their_names() -> None:
    figure = {"data": [{"marker": {"color": [palette.colour("fund"), "red"]}, "y": [1.0]}], "n": None}
    painted = palette.paint(figure, "dark")
    assert painted["data"][0]["marker"]["color"] == [palette.COLOURS["dark"]["fund"], "red"]
    assert painted["data"][0]["y"] == [1.0]
    assert palette.paint("var(--text)", "light") == palette.SURFACES["light"]["text"]


def test_the_style_sheet_knows_every_party() -> None:
    assert all(f"--{party}: light-dark(" in palette.style() for party in PARTIES)
