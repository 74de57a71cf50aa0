"""``lbo-model``: check scenario files, start a new one, run one in the terminal, write the JSON Schema."""

import argparse
import csv
import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from lbo_model.scenario import Scenario
from lbo_model.scenario.paths import InputError, expand, replaced
from lbo_model.scenario_file import Document, json_schema, load, shipped_folder, shipped_names
from lbo_model.words import Words, languages

DEFAULT_LANGUAGE = "fr"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_LINES = (
    ("sales", "statements.group.income_statement.sales"),
    ("ebitda", "statements.group.income_statement.ebitda"),
    ("tax", "statements.group.income_statement.tax"),
    ("machines", "statements.group.cash_flow.machines"),
    ("machines_owed", "measures.machines_owed"),
    ("loans", "statements.group.balance_sheet.loans"),
    ("cash", "statements.group.balance_sheet.cash"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line. Returns the exit code: 0, or 1 where something is wrong in a file or a value."""
    for stream in (sys.stdout, sys.stderr):
        # An old Windows console knows neither « → » nor narrow spaces; a question mark beats a traceback.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    given = list(sys.argv[1:] if arguments is None else arguments)
    words = Words(_language(given))
    options = _parser(words).parse_args(given)
    commands = {"check": _check, "schema": _schema, "new": _new, "run": _run}
    try:
        code = commands[options.command](options, words)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # The reader left, as `head` does: nothing more to say, not even when Python closes its output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _language(given: Sequence[str]) -> str:
    """The language asked for, or that of the environment, before anything is said."""
    early = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    early.add_argument("--language")
    asked = early.parse_known_args(given)[0].language
    system = (os.environ.get(name, "")[:2] for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return next((code for code in (asked, *system) if code in languages()), DEFAULT_LANGUAGE)


def _parser(words: Words) -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--language", choices=languages(), help=words.say("cli.help.language"))
    parser = argparse.ArgumentParser("lbo-model", description=words.say("cli.help.program"))
    commands = parser.add_subparsers(dest="command", required=True, metavar="check | run | new | schema")

    def command(name: str) -> argparse.ArgumentParser:
        said = words.say(f"cli.help.{name}")
        return commands.add_parser(name, help=said, description=said, parents=[shared])

    command("check").add_argument("files", nargs="+", metavar="FILE", help=words.say("cli.help.file"))
    command("schema").add_argument("--write", action="store_true", help=words.say("cli.help.write"))
    command("new").add_argument("name", metavar="NAME", help=words.say("cli.help.name"))
    run = command("run")
    run.add_argument("file", metavar="FILE", help=words.say("cli.help.file"))
    run.add_argument("--deal", metavar="NAME", help=words.say("cli.help.deal"))
    changes = words.say("cli.help.set")
    run.add_argument("--set", action="append", default=[], metavar="PATH=VALUE", dest="changes", help=changes)
    formats = ("table", "json", "csv")
    run.add_argument("--format", choices=formats, default="table", help=words.say("cli.help.format"))
    return parser


# --- check, schema, new -------------------------------------------------------------------------------------


def _check(options: argparse.Namespace, words: Words) -> int:
    documents = [load(file) for file in options.files]
    for document in documents:
        if not document.problems:
            print(words.say("cli.sound", file=document.name))
        _say_problems(document, words, sys.stdout)
    return int(any(document.problems for document in documents))


def _say_problems(document: Document, words: Words, stream: TextIO) -> None:
    for problem in document.problems:
        print(words.problem(problem), file=stream)


def schema_text() -> str:
    """The JSON Schema as it stands in ``scenarios/schema.json``."""
    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"


def _schema(options: argparse.Namespace, words: Words) -> int:
    if not options.write:
        print(schema_text(), end="")
        return 0
    path = shipped_folder() / "schema.json"
    path.write_text(schema_text(), encoding="utf-8", newline="\n")
    print(words.say("cli.written", file=path))
    return 0


def _new(options: argparse.Namespace, words: Words) -> int:
    name = options.name.removesuffix(".yaml")
    if not _NAME.fullmatch(name) or name in (*shipped_names(), "base"):
        return _fail(words.say("cli.bad_name", name=options.name))
    path = Path(f"{name}.yaml")
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(words.say("cli.starter", name=name))
    except FileExistsError:
        return _fail(words.say("cli.exists", file=path))
    print(words.say("cli.started", file=path))
    return 0


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


# --- run ----------------------------------------------------------------------------------------------------


def _run(options: argparse.Namespace, words: Words) -> int:
    from lbo_model.contract import as_json
    from lbo_model.engine import run

    document = load(options.file)
    if document.scenario is None:
        _say_problems(document, words, sys.stderr)
        return 1
    if options.deal is not None and options.deal not in document.scenario.deals:
        known = list(document.scenario.deals)
        return _fail(words.say("cli.no_such_deal", name=options.deal, known=known))
    try:
        scenario = _with(document.scenario, options.changes)
    except InputError as error:
        return _fail("\n".join(words.problem(fault) for fault in error.faults))
    deals = None if options.deal is None else (options.deal,)
    answer = as_json(run(scenario), Path(document.name).stem, deals)
    if options.format == "json":
        print(json.dumps(answer, indent=1, ensure_ascii=False))
    elif options.format == "csv":
        csv.writer(sys.stdout, lineterminator="\n").writerows(_rows(answer))
    else:
        print("\n".join(_table(answer, scenario, Words(words.language, scenario.currency))))
    return 0


def _with(scenario: Scenario, changes: Sequence[str]) -> Scenario:
    """The scenario with ``path=value`` changes; ``*`` stands for any name, ``[1, 2]`` for a list by year."""
    values: dict[str, Any] = {}
    for change in changes:
        path, _, text = change.partition("=")
        value = [item.strip() for item in text[1:-1].split(",")] if text.startswith("[") else text
        values |= dict.fromkeys(expand(scenario, path.strip()) or [path.strip()], value)
    return replaced(scenario, values)


def _rows(answer: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Every number of an answer: deal, what, date (empty for a number that has none), value."""
    yield "deal", "what", "date", "value"
    for name, deal in answer["deals"].items():
        for what, value in _leaves(deal, ""):
            dated = enumerate(value) if isinstance(value, list) else [("", value)]
            yield from ((name, what, date, "" if one is None else one) for date, one in dated)


def _leaves(tree: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(tree, dict) and "payer" in tree:
        yield from _leaves(tree["amounts"], f"{path}.{tree['payer']}.{tree['payee']}.{tree['reason']}")
    elif isinstance(tree, dict):
        for name, below in tree.items():
            yield from _leaves(below, f"{path}.{name}".lstrip("."))
    elif isinstance(tree, list) and tree and isinstance(tree[0], dict):
        for below in tree:
            yield from _leaves(below, path)
    else:
        yield path, tree


def _table(answer: dict[str, Any], scenario: Scenario, words: Words) -> Iterator[str]:
    yield getattr(scenario.title, words.language, answer["scenario"])
    for name, deal in answer["deals"].items():
        closing, returns = deal["closing"], deal["returns"]
        yield f"\n{name} ({deal['form']})"
        if closing["not_financed"]:
            yield f"  ** {words.say('cli.does_not_close')} **"
        yield f"\n  {words.say('cli.sources')}"
        missing = {words.say("cli.missing"): closing["missing"]} if closing["missing"] else {}
        yield from _amounts(closing["sources"] | missing, words)
        yield f"\n  {words.say('cli.uses')}"
        paid = {words.say(f"cli.use.{use}"): cost for use, cost in closing["uses"].items() if cost}
        yield from _amounts(paid, words)
        yield f"\n  {words.say('cli.years', currency=answer['currency']):<34}" + _cells(answer["dates"])
        for line, path in _LINES:
            series = _at(deal, path)
            cells = ["–" if one is None else words.show(one / 1e6, "decimal") for one in series]
            yield f"    {words.say(f'cli.line.{line}'):<32}" + _cells(cells)
        yield f"\n  {words.say('cli.who_got_what')}"
        got = deal["measures"]["who_got_what"]
        yield from _amounts({party: amounts["total"] for party, amounts in got.items()}, words)
        for party, owner in returns.items():
            if owner["irr"] is not None:
                yield "    " + words.say("cli.returns", party=_label(party, words), **owner)


def _amounts(amounts: dict[str, float], words: Words) -> Iterator[str]:
    for name, amount in amounts.items():
        yield f"    {_label(name, words):<32}{words.show(amount, 'money_short'):>14}"


def _label(code: str, words: Words) -> str:
    """The name of a party; a loan keeps the name that its file gives it, a sentence stays as it is."""
    return words.say(f"parties.{code}") if f"parties.{code}" in words else code


def _cells(values: Sequence[Any]) -> str:
    return "".join(f"{value:>9}" for value in values)


def _at(tree: Any, path: str) -> Any:
    for name in path.split("."):
        tree = tree[name]
    return tree


if __name__ == "__main__":
    sys.exit(main())
