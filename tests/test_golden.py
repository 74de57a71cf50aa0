"""Who got what in each shipped scenario has not moved by a cent, unless ``make golden`` said so."""

import pytest

from tests.golden_files import FOLDER, names, written


@pytest.mark.parametrize("name", names())
def test_no_euro_moved(name: str) -> None:
    assert written(name) == (FOLDER / f"{name}.csv").read_text(encoding="utf-8")


def test_every_golden_file_belongs_to_a_shipped_scenario() -> None:
    assert sorted(file.stem for file in FOLDER.glob("*.csv")) == sorted(names())
