"""What `make doctor` finds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """A problem in one sentence, with what mends it; whether it stops a start, or is only worth knowing."""

    sentence: str
    stops: bool = True


def hint(sentence: str) -> Finding:
    """A finding that does not stop a start."""
    return Finding(sentence, stops=False)
