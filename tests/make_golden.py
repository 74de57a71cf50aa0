"""Write the golden files anew: ``make golden``. Read the difference before committing it."""

from tests import storm_table
from tests.golden_files import FOLDER, names, written


def main() -> None:
    """Write one file for each shipped scenario that has a deal, and remove those of scenarios that
    are gone; then the table of the storm.
    """
    FOLDER.mkdir(exist_ok=True)
    shipped = names()
    for name in shipped:
        (FOLDER / f"{name}.csv").write_text(written(name), encoding="utf-8", newline="\n")
    for file in FOLDER.glob("*.csv"):
        if file.stem not in shipped:
            file.unlink()
    storm_table.FILE.parent.mkdir(exist_ok=True)
    storm_table.FILE.write_text(storm_table.written(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
