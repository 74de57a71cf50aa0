"""Hypothesis profiles, chosen by the variable HYPOTHESIS_PROFILE: ``ci`` (default) or ``properties``."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile("ci", derandomize=True, max_examples=60, deadline=None)
settings.register_profile(
    "properties",
    max_examples=2000,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
