"""Closing day: what the deal costs, who brings it, and whether the law allows it. Sources and uses, to the
cent.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lbo_model import equations
from lbo_model.engine.lawful_debt import bound, lawful_loans
from lbo_model.engine.target import Target
from lbo_model.forms import FORMS
from lbo_model.forms.form import Purchase
from lbo_model.position import Number, choose, each
from lbo_model.quantities import TOLERANCE
from lbo_model.scenario import BuyerFee, Deal, LoanSize, Scenario, Stake


@dataclass(frozen=True)
class Closing:
    """Sources and uses of one deal. Loans and their fees are tuples in the order of rank; money of batch
    shape ``B``.
    """

    ebitda: Number
    """EBITDA that the price is a multiple of, before the rents of leased machines."""
    multiple: Number
    enterprise_value: Number
    price_of_shares: Number
    debt_refinanced: Number
    minimum_cash_funded: Number
    growth_capital: Number
    """Cash brought for machines that serve more customers."""
    buyer_fee: Number
    transaction_fee: Number
    financing_fees: tuple[Number, ...]
    loans: tuple[Number, ...]
    debt_bound: Number
    """1.0 where the law limits what this buyer may borrow."""
    debt_refused: Number
    """What the law kept lenders from lending."""
    stakes: Mapping[str, Number]
    """Money of each owner, what is rolled over included; the missing money is not among them."""
    preferred: tuple[Number, ...]
    """The part of stakes that is served before ordinary shares, in the order of rank."""
    ordinary: Mapping[str, Number]
    """What each owner's part of ordinary shares is proportional to."""
    rolled: Mapping[str, Number]
    """The part of a stake that pays for its owner's old shares, never more than they are worth."""
    left_over: Number
    """Money brought beyond the uses; stays in the buyer's till."""
    missing: Number
    """Uses that no source covers, or that a line of ``nobody_yet`` stands for."""
    forbidden: Mapping[str, NDArray[np.bool_]]
    """Why the law or arithmetic refuses the deal: reason -> cells."""

    @property
    def uses(self) -> dict[str, Number]:
        """What the money is for."""
        return {
            "price_of_shares": self.price_of_shares,
            "debt_refinanced": self.debt_refinanced,
            "buyer_fees": self.buyer_fee,
            "transaction_fee": self.transaction_fee,
            "financing_fees": sum(self.financing_fees, 0.0 * self.price_of_shares),
            "minimum_cash": self.minimum_cash_funded,
            "growth_capital": self.growth_capital,
            "cash_left_over": self.left_over,
        }

    @property
    def not_financed(self) -> NDArray[np.bool_]:
        """Cells in which the deal does not close: money is missing, or the law or arithmetic refuses it."""
        mask = np.greater(self.missing, TOLERANCE)
        for cells in self.forbidden.values():
            mask = mask | cells
        return mask


def close(scenario: Scenario, deal: Deal, target: Target) -> Closing:
    """Sources and uses of a deal on closing day; nothing where there is no factory left to buy."""
    closing = _close(scenario, deal, target)
    return closing if np.all(target.alive) else choose(target.alive > 0.0, closing, _nothing(closing))


def _nothing(closing: Closing) -> Closing:
    empty: Closing = each(np.zeros_like, closing)
    return empty


def _close(scenario: Scenario, deal: Deal, target: Target) -> Closing:
    form = FORMS[deal.form]
    year = target.today if deal.price.basis == "trailing" else target.next_year
    ebitda = year.ebitda_before_rents
    value, multiple = _price(deal, target, ebitda)
    cash_paid = target.cash if target.sale is not None or deal.price.cash == "paid_for" else 0.0
    shares = np.maximum(0.0, equations.price_of_shares(value, cash_paid, target.debt + target.owed))
    shares = shares if form.buys else 0.0 * shares
    buyer_fee = _fee(deal.fees.buyer, value) if form.buys else 0.0 * value
    transaction_fee = _fee(deal.fees.transaction, value) if form.buys else 0.0 * value
    minimum = deal.funding.minimum_cash
    funded: Number = 0.0
    if minimum is not None and minimum.funded:
        funded = np.maximum(0.0, minimum.amount - target.cash)

    growth_capital = 0.0 if deal.funding.growth_capital is None else deal.funding.growth_capital

    fixed_uses = shares + target.debt + buyer_fee + transaction_fee + funded + growth_capital
    fee_rate = 0.0 if deal.fees.financing is None else deal.fees.financing.share_of_debt
    sources = _sources(deal, target.staff, ebitda, fixed_uses, fee_rate)
    debt_bound, debt_refused = 0.0 * fixed_uses, 0.0 * fixed_uses
    law = scenario.policy.acquisition_debt
    if law is not None:
        found = {party: stake for party, stake in sources[1].items() if party != "nobody_yet"}
        debt_bound = debt_bound + bound(law, _owners_parts(deal, found)[1])
        kept = target.debt + funded + growth_capital
        lawful = lawful_loans(law, deal, sources[0], ebitda, fixed_uses, kept, fee_rate)
        debt_refused = debt_bound * (sum(sources[0], 0.0) - sum(lawful, 0.0))
        cut = np.greater(debt_refused, TOLERANCE)
        if np.any(cut):
            again = _sources(deal, target.staff, ebitda, fixed_uses, fee_rate, lawful)
            sources = choose(cut, again, sources)
    loans, stakes, uses = sources
    fees = tuple(fee_rate * loan for loan in loans)
    missing = stakes.pop("nobody_yet", 0.0 * uses)
    gap = uses - sum(loans, 0.0) - sum(stakes.values(), 0.0) - missing
    # Whoever owned a part of an earlier holding is paid as its seller, and brings that money again.
    rollers: list[str] = [
        party
        for party, stake in deal.funding.equity.items()
        if stake.rollover and party in stakes and target.sale is None
    ]
    rolled = dict(zip(rollers, equations.paid_by_rank(shares, map(stakes.__getitem__, rollers)), strict=True))
    preferred, ordinary = _owners_parts(deal, stakes)
    forbidden = _forbidden(scenario, deal, target, shares, buyer_fee + transaction_fee, fees, stakes)
    forbidden["over_financed"] = np.less(gap, -TOLERANCE)
    forbidden["no_multiple"] = np.less_equal(ebitda, 0.0) & (deal.price.amount is not None)
    return Closing(
        ebitda=ebitda,
        multiple=multiple,
        enterprise_value=value,
        price_of_shares=shares,
        debt_refinanced=target.debt,
        minimum_cash_funded=funded,
        growth_capital=growth_capital,
        buyer_fee=buyer_fee,
        transaction_fee=transaction_fee,
        financing_fees=fees,
        loans=loans,
        debt_bound=debt_bound,
        debt_refused=debt_refused,
        stakes=stakes,
        preferred=preferred,
        ordinary=ordinary,
        rolled=rolled,
        left_over=np.maximum(0.0, -gap),
        missing=missing + np.maximum(0.0, gap),
        forbidden=forbidden,
    )


def _price(deal: Deal, target: Target, ebitda: Number) -> tuple[Number, Number]:
    """The price of the enterprise and its multiple of EBITDA: the deal's own, or an earlier owner's sale."""
    if target.sale is not None:
        return target.sale.value, target.sale.multiple
    if deal.price.multiple is not None:
        return equations.enterprise_value(deal.price.multiple, ebitda), deal.price.multiple
    assert deal.price.amount is not None, "a price is a choice of exactly one field"
    return deal.price.amount, equations.ratio(deal.price.amount, np.maximum(ebitda, 0.0), otherwise=0.0)


def _owners_parts(deal: Deal, stakes: Mapping[str, Number]) -> tuple[tuple[Number, ...], dict[str, Number]]:
    """Preferred money by rank, never more than its holder's stake, and what ordinary shares go by: the rest
    of each stake, preferred money that takes part in what is left, or the parts that the file declares.
    """
    left = dict(stakes)
    preferred: list[Number] = []
    for one in deal.funding.preferred.values():
        share = one.size.share_of_stake
        stake = stakes.get(one.holder, 0.0)
        asked = one.size.amount if share is None else share * stake
        amount = np.minimum(np.asarray(asked), left.get(one.holder, 0.0))
        left[one.holder] = left.get(one.holder, 0.0) - amount
        preferred.append(amount)
    declared = {
        str(party): stake.ordinary_share
        for party, stake in deal.funding.equity.items()
        if stake.ordinary_share is not None and party in stakes
    }
    whole = sum(declared.values(), 0.0)
    parts = {party: equations.ratio(part, whole, otherwise=0.0) for party, part in declared.items()}
    money = sum(left.values(), 0.0)
    ordinary = {party: part * money for party, part in parts.items()} if declared else left
    for one, amount in zip(deal.funding.preferred.values(), preferred, strict=True):
        if one.participating:
            ordinary = {**ordinary, one.holder: ordinary[one.holder] + amount}
    nobody = np.equal(sum(ordinary.values(), 0.0), 0.0)
    if declared and np.any(nobody):
        ordinary = {party: np.where(nobody, parts[party], weight) for party, weight in ordinary.items()}
    return tuple(preferred), ordinary


def _fee(fee: BuyerFee | None, price: Number) -> Number:
    if fee is None:
        return 0.0 * price
    if fee.share_of_price is not None:
        return fee.share_of_price * price
    assert fee.amount is not None, "a fee is a choice of exactly one field"
    return fee.amount


def _loan_size(size: LoanSize, ebitda: Number) -> tuple[Number, Number]:
    """A loan of closing day as a fixed amount and an amount per euro of uses."""
    if size.amount is not None:
        return size.amount, 0.0
    if size.times_ebitda is not None:
        return size.times_ebitda * np.maximum(ebitda, 0.0), 0.0
    if size.share_of_uses is not None:
        return 0.0, size.share_of_uses
    assert size.beyond_equity is not None, "the loan that is the rest is sized last"
    return 0.0, 1.0 - size.beyond_equity


def _stake_size(stake: Stake, staff: Number, lent: tuple[Number, Number]) -> tuple[Number, Number]:
    """An owner's money as a fixed amount and an amount per euro of uses; ``lent`` says the loans so."""
    if stake.amount is not None:
        return stake.amount, 0.0
    if stake.share_of_uses is not None:
        return 0.0, stake.share_of_uses
    if stake.share_of_equity is not None:
        lent_fixed, lent_share = lent
        return -stake.share_of_equity * lent_fixed, stake.share_of_equity * (1.0 - lent_share)
    assert stake.per_head is not None, "the stake that is the rest is sized last"
    assert stake.take_up is not None, "money a head comes with a take-up"
    return stake.per_head * stake.take_up * staff, 0.0


def _sources(
    deal: Deal,
    staff: Number,
    ebitda: Number,
    fixed_uses: Number,
    fee_rate: Number,
    lent: tuple[Number, ...] | None = None,
) -> tuple[tuple[Number, ...], dict[str, Number], Number]:
    """Loans by rank, stakes by party, and total uses, which depend on the debt through its fee. ``lent``:
    amounts of the loans, where their sizes do not say them.
    """
    later = LoanSize(amount=0.0)
    loans = {name: loan.size if loan.drawn is None else later for name, loan in deal.funding.loans.items()}
    if lent is not None:
        loans = {name: LoanSize(amount=amount) for name, amount in zip(loans, lent, strict=True)}
    stakes = {str(party): stake for party, stake in deal.funding.equity.items()}
    sized_loans = {name: _loan_size(size, ebitda) for name, size in loans.items() if not size.rest}
    loan_fixed = sum((fixed for fixed, _ in sized_loans.values()), 0.0)
    loan_share = sum((share for _, share in sized_loans.values()), 0.0)
    sized_stakes = {
        party: _stake_size(stake, staff, (loan_fixed, loan_share))
        for party, stake in stakes.items()
        if not stake.rest
    }
    stake_fixed = sum((fixed for fixed, _ in sized_stakes.values()), 0.0)
    stake_share = sum((share for _, share in sized_stakes.values()), 0.0)
    uses = equations.total_uses(fixed_uses, loan_fixed, loan_share, fee_rate)
    lent_rest = [name for name, size in loans.items() if size.rest]
    if lent_rest:
        whole = equations.total_uses(fixed_uses, -stake_fixed, 1.0 - stake_share, fee_rate)
        rest = whole - stake_fixed - stake_share * whole - loan_fixed - loan_share * whole
        uses = np.where(np.greater(rest, 0.0), whole, uses)
    rest = np.maximum(0.0, uses - (loan_fixed + stake_fixed) - (loan_share + stake_share) * uses)
    amounts = {name: fixed + share * uses for name, (fixed, share) in sized_loans.items()}
    amounts.update(dict.fromkeys(lent_rest, rest))
    # A share of the owners' money is nothing, not a debt, where loans already exceed the uses.
    money = {party: np.maximum(0.0, fixed + share * uses) for party, (fixed, share) in sized_stakes.items()}
    money.update({party: rest for party, stake in stakes.items() if stake.rest})
    return tuple(amounts[name] for name in loans), money, uses


def _forbidden(
    scenario: Scenario,
    deal: Deal,
    target: Target,
    shares: Number,
    buyer_fee: Number,
    fees: tuple[Number, ...],
    stakes: Mapping[str, Number],
) -> dict[str, NDArray[np.bool_]]:
    """Reasons for which the form's law refuses this price or these owners."""
    expensed = 0.0 if deal.fees.financing is None or deal.fees.financing.amortised else sum(fees, 0.0)
    capital = sum(stakes.values(), 0.0)
    purchase = Purchase(
        capital=capital,
        workers_capital=stakes.get("workers", 0.0),
        equity_after=target.equity + capital - shares - buyer_fee - expensed,
    )
    return dict(FORMS[deal.form].forbids(deal.terms, scenario.policy, purchase))
