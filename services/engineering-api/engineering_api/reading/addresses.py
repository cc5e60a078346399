"""Words that are addresses."""

from ipaddress import ip_address


def is_address(text: str) -> bool:
    """Whether a word is an IP address, of either version, without a length."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
