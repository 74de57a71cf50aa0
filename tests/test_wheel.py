"""The wheel as a school would install it: away from the sources, without a network, on an old console."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from lbo_model.cli import schema_text

ROOT = Path(__file__).parents[1]
SCRIPTS, SUFFIX = ("Scripts", ".exe") if sys.platform == "win32" else ("bin", "")


def clean(**more: str) -> dict[str, str]:
    """The environment without what leads back to the sources or to a network."""
    ours = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PIP_", "LC_"))
    }
    offline = {"PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_CONFIG_FILE": os.devnull}
    return ours | offline | {"LANG": "fr_FR", "PYTHONIOENCODING": "cp1252"} | more


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The commands of a new environment that holds the wheel, and borrows the libraries of this one."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet"]
    build = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, env=clean())
    (wheel,) = folder.glob("*.whl")
    home = folder / "home"
    venv.create(home, with_pip=False)
    python = home / SCRIPTS / f"python{SUFFIX}"
    install = [*pip, "--python", str(python), "install", "--no-deps", "--no-compile", str(wheel)]
    subprocess.run(install, check=True, env=clean())
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    library = subprocess.check_output([python, "-c", where], text=True, env=clean()).strip()
    # Searched last, and their own .pth files, which lead to the sources, are not read.
    borrowed = dict.fromkeys(sysconfig.get_path(name) for name in ("purelib", "platlib"))
    Path(library, "borrowed.pth").write_text("\n".join(borrowed), encoding="utf-8")
    return home / SCRIPTS


def said(scripts: Path, *arguments: str, folder: Path | None = None) -> str:
    """What a command of the wheel prints, run at the root of the disk unless elsewhere."""
    done = subprocess.run(
        [scripts / f"{arguments[0]}{SUFFIX}", *arguments[1:]],
        cwd=folder or Path(ROOT.anchor),
        env=clean(),
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode("cp1252").replace("\r\n", "\n")


def test_the_package_and_its_scenarios_come_from_the_wheel(scripts: Path):
    where = "import lbo_model; from lbo_model.scenario_file import shipped_folder as folder"
    for place in said(
        scripts, "python", "-c", f"{where}; print(lbo_model.__file__, folder(), sep='\\n')"
    ).split():
        assert Path(place).resolve().is_relative_to(scripts.parent.resolve())


def test_the_wheel_runs_and_checks_shipped_scenarios(scripts: Path):
    assert "SCOP, montage « scop »" in said(scripts, "lbo-model", "run", "scop")
    assert said(scripts, "lbo-model", "check", "scop", "film").count("rien à signaler") == 2


def test_the_wheel_prints_the_schema_and_starts_a_scenario(scripts: Path, tmp_path: Path):
    assert said(scripts, "lbo-model", "schema") == schema_text()
    said(scripts, "lbo-model", "new", "mine", folder=tmp_path)
    assert "rien à signaler" in said(scripts, "lbo-model", "check", "mine.yaml", folder=tmp_path)
