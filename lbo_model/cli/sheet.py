"""A deal as an analyst lays it out, printed: the whole of what ``run --full`` says."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict

from lbo_model import measures, sheet
from lbo_model.cli.events import warnings
from lbo_model.engine import Run
from lbo_model.sheet.block import A_CENT, Block, Row, millions, some
from lbo_model.words import Words

_WIDTH = 10
_OF_LEASES = ("leased", "rents")


def whole(run: Run, title: str, words: Words, deals: tuple[str, ...] | None = None) -> Iterator[str]:
    """The lines of a run: each deal in turn, owners in a row one after the other, then their account."""
    yield _plain(title)
    yield words.say("sheet.unit", currency=run.scenario.currency)
    if deals is not None:
        for name in deals:
            yield from _deal(run, name, words)
        return
    for first in run.scenario.first_deals:
        row = run.scenario.chain(first)
        for name in row:
            yield from _deal(run, name, words)
        if len(row) > 1:
            yield from _printed(_in_a_row(run, first, words))


def _deal(run: Run, name: str, words: Words) -> Iterator[str]:
    result = run.deals[name]
    yield ""
    yield _plain(words.say("cli.deal", form=words.say(f"cli.form.{result.form.code}"), name=name))
    if result.start:
        yield _plain(words.say("sheet.follows", year=result.start))
    if bool(result.closing.not_financed):
        yield f"** {words.say('cli.does_not_close')} **"
    yield from warnings([asdict(event) for event in measures.events(result)], result.start, words)
    closing = (sheet.price, sheet.sources, sheet.uses)
    credit = (sheet.staff, sheet.relocation, sheet.ratios, sheet.covenants)
    end = (sheet.sale, sheet.sale_by_rank, sheet.returns, sheet.bridge, sheet.house, sheet.lost, sheet.who)
    yield from _printed(
        [
            *(block(result, words) for block in closing),
            *sheet.debt(run.scenario, result, words),
            *sheet.preferred(result, words),
            *sheet.statements(result, words),
            *sheet.tax(result, words),
            *(block(result, words) for block in (*credit, *end)),
        ]
    )


def _in_a_row(run: Run, first: str, words: Words) -> Iterator[Block]:
    """What all owners of a chain come to."""
    owners = measures.owners_in_a_row(run, first)
    account = measures.cumulated_account(owners)
    names = [result.name for result in owners]
    rows: list[Row | None] = [
        (words.say(f"parties.{party}"), [millions(float(total), words)])
        for party, total in account.items()
        if abs(float(total)) > A_CENT
    ]
    total = sum(float(amount) for amount in account.values())
    rows += [None, (words.say("sheet.total"), [millions(total, words)])]
    yield Block(words.say("sheet.account", names=" + ".join(names)), (), rows)
    burden = measures.cumulated_burden(owners)
    lines: list[Row | None] = [
        (
            words.say(f"sheet.burden.{name}"),
            [millions(float(amount), words) for amount in (*columns, columns.sum())],
        )
        for name, columns in burden.items()
        if name not in _OF_LEASES or some(columns)
    ]
    yield Block(words.say("sheet.burden.title"), [*names, words.say("sheet.total")], lines)


def _printed(blocks: Iterable[Block]) -> Iterator[str]:
    """Blocks one under the other: labels as wide as the widest, columns as their widest head or cell."""
    found = [block for block in blocks if block.rows]
    label = max(len(row[0]) for block in found for row in block.rows if row) + 2
    for block in found:
        rows = [row for row in block.rows if row]
        cells = [*block.heads, *(cell for _, row in rows for cell in row)]
        width = max(_WIDTH, *(len(cell) + 2 for cell in cells))
        columns = max(len(block.heads), *(len(row) for _, row in rows))
        heads = "".join(f"{head:>{width}}" for head in block.heads)
        yield ""
        title = block.title if len(block.title) <= label else f"{block.title}\n  {'':<{label}}"
        yield _plain(f"  {title:<{label}}{heads}".rstrip() if heads else f"  {block.title}")
        for one in block.rows:
            if one is None:
                yield "  " + " " * label + "-" * (width * columns)
            else:
                yield _plain(f"  {one[0]:<{label}}" + "".join(f"{cell:>{width}}" for cell in one[1]))


def _plain(text: str) -> str:
    """Text of which a Windows console knows every sign: its minus, its spaces."""
    return text.replace("\u2212", "-").replace("\u202f", "\u00a0")
