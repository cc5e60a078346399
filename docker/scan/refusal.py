"""Why a scan does not take place. The message is a sentence for whoever asked for it."""


class Refused(Exception):
    """It was understood, and it is not allowed."""


class Invalid(Refused):
    """It was not understood, or it contradicts itself."""


class Busy(Refused):
    """As many scans run as may run at a time."""


def shown(text: str) -> str:
    """A caller's word inside a sentence: short, quoted, and in ASCII, so that no terminal obeys it."""
    return ascii(text if len(text) <= 80 else text[:80] + "...")
