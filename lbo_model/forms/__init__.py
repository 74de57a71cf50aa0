"""Ownership forms. A new one is one file here and one line in ``FORMS``, with its words in every language."""

from lbo_model.forms.family import FAMILY
from lbo_model.forms.family_purchase import FAMILY_PURCHASE
from lbo_model.forms.form import Form
from lbo_model.forms.fund import FUND
from lbo_model.forms.scop import SCOP
from lbo_model.forms.unlevered import UNLEVERED
from lbo_model.forms.workers_holding import WORKERS_HOLDING

FORMS: dict[str, Form] = {
    form.code: form for form in (FUND, UNLEVERED, FAMILY, FAMILY_PURCHASE, WORKERS_HOLDING, SCOP)
}

__all__ = ["FORMS", "Form"]
