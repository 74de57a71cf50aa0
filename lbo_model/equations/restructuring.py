"""A debt that is turned into shares: what the firm is worth that day, what stays debt, who owns it then."""

import numpy as np

from lbo_model.equations.number import Number, ratio


def worth_in_distress(
    price_share: Number, enterprise_value: Number, court_costs: Number, cash: Number, owed_before: Number
) -> Number:
    """What a firm that cannot pay is worth to the creditors of its holding.

    ``max(0, price_share * enterprise_value * (1 - court_costs) + cash - owed_before)``: a sale in distress
    less its costs, once all that comes before them is paid. Money.
    """
    sold = price_share * enterprise_value * (1.0 - court_costs)
    return np.maximum(0.0, sold + cash - owed_before)


def debt_kept(
    owed: Number, times_ebitda: Number, ebitda: Number, owed_before: Number, worth: Number
) -> Number:
    """What stays debt: ``min(owed, worth, max(0, times_ebitda * max(0, ebitda) - owed_before))``.

    Never more than the firm is worth, or a lender would keep more than its rank gives it. Money.
    """
    borne = np.maximum(0.0, times_ebitda * np.maximum(0.0, ebitda) - owed_before)
    return np.minimum(np.minimum(owed, worth), borne)


def part_of_shares(recovered: Number, kept: Number, worth: Number, debt: Number) -> Number:
    """A creditor's part of the new shares: ``(recovered - kept) / (worth - debt)``.

    What its rank gives it beyond the debt that it keeps, beside what the firm is worth beyond all debt kept.
    With ``recovered = min(claim, max(0, worth - claims before))`` (absolute priority). A fraction.
    """
    return ratio(recovered - kept, worth - np.asarray(debt), otherwise=0.0)
