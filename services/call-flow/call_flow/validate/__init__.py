"""Findings: what is wrong with a flow, what to look at, and what to do."""

from call_flow.validate.finding import Finding, Severity
from call_flow.validate.rule import Rule
from call_flow.validate.rules import MOST_FINDINGS, RULES, check

__all__ = ["MOST_FINDINGS", "RULES", "Finding", "Rule", "Severity", "check"]
