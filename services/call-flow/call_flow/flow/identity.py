"""What a version of a flow is called: the hash of what it says."""

import hashlib
import json

from call_flow.flow.model import Flow


def version(flow: Flow) -> str:
    """SHA-256 of the flow's canonical JSON (sorted keys, no spaces), as 64 hexadecimal digits.

    Equal flows have equal versions, whoever made them and when; where values come from is part of what they say.
    """
    text = json.dumps(flow.plain(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
