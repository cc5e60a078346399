"""What is left of pictures and links in an answer that rests on what outsiders wrote."""

import pytest

from agents.loop.shown import Shown, addresses

_KNOWN = addresses(["See https://wiki.example/vpn?a=1, and mailto:help@acme.example. Also https://known.example/a(b"])


def shown(text: str) -> str:
    return Shown(_KNOWN, {"acme.example"}).whole(text)


@pytest.mark.parametrize(
    "text",
    [
        "Plain words, `ping <address>`, a < b, x! [1] and [2]: Handbook, page 3",
        "[the page](https://wiki.example/vpn?a=1), [write](mailto:help@acme.example)",
        "[here](#part) and [there](/approve) and [it](docs/vpn.md \"title\")",
        "[ours](https://acme.example/anything?q=1)",
        "https://evil.example/?d=1 shows where it leads, and so does <https://evil.example/>",
        "if (!x) { y[0](1) }",
    ],
)  # fmt: skip
def test_what_hides_nothing_stays(text: str) -> None:
    assert shown(text) == text


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("![a](https://acme.example/p.png)", "!\\[a](https://acme.example/p.png)"),
        ("![a](https://evil.example/p)", "!\\[a]\\(https://evil.example/p)"),
        ("[![a](//evil.example/p)](#x)", "[!\\[a]\\(//evil.example/p)](#x)"),
        ("<IMG src=//evil.example>", "< IMG src=//evil.example>"),
        ("\\<img src=//evil.example>", "\\< img src=//evil.example>"),
        ("</a><a\nhref=x>", "< /a>< a\nhref=x>"),
        ("[a](https://evil.example/)", "[a]\\(https://evil.example/)"),
        ("[a](<https://evil.example/a b>)", "[a]\\(<https://evil.example/a b>)"),
        ("[a](</\t/evil.example>)", "[a]\\(</\t/evil.example>)"),
        ("[a](\n  https://evil.example/)", "[a]\\(\n  https://evil.example/)"),
        ("[a](&#104;ttps://evil.example/)", "[a]\\(&#104;ttps://evil.example/)"),
        ("[a](/\\evil.example)", "[a]\\(/\\evil.example)"),
        ("[a](JavaScript:x)", "[a]\\(JavaScript:x)"),
        ("[a]: https://evil.example/x", "[a]\\: https://evil.example/x"),
        # An address that begins like a known one, and goes on.
        ("[a](https://wiki.example/vpn?a=1&d=secret)", "[a]\\(https://wiki.example/vpn?a=1&d=secret)"),
        ("[a](https://known.example/a(b)secret)", "[a]\\(https://known.example/a(b)secret)"),
        ("[a]: https://wiki.example/vpn?a=1)secret", "[a]\\: https://wiki.example/vpn?a=1)secret"),
        ("[a](https://acme.example@evil.example/)", "[a]\\(https://acme.example@evil.example/)"),
        ("[a](https://acme.example\\@evil.example/)", "[a]\\(https://acme.example\\@evil.example/)"),
        ("[a](https://acme.example.evil.example/)", "[a]\\(https://acme.example.evil.example/)"),
    ],
)  # fmt: skip
def test_what_loads_by_itself_or_hides_where_it_leads_is_only_text(text: str, result: str) -> None:
    assert shown(text) == result
    assert shown(result) == result, "twice is as once"
    pieces = Shown(_KNOWN, {"acme.example"})
    assert "".join(map(pieces.feed, text)) + pieces.rest() == result, "sign by sign it is the same"


def test_a_stream_is_not_held_back_for_long() -> None:
    pieces = Shown((), ())
    assert pieces.feed("Wait! ") == "Wait! "
    assert pieces.feed("Wait!") == "Wait"
    assert pieces.feed(" Go on.") == "! Go on."
    said = "".join(pieces.feed("x" * 100) for _ in range(30))
    assert said == "x" * 3_000
    assert pieces.feed("[a](https://evil.example/") == "[a"
    assert pieces.feed("y" * 2_100).startswith("]\\(https://evil.example/y")
