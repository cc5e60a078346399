"""Keys of items that are made of an address or a path. Pure."""

import hashlib

_MAX_CHARACTERS = 512


def key_of(place: str) -> str:
    """A place as a key: as it is, or cut to fit, with the digest of the whole. NUL, which no text has, is spelled."""
    place = place.replace("\x00", "\\x00")
    if len(place) <= _MAX_CHARACTERS:
        return place
    return f"{place[: _MAX_CHARACTERS - 65]}#{hashlib.sha256(place.encode()).hexdigest()}"
