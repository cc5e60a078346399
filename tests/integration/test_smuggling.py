"""Requests whose end can be read in two ways, byte by byte: refused, or exactly one request for exactly one service.

Wherever a body could be taken for a second request, that request asks for `/api/data/smuggled`.
"""

import json
import re
from dataclasses import dataclass

import pytest
from tests.gateway import Gateway

REFUSED = frozenset({400, 414, 421, 431, 501})
SECOND = b"GET /api/data/smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
LENGTH = b"Content-Length: %d\r\n" % len(SECOND)


@dataclass(frozen=True)
class Case:
    """What is sent, and the statuses it may end with; 200 stands for one request that arrived."""

    name: str
    data: bytes
    statuses: frozenset[int] = frozenset({400})


def post(headers: bytes, body: bytes = SECOND, *, line: bytes = b"POST /api/rag/query HTTP/1.1\r\n") -> bytes:
    return line + b"Host: localhost\r\nConnection: close\r\n" + headers + b"\r\n" + body


def get(
    headers: bytes = b"", *, line: bytes = b"GET /api/rag/search HTTP/1.1\r\n", host: bytes = b"localhost"
) -> bytes:
    return line + b"Host: " + host + b"\r\nConnection: close\r\n" + headers + b"\r\n"


ONE = frozenset({200})
UNKNOWN_CODING = frozenset({501})
ELSEWHERE = frozenset({421})
EITHER = frozenset({200, 400})

CORPUS = [
    Case("length and chunked", post(LENGTH + CHUNKED, b"0\r\n\r\n" + SECOND)),
    Case("chunked and length", post(CHUNKED + LENGTH, b"0\r\n\r\n" + SECOND)),
    Case("two different lengths", post(b"Content-Length: 0\r\n" + LENGTH)),
    Case("the same length twice", post(LENGTH + LENGTH)),
    Case("a list of lengths", post(b"Content-Length: 0, 52\r\n")),
    Case("a negative length", post(b"Content-Length: -1\r\n")),
    Case("a length with a sign", post(b"Content-Length: +5\r\n")),
    Case("a hexadecimal length", post(b"Content-Length: 0x10\r\n")),
    Case("a length with a space in it", post(b"Content-Length: 1 0\r\n")),
    Case("a length beyond 64 bits", post(b"Content-Length: 18446744073709551616\r\n")),
    Case("an empty length", post(b"Content-Length: \r\n")),
    Case("chunked twice", post(CHUNKED + CHUNKED, b"0\r\n\r\n" + SECOND)),
    Case("gzip, then chunked", post(b"Transfer-Encoding: gzip, chunked\r\n", b"0\r\n\r\n" + SECOND), UNKNOWN_CODING),
    Case("chunked and identity", post(b"Transfer-Encoding: chunked, identity\r\n", b"0\r\n\r\n"), UNKNOWN_CODING),
    Case("an unknown coding", post(b"Transfer-Encoding: xchunked\r\n"), UNKNOWN_CODING),
    Case("an unknown coding and a length", post(b"Transfer-Encoding: x\r\n" + LENGTH), REFUSED),
    Case("a coding in quotes", post(b'Transfer-Encoding: "chunked"\r\n', b"0\r\n\r\n" + SECOND), UNKNOWN_CODING),
    Case("a coding with a vertical tab", post(b"Transfer-Encoding: \x0bchunked\r\n", b"0\r\n\r\n"), REFUSED),
    Case("a coding after a space before the colon", post(b"Transfer-Encoding : chunked\r\n" + LENGTH)),
    Case("a length after a space before the colon", post(b"Content-Length : 0\r\n")),
    Case("a coding on a folded line", post(b"X-Note: a\r\n Transfer-Encoding: chunked\r\n" + LENGTH)),
    Case("a coding that is folded itself", post(b"Transfer-Encoding:\r\n chunked\r\n", b"0\r\n\r\n" + SECOND), REFUSED),
    Case("a coding in HTTP/1.0", post(CHUNKED, b"0\r\n\r\n" + SECOND, line=b"POST /api/rag/query HTTP/1.0\r\n")),
    Case("a chunk with a false size", post(CHUNKED, b"z\r\nabc\r\n0\r\n\r\n")),
    Case("a chunk with a negative size", post(CHUNKED, b"-3\r\nabc\r\n0\r\n\r\n")),
    Case("a chunk with a size beyond 64 bits", post(CHUNKED, b"ffffffffffffffff1\r\nabc"), REFUSED | {413}),
    Case("a chunk that is longer than it says", post(CHUNKED, b"3\r\nabcdef\r\n0\r\n\r\n")),
    Case("a chunk without its line end", post(CHUNKED, b"3\r\nabc0\r\n\r\n")),
    Case("chunks that end with bare line feeds", post(CHUNKED, b"3\nabc\n0\n\n"), EITHER),
    Case("a chunk with an extension", post(CHUNKED, b"3;x=y\r\nabc\r\n0\r\n\r\n"), ONE),
    Case("a trailer that names a length", post(CHUNKED, b"3\r\nabc\r\n0\r\nContent-Length: 50\r\n\r\n"), ONE),
    Case("two hosts", get(b"Host: localhost\r\n")),
    Case("two different hosts", get(b"Host: evil.example\r\n")),
    Case("no host", b"GET /api/rag/search HTTP/1.1\r\nConnection: close\r\n\r\n"),
    Case("an empty host", get(host=b""), frozenset({400, 421})),
    Case("a host with a slash", get(host=b"localhost/../x"), frozenset({400, 421})),
    Case("a host with a user", get(host=b"evil@localhost"), frozenset({400, 421})),
    Case("no host in HTTP/1.0", b"GET /api/rag/search HTTP/1.0\r\n\r\n", ELSEWHERE),
    Case("HTTP/0.9", b"GET /api/rag/search\r\n", frozenset({400, 421})),
    Case("HTTP/2 without a negotiation", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", frozenset({400, 505})),
    Case("a version that does not exist", get(line=b"GET /api/rag/search HTTP/9.9\r\n"), frozenset({400, 505})),
    Case("a version with a tail", get(line=b"GET /api/rag/search HTTP/1.1x\r\n")),
    Case("the URI of another host", get(line=b"GET http://evil.example/api/rag/search HTTP/1.1\r\n"), ELSEWHERE),
    Case("our own URI in full", get(line=b"GET http://localhost/api/rag/search HTTP/1.1\r\n"), ONE),
    Case("our own URI, foreign host", get(line=b"GET http://localhost/api/rag/a HTTP/1.1\r\n", host=b"evil"), EITHER),
    Case("an authority instead of a path", get(line=b"CONNECT localhost:8080 HTTP/1.1\r\n"), frozenset({400, 405})),
    Case("an asterisk instead of a path", get(line=b"OPTIONS * HTTP/1.1\r\n")),
    Case("a method in small letters", get(line=b"get /api/rag/search HTTP/1.1\r\n")),
    Case("a space before the method", get(line=b" GET /api/rag/search HTTP/1.1\r\n")),
    Case("a line end inside the path", get(line=b"GET /api/rag/a\rb HTTP/1.1\r\n")),
    Case("a NUL in the path", get(line=b"GET /api/rag/a\x00b HTTP/1.1\r\n")),
    Case("an encoded NUL in the path", get(line=b"GET /api/rag/a%00b HTTP/1.1\r\n")),
    Case("a space in the path", get(line=b"GET /api/rag/a b HTTP/1.1\r\n")),
    Case("a path above the root", get(line=b"GET /api/../../metrics HTTP/1.1\r\n")),
    Case("a path above the root, encoded", get(line=b"GET /%2e%2e/%2e%2e/metrics HTTP/1.1\r\n")),
    Case("a NUL in a header's value", get(b"X-Note: a\x00b\r\n")),
    Case("a NUL in a header's name", get(b"X-No\x00te: a\r\n")),
    Case("a header without a name", get(b": value\r\n")),
    Case("a header without a colon", get(b"Just-a-name\r\n"), ONE),
    Case("a first header that begins with a space", b"GET /api/rag/a HTTP/1.1\r\n Host: localhost\r\n\r\n"),
    Case("bare line feeds", b"GET /api/rag/search HTTP/1.1\nHost: localhost\nConnection: close\n\n", EITHER),
    Case("a bare carriage return in a header", get(b"X-Note: a\rTransfer-Encoding: chunked\r\n"), EITHER),
    Case("a header with an underscore", get(b"Content_Length: 5\r\n"), ONE),
    Case("too long an address", get(line=b"GET /api/rag/" + b"a" * 17_000 + b" HTTP/1.1\r\n"), frozenset({414})),
    Case("a header that is too long", get(b"X-Long: " + b"a" * 17_000 + b"\r\n"), frozenset({431})),
    Case("too many long headers", get((b"X-Long: " + b"a" * 4000 + b"\r\n") * 20), frozenset({431})),
    Case("not HTTP at all", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64)),
]  # fmt: skip


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case.name)
def test_a_request_that_can_be_read_in_two_ways_is_refused_or_is_one(gateway: Gateway, case: Case) -> None:
    answer = gateway.raw(case.data)
    paths = [seen.path for seen in gateway.arrived]
    assert not any("smuggled" in path or "metrics" in path for path in paths)
    assert len(paths) <= 1
    statuses = [int(found) for found in re.findall(rb"^HTTP/1\.1 (\d{3}) ", answer, re.MULTILINE)]
    document = answer.rpartition(b"\r\n\r\n")[2]
    assert answer.count(b"\r\nX-Request-Id: ") == len(statuses)
    if not statuses:  # an answer to HTTP/0.9 has no head
        statuses = [json.loads(document)["status"]]
    assert len(statuses) == 1, answer
    assert statuses[0] in case.statuses
    assert bool(paths) == (statuses[0] == 200)
    if statuses[0] != 200:
        assert json.loads(document)["status"] == statuses[0]
        assert len(json.loads(document)["request_id"]) == 32


def test_the_next_request_on_a_connection_is_never_part_of_a_refused_one(gateway: Gateway) -> None:
    first = post(LENGTH + CHUNKED, b"0\r\n\r\n").replace(b"Connection: close\r\n", b"")
    answer = gateway.raw(first + SECOND)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.count(b"HTTP/1.1") == 1
    assert gateway.arrived == []
