"""``lbo-model``: check scenario files, start a new one, run one, ask how far it can go or how it ends in
random weather, write the schema.
"""

import argparse
import csv
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from pydantic_core import PydanticCustomError

from lbo_model.cli.parser import language_in, parser
from lbo_model.cli.table import table
from lbo_model.quantities import Index, People, Quantity, Rate
from lbo_model.scenario import Scenario
from lbo_model.scenario.faults import Fault, with_example
from lbo_model.scenario.paths import DOCUMENTED, SAME, InputError, expand, replaced, with_terms
from lbo_model.scenario_file import Document, json_schema, load, shipped_folder, shipped_names
from lbo_model.words import Words, languages

DEFAULT_LANGUAGE = "fr"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line. Returns the exit code: 0, or 1 where something is wrong in a file or a value."""
    for stream in (sys.stdout, sys.stderr):
        # An old Windows console knows neither « → » nor narrow spaces; a question mark beats a traceback.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    given = list(sys.argv[1:] if arguments is None else arguments)
    words = Words(_language(given))
    options = parser(words).parse_args(given)
    commands = {
        "check": _check,
        "schema": _schema,
        "new": _new,
        "run": _run,
        "limits": _limits,
        "storms": _storms,
    }
    try:
        code = commands[options.command](options, words)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # The reader left, as `head` does: nothing more to say, not even when Python closes its output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _language(given: list[str]) -> str:
    """The language asked for, or that of the environment, before anything is said."""
    system = (os.environ.get(name, "")[:2] for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return next((code for code in (language_in(given), *system) if code in languages()), DEFAULT_LANGUAGE)


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


# --- run, limits, storms ------------------------------------------------------------------------------------


def _run(options: argparse.Namespace, words: Words) -> int:
    from lbo_model.cli.sheet import whole
    from lbo_model.contract import as_json
    from lbo_model.engine import run

    scenario = _scenario(options, words)
    if scenario is None:
        return 1
    played, deals = run(scenario), _chosen(options)
    if options.full and options.format == "table":
        title = _title(scenario, options, words)
        print("\n".join(whole(played, title, Words(words.language, scenario.currency), deals)))
        return 0
    answer = as_json(played, Path(options.file).stem, deals, options.terms)
    return _say(answer, table, scenario, options, words)


def _limits(options: argparse.Namespace, words: Words) -> int:
    from lbo_model.cli.limits import limits_table
    from lbo_model.contract import limits_as_json

    scenario = _scenario(options, words)
    if scenario is None:
        return 1
    try:
        required = _number("--return", Rate(0, 10), options.required)
        cover = _number("--cover", Index(0, 10), options.cover)
    except InputError as error:
        return _fail("\n".join(words.problem(fault) for fault in error.faults))
    name = Path(options.file).stem
    answer = limits_as_json(scenario, name, required, cover, _chosen(options), options.terms)
    return _say(answer, limits_table, scenario, options, words)


def _storms(options: argparse.Namespace, words: Words) -> int:
    from lbo_model.cli.storms import storms_table
    from lbo_model.contract import storms_as_json

    scenario = _scenario(options, words)
    if scenario is None:
        return 1
    try:
        paths = _number("--paths", People(1, 100_000), options.paths)
        if paths != int(paths):
            raise InputError([Fault("--paths", "not_a_whole_number", {"found": options.paths})])
        answer = storms_as_json(
            scenario, Path(options.file).stem, int(paths), _chosen(options), options.terms
        )
    except InputError as error:
        return _fail("\n".join(words.problem(fault) for fault in error.faults))
    return _say(answer, storms_table, scenario, options, words)


def _scenario(options: argparse.Namespace, words: Words) -> Scenario | None:
    """The scenario and the terms asked for, with its changes; None where something is wrong: it is said."""
    document = load(options.file)
    if document.scenario is None:
        _say_problems(document, words, sys.stderr)
        return None
    if options.deal is not None and options.deal not in document.scenario.deals:
        known = list(document.scenario.deals)
        _fail(words.say("cli.no_such_deal", name=options.deal, known=known))
        return None
    if options.terms == DOCUMENTED and not document.scenario.documented_terms:
        _fail(words.say("cli.no_documented_terms", file=document.name))
        return None
    try:
        return _with(with_terms(document.scenario, options.terms), options.changes)
    except InputError as error:
        _fail("\n".join(words.problem(fault) for fault in error.faults))
        return None


def _chosen(options: argparse.Namespace) -> tuple[str, ...] | None:
    return None if options.deal is None else (options.deal,)


def _number(name: str, quantity: Quantity, text: str) -> float:
    """A number behind an option, read and refused as those of a file are."""
    try:
        return float(quantity.check(text))
    except PydanticCustomError as error:
        raise InputError([Fault(name, error.type, with_example(error.context or {}))]) from None


def _say(
    answer: dict[str, Any],
    as_table: Callable[[dict[str, Any], str, Words], Iterator[str]],
    scenario: Scenario,
    options: argparse.Namespace,
    words: Words,
) -> int:
    """An answer in the form asked for."""
    if options.format == "json":
        print(json.dumps(answer, indent=1, ensure_ascii=False))
    elif options.format == "csv":
        csv.writer(sys.stdout, lineterminator="\n").writerows(_rows(answer))
    else:
        title = _title(scenario, options, words)
        print("\n".join(as_table(answer, title, Words(words.language, scenario.currency))))
    return 0


def _title(scenario: Scenario, options: argparse.Namespace, words: Words) -> str:
    """The scenario's title; on documented terms it says so."""
    title = str(getattr(scenario.title, words.language))
    return title if options.terms == SAME else words.say("cli.on_documented_terms", title=title)


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
