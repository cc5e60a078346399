"""Flows by the dozen, for tests that must hold for every flow."""

import datetime as dt

from tests.flows.arbitrary import flows
from tests.flows.valid import valid_flows

#: The day on which `valid_flows` have no error.
TODAY = dt.date(2026, 11, 25)

__all__ = ["TODAY", "flows", "valid_flows"]
