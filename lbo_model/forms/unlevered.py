"""The same buyer without a loan: what a financier compares any leveraged purchase with first."""

from dataclasses import replace

from lbo_model.forms.fund import FUND

UNLEVERED = replace(FUND, code="unlevered", borrows=False)
