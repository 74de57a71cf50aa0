"""The end: the sale, rank by rank; what each party put in and got."""

from collections.abc import Iterator, Mapping

import numpy as np

from lbo_model import measures
from lbo_model.engine import Result
from lbo_model.engine.owners import GIVEN_BACK
from lbo_model.position import Array
from lbo_model.sheet.block import A_CENT, NOTHING, Block, Row, ebitda_name, held, loan_name, millions, times
from lbo_model.words import Words

_TOTALS = ("enterprise_value", "to_owners")
_HOUSE = (
    "contributions",
    "management_fees",
    "distributions",
    "carried_interest",
    "investors_received",
    "net_multiple",
    "net_irr",
    "manager_received",
)
_PRICE = ("by_multiple", "machines_deducted", "distress_discount", "enterprise_value", "cash")


def sale(result: Result, words: Words) -> Block:
    """From the value to what owners share; where nothing is sold, who holds what the factory is worth."""
    account = measures.sale_account(result)
    if not account:
        return _kept(result, words)
    year = result.start + result.deal.exit.year
    return Block(words.say("sheet.sold", year=year), (), _account(result, tuple(account), words))


def price_paid(result: Result, words: Words) -> Block:
    """What the next buyer pays, and the cash that comes with it; where nothing is sold, as ``sale``."""
    if not result.form.sells:
        return _kept(result, words)
    year = result.start + result.deal.exit.year
    return Block(words.say("sheet.sold", year=year), (), _account(result, _PRICE, words))


def _account(result: Result, names: tuple[str, ...], words: Words) -> list[Row | None]:
    account, rows = measures.sale_account(result), _valued(result, words)
    for name in names:
        amount = float(account[name])
        if name in _TOTALS or abs(amount) > A_CENT:
            rows += [None] if name in _TOTALS else []
            rows.append((words.say(f"sheet.sale.{name}"), [millions(amount, words)]))
    return rows


def _valued(result: Result, words: Words) -> list[Row | None]:
    multiple = float(result.deal.exit.multiple_after(result.closing.multiple))
    return [
        (ebitda_name(result, words), [millions(float(result.end_ebitda), words)]),
        (words.say("sheet.multiple"), [times(multiple, words)]),
    ]


def _kept(result: Result, words: Words) -> Block:
    year, rows = result.deal.exit.year, _valued(result, words)
    rows.append((words.say("sheet.sale.enterprise_value"), [millions(float(result.end_value), words)]))
    tills = result.positions.factory_cash + result.positions.holding_cash
    rows.append((words.say("sheet.sale.cash"), [millions(float(tills[year]), words)]))
    rows.append(None)
    for party, claimed in result.claims_end.items():
        if abs(float(claimed)) > A_CENT:
            claim = words.say("sheet.claim", party=words.say(f"parties.{party}"))
            rows.append((claim, [millions(float(claimed), words)]))
    return Block(words.say("sheet.kept", year=result.start + year), (), rows)


def sale_by_rank(result: Result, words: Words) -> Block:
    """The price as it goes down from rank to rank: asked, paid, left. No row where nothing is sold."""
    served = measures.sale_by_rank(result)
    rows: list[Row | None] = []
    if served and float(served[0].paid + served[0].left) > A_CENT:
        total = millions(float(served[0].paid + served[0].left), words)
        rows.append((words.say("sheet.rank.price_and_cash"), [NOTHING, NOTHING, total]))
        for one in served:
            asked, paid, left = float(one.asked), float(one.paid), float(one.left)
            if abs(np.nan_to_num(asked)) > A_CENT or abs(paid) > A_CENT:
                cells = [millions(amount, words) for amount in (asked, paid, left)]
                rows.append((_claim(one, result, words), cells))
    heads = [words.say(f"sheet.head.{head}") for head in ("asked", "paid", "left")]
    return Block(words.say("sheet.rank.title"), heads, rows)


def _claim(one: measures.Served, result: Result, words: Words) -> str:
    funding = result.deal.funding
    if one.kind == "loan":
        return loan_name(one.name, funding.loans[one.name].lender, words)
    if one.kind == "preferred":
        return held(funding.preferred[one.name].holder, funding.preferred[one.name].kind, words)
    if one.kind == "ordinary":
        return held(one.name, "ordinary", words)
    return words.say(f"sheet.rank.{one.kind}")


def returns(result: Result, words: Words) -> Block:
    """Each owner and each lender; below an owner, what its preferred money brought, and what it gave back
    after the sale.
    """
    heads = [words.say(f"sheet.head.{head}") for head in ("paid_in", "received", "times", "irr")]
    rows: list[Row | None] = []
    for party, found in measures.returns(result).items():
        rows.append((words.say(f"parties.{party}"), _returned(found, words)))
        rows += _of_which(result, party, words)
        given_back = float(result.ledger.paid(party, (GIVEN_BACK,))[result.counted].sum())
        if given_back > A_CENT:
            rows.append((words.say("sheet.given_back"), ["", millions(-given_back, words), "", ""]))
    return Block(words.say("sheet.returns"), heads, rows)


def _returned(found: Mapping[str, Array], words: Words) -> list[str]:
    """The cells of a row of returns."""
    rate = float(found["irr"])
    return [
        millions(float(found["paid_in"]), words),
        millions(float(found["received"]), words),
        times(float(found["multiple"]), words),
        NOTHING if np.isnan(rate) else words.show(rate, "percent"),
    ]


def _of_which(result: Result, party: str, words: Words) -> Iterator[Row]:
    """Each kind of preferred money of a party by itself: the claim, or what it was converted into."""
    terms = result.deal.funding.preferred
    for name, found in measures.preferred_returns(result).items():
        one = terms[name]
        if one.holder == party:
            how = "participating" if one.participating else "converted" if found["converted"] else "claim"
            kind = words.say(f"sheet.kind.{one.kind}")
            label = words.say(f"sheet.of_which.{how}", kind=kind, name=name.replace("_", " "))
            yield label, _returned(found, words)


def bridge(result: Result, words: Words) -> Block:
    """Where the owners' gain comes from."""
    rows: list[Row | None] = []
    for name, amount in measures.value_bridge(result).items():
        if abs(float(amount)) > A_CENT:
            rows.append((words.say(f"sheet.bridge.{name}"), [millions(float(amount), words)]))
    rows += [None, (words.say("sheet.bridge.gain"), [millions(float(measures.gain(result)), words)])]
    return Block(words.say("sheet.bridge.title"), (), rows)


def house(result: Result, words: Words) -> Block:
    """A fund's investors and its manager, where the terms say so."""
    rows: list[Row | None] = []
    found = measures.fund_house(result)
    forms = {"net_multiple": "multiple", "net_irr": "percent"}
    for name in _HOUSE:
        if name in found:
            amount = float(found[name])
            written = words.show(amount, forms[name]) if name in forms else millions(amount, words)
            rows.append((words.say(f"sheet.house.{name}"), [written]))
    return Block(words.say("sheet.house.title"), (), rows)


def lost(result: Result, words: Words) -> Block:
    """What a failure took from those who work there. No row where nothing was taken."""
    found = {name: float(amount) for name, amount in measures.losses(result).items()}
    rows: list[Row | None] = [
        (
            words.say(f"sheet.lost.{name}"),
            [words.show(amount, "decimal") if name == "jobs" else millions(amount, words)],
        )
        for name, amount in found.items()
        if amount > A_CENT
    ]
    return Block(words.say("sheet.lost.title"), (), rows)


def who(result: Result, words: Words) -> Block:
    """What each party got: in cash, and in claims at both ends."""
    heads = [words.say(f"sheet.head.{head}") for head in ("in_cash", "held_before", "held_after", "in_all")]
    rows: list[Row | None] = [
        (
            words.say(f"parties.{party}"),
            [millions(float(got[name]), words) for name in ("cash", "claims_start", "claims_end", "total")],
        )
        for party, got in measures.who_got_what(result).items()
    ]
    return Block(words.say("sheet.who"), heads, rows)
