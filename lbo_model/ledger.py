"""Who paid whom, why, when: every payment in cash as payer -> receiver -> reason.

Shapes: inside one date every number has the batch shape ``B``; stacked over dates, ``B + (dates,)``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Number = float | NDArray[np.float64]
Array = NDArray[np.float64]

PARTIES = (
    "market",
    "factory",
    "holding",
    "workers",
    "managers",
    "state",
    "banks",
    "mezzanine",
    "fund",
    "fund_manager",
    "solidarity_lenders",
    "seller",
    "next_buyer",
    "advisers",
    "indivisible_reserves",
    "family",
    "industrial_group",
    "nobody_yet",
    "lessor",
)
"""Everyone who may pay, receive or hold a claim. The closed list: a new party is one line here and its words.
"""

COMPANIES = ("factory", "holding")
"""The two legal persons of a deal: what they net in cash stays in their till, so it is nobody's gain."""


@dataclass(frozen=True)
class Flow:
    """One payment of one date: money from payer to payee, for a reason. The amount is never negative."""

    payer: str
    payee: str
    reason: str
    amount: Number


def either_way(payer: str, payee: str, out: str, back: str, amount: Number) -> tuple[Flow, Flow]:
    """A payment that may run backwards: ``out`` where the amount is positive, ``back`` where it is
    negative.
    """
    return (
        Flow(payer, payee, out, np.maximum(amount, 0.0)),
        Flow(payee, payer, back, np.maximum(-np.asarray(amount), 0.0)),
    )


def scaled(flows: Iterable[Flow], share: Number) -> tuple[Flow, ...]:
    """The same payments, each times ``share`` (a mask keeps or drops a payment cell by cell)."""
    return tuple(Flow(flow.payer, flow.payee, flow.reason, flow.amount * share) for flow in flows)


Key = tuple[str, str, str]


@dataclass(frozen=True)
class Ledger:
    """(payer, payee, reason) -> amounts of shape ``B + (dates,)``, in the order in which they first occur."""

    amounts: Mapping[Key, Array]

    def received(self, party: str, reasons: Iterable[str] | None = None) -> Array:
        """What a party received at each date, for all reasons or for some."""
        return self._sum(1, party, reasons)

    def paid(self, party: str, reasons: Iterable[str] | None = None) -> Array:
        """What a party paid at each date, for all reasons or for some."""
        return self._sum(0, party, reasons)

    def net(self, party: str) -> Array:
        """Receipts less payments of a party at each date."""
        return self.received(party) - self.paid(party)

    def nets(self) -> dict[str, Array]:
        """Receipts less payments of every party in the ledger, in one pass over it."""
        nets: dict[str, Array] = {}
        for (payer, payee, _), amounts in self.amounts.items():
            nets[payee] = nets.get(payee, 0.0) + amounts
            nets[payer] = nets.get(payer, 0.0) - amounts
        return nets

    def _sum(self, side: int, party: str, reasons: Iterable[str] | None) -> Array:
        wanted = None if reasons is None else set(reasons)
        total = np.zeros_like(next(iter(self.amounts.values())))
        for key, amounts in self.amounts.items():
            if key[side] == party and (wanted is None or key[2] in wanted):
                total = total + amounts
        return total


def gather(flows_by_date: Iterable[Iterable[Flow]], shape: tuple[int, ...]) -> Ledger:
    """Write the payments of all dates into one ledger of batch shape ``shape``; equal keys add up."""
    dates = list(flows_by_date)
    amounts: dict[Key, Array] = {}
    for date, flows in enumerate(dates):
        for flow in flows:
            key = (flow.payer, flow.payee, flow.reason)
            row = amounts.setdefault(key, np.zeros((*shape, len(dates))))
            row[..., date] += flow.amount
    kept = {key: row for key, row in amounts.items() if np.any(row)}
    for row in kept.values():
        row.setflags(write=False)
    return Ledger(kept or {("market", "factory", "sales"): np.zeros((*shape, len(dates)))})
