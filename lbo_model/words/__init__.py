"""Every word that a person reads, looked up by a key, filled in, and formatted for a language.

A language is one file of this folder. A sentence names its slots, and how each is written: ``{name}``,
``{price:money}``, ``{share:percent}``. A count stands with its noun, ``{years:years}``, which agrees with it:
its words stand under ``nouns``. Words knows keys and codes, never the model.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, Protocol

from babel import Locale
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_symbol
from ruamel.yaml import YAML

_FOLDER = Path(__file__).parent
_PERCENT_UNITS = ("share", "rate")
_READABLE = 1e15
_DIGITS = {"whole": 0, "number": 4}
_OF_A_UNIT = ("found", "low", "high", "limit")


class AnyProblem(Protocol):
    """Something wrong: its path, code and facts; ``file`` and ``line`` too if it was read in a file."""

    @property
    def path(self) -> str:
        """Where in the scenario."""

    @property
    def code(self) -> str:
        """What is wrong."""

    @property
    def facts(self) -> Mapping[str, Any]:
        """What the sentence needs."""


def languages() -> list[str]:
    """The languages that there are words for."""
    return sorted(path.stem for path in _FOLDER.glob("*.yaml"))


class Words:
    """The words of one language. ``currency``: an ISO code such as EUR, or any text to set behind amounts.

    Raises:
        KeyError: if there is no such language.
    """

    def __init__(self, language: str, currency: str = "EUR") -> None:
        if language not in languages():
            raise KeyError(language)
        self.language = language
        self.currency = currency
        self._sentences = sentences(language)
        self._locale = Locale.parse(language)
        self._formats: dict[str, Callable[[float], str]] = {
            "money": self._money,
            "money_short": self._money_short,
            "millions": self._millions,
            "percent": self._percent,
            "percent_short": self._percent_short,
            "whole": self._whole,
            "multiple": self._multiple,
            "decimal": self._decimal,
            "number": self._number,
        }

    def __contains__(self, key: str) -> bool:
        return key in self._sentences

    def keys(self, section: str) -> list[str]:
        """The keys of a section, in the order in which they are written."""
        return [key for key in self._sentences if key.startswith(f"{section}.")]

    def say(self, key: str, /, **slots: Any) -> str:
        """The sentence of a key such as ``cli.usage``, its slots filled in.

        Raises:
            KeyError: with the key if it has no words, with the slot's name if it is not given.
        """
        said = []
        for text, slot, form, _ in Formatter().parse(self._sentences[key]):
            said.append(text)
            if slot is not None:
                said.append(self.show(slots[slot], form or ""))
        return "".join(said)

    def show(self, value: Any, form: str = "") -> str:
        """A value as this language writes it: money, percent, multiple, decimal, number..., with a noun, or
        as it is.
        """
        if form in self._formats:
            # Nobody reads thirty digits, and Babel refuses to write them.
            return self._formats[form](float(value)) if abs(value) < _READABLE else f"{value:.4g}"
        if form:
            return self._counted(form, float(value))
        if isinstance(value, (list, tuple)):
            return ", ".join(str(one) for one in value)
        if value is None or isinstance(value, bool):
            return {True: "true", False: "false", None: "null"}[value]
        return str(value)

    def problem(self, problem: AnyProblem) -> str:
        """One sentence on a problem: where, what was found, what is allowed, an example, the nearest word."""
        facts = dict(problem.facts)
        unit = facts.get("unit")
        for name in _OF_A_UNIT:
            if isinstance(facts.get(name), (int, float)) and not isinstance(facts[name], bool):
                facts[name] = self._of_a_unit(facts[name], unit)
        if "example" in facts:
            facts["example"] = _as_in_a_file(facts["example"], unit)
        if unit:
            facts["unit"] = self.say(f"fields.{unit}")
        sentence = self.say(f"problems.{problem.code}", **facts)
        if facts.get("nearest"):
            sentence += self.say("problems.nearest", nearest=facts["nearest"])
        place = {name: getattr(problem, name, "") for name in ("file", "line", "path")}
        where = "_and_".join(name for name in place if place[name]) or "nothing"
        return self.say(f"problems.in_{where}", sentence=sentence, **place)

    def _of_a_unit(self, value: float, unit: str | None) -> str:
        form = "percent" if unit in _PERCENT_UNITS else "money" if unit == "money" else "number"
        return self.show(value, form)

    def _counted(self, noun: str, count: float) -> str:
        """A count and its noun, which agrees with the number as it is written: 1 year, 2 years; 0 an, 1 an.

        ``nouns.<noun>.<category>``: Babel knows which category of plural a number has in each language. Where
        a language has no words for one (French has another for millions), ``other`` says it.
        """
        several = f"nouns.{noun}.other"
        (form,) = (
            form for _, slot, form, _ in Formatter().parse(self._sentences[several]) if slot == "count"
        )
        written = round(count, _DIGITS[form or "number"])
        category = self._locale.plural_form(abs(written)) if abs(written) < _READABLE else "other"
        key = f"nouns.{noun}.{category}"
        return self.say(key if key in self else several, count=count)

    def _money(self, value: float) -> str:
        value = value if abs(value) >= 0.5 else 0.0  # no minus before a zero
        if len(self.currency) == 3 and self.currency.isupper():
            pattern = self._locale.currency_formats["standard"].pattern.replace(".00", "")
            return format_currency(value, self.currency, pattern, self._locale, currency_digits=False)
        return f"{format_decimal(value, '#,##0', self._locale)} {self.currency}"

    def _money_short(self, value: float) -> str:
        written = self._decimal(abs(value) / 1e6)
        minus = "\u2212" if value < 0.0 and written != self._decimal(0.0) else ""
        currency = get_currency_symbol(self.currency, self._locale)
        return minus + self.say("formats.money_short", amount=written, currency=currency)

    def _millions(self, value: float) -> str:
        written = format_decimal(abs(value) / 1e6, "#,##0.00", self._locale)
        minus = value < 0.0 and written != format_decimal(0.0, "#,##0.00", self._locale)
        return ("\u2212" if minus else "") + written

    def _percent(self, value: float) -> str:
        pattern = self._locale.percent_formats[None].pattern.replace("0", "0.##", 1)
        return format_percent(value, pattern, self._locale)

    def _percent_short(self, value: float) -> str:
        return format_percent(value, locale=self._locale)

    def _whole(self, value: float) -> str:
        return format_decimal(round(value), "#,##0", self._locale)

    def _multiple(self, value: float) -> str:
        written = format_decimal(value, "#,##0.0#;\u2212#,##0.0#", self._locale)
        return self.say("formats.multiple", amount=written)

    def _decimal(self, value: float) -> str:
        # Adding zero turns -0.0 into 0.0.
        return format_decimal(round(value, 1) + 0.0, "#,##0.0", self._locale)

    def _number(self, value: float) -> str:
        return format_decimal(value, "#,##0.####", self._locale)


@cache
def sentences(language: str) -> Mapping[str, str]:
    """Every sentence of a language by its key, the sections joined with dots."""
    with (_FOLDER / f"{language}.yaml").open(encoding="utf-8") as file:
        return dict(_flat(YAML(typ="safe", pure=True).load(file), ""))


def _flat(tree: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for name, branch in tree.items():
        if isinstance(branch, Mapping):
            yield from _flat(branch, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", str(branch)


def _as_in_a_file(value: float, unit: str | None) -> str:
    """A number as a file takes it, whatever the language: a decimal point, underscores, a per cent sign."""
    if unit in _PERCENT_UNITS:
        return f"{value * 100:.10g} %"
    return f"{value:_.0f}" if float(value).is_integer() else f"{value:.10g}"
