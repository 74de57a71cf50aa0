"""Whether machines come before owners, or before the holding's lenders: by the deal's plan, or by law."""

import numpy as np

from lbo_model.engine.setting import Setting
from lbo_model.position import Number


def machines_come_first(setting: Setting) -> bool:
    """Whether the credit line is drawn for machines before they are cut."""
    by_law = setting.scenario.policy.machines_first == "before_lenders"
    return by_law or setting.deal.plan.served_first == "machines"


def lawful_target(setting: Setting, target: Number, needed: Number) -> Number:
    """Machines that are bought before anything is repaid early or paid to owners: the plan's, or what the
    factory needs where the law says so and that is more.
    """
    return target if setting.scenario.policy.machines_first is None else np.maximum(target, needed)


def lawful_floor(setting: Setting, floor: Number, needed: Number, cash: Number) -> Number:
    """Machines that are bought before the holding's lenders are paid: the plan's floor, or what the factory
    needs, as far as its own ``cash`` goes, where the law says so. No factory closes because of it.
    """
    if setting.scenario.policy.machines_first != "before_lenders":
        return floor
    return np.maximum(floor, np.minimum(needed, cash))
