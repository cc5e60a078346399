"""What the robots.txt of a site allows (RFC 9309). Pure."""

from protego import Protego

AGENT = "OberaConnect"
#: A site may ask for longer pauses than these; its pages would never be done.
MAX_DELAY_SECONDS = 10.0
#: At least as much has to be read of the file, says section 2.5; the rest is not.
MAX_BYTES = 500 * 1024


class Rules:
    """The rules of one site for us."""

    def __init__(self, content: bytes = b"") -> None:
        """No content: everything is allowed."""
        self._parsed = Protego.parse(content[:MAX_BYTES].decode("utf-8-sig", "replace"))

    def allows(self, address: str) -> bool:
        """Whether an address of the site may be fetched."""
        return bool(self._parsed.can_fetch(address, AGENT))

    @property
    def delay_seconds(self) -> float:
        """The pause that the site asks for between two requests; at most ten seconds."""
        return min(self._parsed.crawl_delay(AGENT) or 0.0, MAX_DELAY_SECONDS)

    @property
    def sitemaps(self) -> list[str]:
        """The addresses of its sitemaps, as they stand there."""
        return list(self._parsed.sitemaps)
