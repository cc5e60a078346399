"""What a robots.txt allows us."""

import pytest

from data_processing.connectors.robots import MAX_BYTES, Rules

SITE = "http://wiki.example"


@pytest.mark.parametrize(
    ("content", "path", "allowed"),
    [
        (b"", "/a", True),
        (b"User-agent: *\nDisallow: /private", "/private/a", False),
        (b"User-agent: *\nDisallow: /private", "/public", True),
        (b"User-agent: *\nDisallow: /\nAllow: /docs", "/docs/a", True),
        (b"User-agent: *\nDisallow: /*.pdf$", "/a/b.pdf", False),
        (b"User-agent: oberaconnect\nDisallow: /\n\nUser-agent: *\nDisallow:", "/a", False),
        (b"User-agent: other\nDisallow: /\n", "/a", True),
        (b"\xef\xbb\xbfUser-agent: *\nDisallow: /a", "/a", False),
        (b"\xff\xfe\x00<html>no rules</html>", "/a", True),
    ],
    ids=range(9),
)
def test_what_may_be_fetched(content: bytes, path: str, allowed: bool) -> None:
    assert Rules(content).allows(SITE + path) is allowed


@pytest.mark.parametrize(
    ("asked", "seconds"), [("3", 3.0), ("0.5", 0.5), ("86400", 10.0), ("-1", 0.0), ("inf", 0.0), ("soon", 0.0)]
)
def test_a_pause_is_granted_up_to_ten_seconds(asked: str, seconds: float) -> None:
    assert Rules(f"User-agent: *\nCrawl-delay: {asked}".encode()).delay_seconds == seconds


def test_sitemaps_are_told_in_order() -> None:
    content = b"Sitemap: https://wiki.example/b.xml\nUser-agent: *\nDisallow: /\nSitemap: https://wiki.example/a.xml"
    assert Rules(content).sitemaps == ["https://wiki.example/b.xml", "https://wiki.example/a.xml"]


def test_what_lies_beyond_the_limit_is_not_read() -> None:
    content = b"User-agent: *\nDisallow: /a\n" + b"#" * MAX_BYTES + b"\nDisallow: /b"
    assert [Rules(content).allows(f"{SITE}/{path}") for path in "ab"] == [False, True]
