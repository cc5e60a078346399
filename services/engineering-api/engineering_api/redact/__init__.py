"""Secrets leave a configuration before anything else happens to it."""

from engineering_api.redact.redaction import Redacted, Redaction, redact

__all__ = ["Redacted", "Redaction", "redact"]
