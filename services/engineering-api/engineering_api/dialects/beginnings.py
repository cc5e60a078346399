"""Lines of which a platform needs to know only how they begin."""


def beginnings(text: str) -> tuple[str, ...]:
    """Patterns of lines that begin with these words, between commas, whatever follows."""
    return tuple(f"{beginning.strip()} [REST...]" for beginning in text.split(","))
