"""What a flow and its versions are called: a flow by its customer, a version by the hash of what it says."""

import hashlib
import json
import re
import unicodedata

from call_flow.flow.model import Flow


def version(flow: Flow) -> str:
    """SHA-256 of the flow's canonical JSON (sorted keys, no spaces), as 64 hexadecimal digits.

    Equal flows have equal versions, whoever made them and when; where values come from is part of what they say.
    """
    text = json.dumps(flow.plain(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def ids(customer: str) -> tuple[str, str]:
    """What the flow of a customer may be called: shortly, and so that no other customer's is called the same.

    The short one is the name in lower-case letters, digits and dashes. Of a name in another script nothing is left, and
    both are the long one.
    """
    plain = unicodedata.normalize("NFKD", customer).encode("ascii", "ignore").decode().lower()
    short = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:63].strip("-")
    digest = hashlib.sha256(_letters(customer).encode()).hexdigest()[:8]
    long = f"{short[:54].strip('-') or 'flow'}-{digest}"
    return short or long, long


def is_same(customer: str, other: str) -> bool:
    """Whether two names are those of one customer: they differ at most in case, spaces and punctuation."""
    return _letters(customer) == _letters(other)


def _letters(name: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKC", name).casefold() if sign.isalnum()) or name
