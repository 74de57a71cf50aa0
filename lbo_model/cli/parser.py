"""What may be written behind ``lbo-model``, and help and errors about it in the language of the answers."""

import argparse
import re
from collections.abc import Iterable
from functools import partial
from typing import Any, NoReturn

from lbo_model.scenario.paths import SAME, TERMS
from lbo_model.words import Words, languages

# What argparse says in English, and what is said instead.
_ERRORS = {
    r"unrecognized arguments: (?P<found>.+)": "unknown",
    r"the following arguments are required: (?P<found>.+)": "missing",
    r"argument (?P<name>[^:]+): invalid choice: (?P<found>.+?),? .*\(choose from (?P<allowed>.+)\)": "choice",
    r"argument (?P<name>[^:]+): expected .+": "no_value",
    r"argument (?P<name>[^:]+): ignored explicit argument (?P<found>.+)": "value",
}


def parser(words: Words) -> argparse.ArgumentParser:
    """The parser of the command line."""
    whole = _Parser(words, prog="lbo-model", description=words.say("cli.help.program"))
    commands = whole.add_subparsers(
        title=words.say("cli.heading.commands"),
        dest="command",
        required=True,
        metavar=words.say("cli.metavar.command"),
    )

    def command(name: str) -> _Parser:
        said = words.say(f"cli.help.{name}")
        return commands.add_parser(name, words=words, help=said, description=said)

    command("check").named("files", "file", nargs="+")
    command("schema").option("--write", "write", action="store_true")
    command("new").named("name", "name")
    run = command("run")
    _of_a_scenario(run, words, ("table", "json", "csv"))
    run.option("--full", "full", action="store_true")
    limits = command("limits")
    _of_a_scenario(limits, words, ("table", "json"))
    limits.option(
        "--return", "return", dest="required", default="20 %", metavar=words.say("cli.metavar.rate")
    )
    limits.option("--cover", "cover", default="1", metavar=words.say("cli.metavar.times"))
    storms = command("storms")
    _of_a_scenario(storms, words, ("table", "json"))
    storms.option("--paths", "paths", default="1000", metavar=words.say("cli.metavar.count"))
    return whole


def _of_a_scenario(command: "_Parser", words: Words, formats: tuple[str, ...]) -> None:
    """What every command takes that plays a scenario."""
    command.named("file", "file")
    command.option("--deal", "deal", metavar=words.say("cli.metavar.name"))
    command.option(
        "--set", "set", action="append", default=[], dest="changes", metavar=words.say("cli.metavar.change")
    )
    command.option("--terms", "terms", choices=TERMS, default=SAME)
    command.option("--format", "format", choices=formats, default=formats[0])


def language_in(arguments: list[str]) -> str | None:
    """The language asked for, before anything is said about the arguments."""
    early = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    early.add_argument("--language", nargs="?")
    asked: str | None = early.parse_known_args(arguments)[0].language
    return asked


class _Help(argparse.HelpFormatter):
    def __init__(self, words: Words, prog: str) -> None:
        super().__init__(prog)
        self._words = words

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(
            usage, actions, groups, self._words.say("cli.heading.usage") if prefix is None else prefix
        )


class _Parser(argparse.ArgumentParser):
    """A parser that speaks one language: argparse's own words never show."""

    def __init__(self, words: Words, **options: Any) -> None:
        super().__init__(add_help=False, allow_abbrev=False, formatter_class=partial(_Help, words), **options)
        self._words = words
        self._named = self.add_argument_group(words.say("cli.heading.arguments"))
        self._options = self.add_argument_group(words.say("cli.heading.options"))
        self._options.add_argument("-h", "--help", action="help", help=words.say("cli.help.help"))
        self.option("--language", "language", choices=languages())

    def named(self, dest: str, what: str, nargs: str | None = None) -> None:
        """Take an argument by its place."""
        metavar = self._words.say(f"cli.metavar.{what}")
        self._named.add_argument(dest, nargs=nargs, metavar=metavar, help=self._words.say(f"cli.help.{what}"))

    def option(self, flag: str, what: str, **how: Any) -> None:
        """Take an option."""
        self._options.add_argument(flag, help=self._words.say(f"cli.help.{what}"), **how)

    def error(self, message: str) -> NoReturn:
        """Say how the command is used and what is wrong, and leave."""
        said = self._words.say("problems.in_path", path=self.prog, sentence=self._sentence(message))
        self.exit(2, f"{self.format_usage()}{said}\n")

    def _sentence(self, message: str) -> str:
        for pattern, code in _ERRORS.items():
            if said := re.fullmatch(pattern, message, re.DOTALL):
                facts = {name: fact.replace("'", "") for name, fact in said.groupdict().items()}
                return self._words.say(f"cli.error.{code}", **facts)
        return self._words.say("cli.error.other")
