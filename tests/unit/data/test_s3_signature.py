"""Signatures for S3: the examples that Amazon publishes with their results.

Source: Amazon S3 API Reference, "Signature Calculations for the Authorization Header: Transferring Payload in a Single
Chunk", with the access key printed there.
"""

from datetime import UTC, datetime

import pytest

from data_processing.connectors.s3_signature import Credentials, encoded, query_string, signed

PUBLISHED = Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
WHEN = datetime(2013, 5, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("path", "query", "headers", "names", "signature"),
    [
        (
            "/test.txt",
            {},
            {"Range": "bytes=0-9"},
            "host;range;x-amz-content-sha256;x-amz-date",
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
        (
            "/",
            {"lifecycle": ""},
            {},
            "host;x-amz-content-sha256;x-amz-date",
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
        ),
        (
            "/",
            {"prefix": "J", "max-keys": "2"},
            {},
            "host;x-amz-content-sha256;x-amz-date",
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
    ],
    ids=["get-object", "get-bucket-lifecycle", "list-objects"],
)
def test_the_published_examples_are_met(
    path: str, query: dict[str, str | bytes], headers: dict[str, str], names: str, signature: str
) -> None:
    sent = signed(
        PUBLISHED,
        "us-east-1",
        WHEN,
        host="examplebucket.s3.amazonaws.com",
        path=path,
        query=query_string(query),
        headers=headers,
    )
    assert sent["authorization"] == (
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
        f"SignedHeaders={names},Signature={signature}"
    )
    assert sent["x-amz-date"] == "20130524T000000Z"


def test_a_session_token_is_sent_and_signed() -> None:
    credentials = Credentials(PUBLISHED.key_id, PUBLISHED.secret, "session")
    sent = signed(credentials, "us-east-1", WHEN, host="b.example", path="/", query="", headers={})
    assert sent["x-amz-security-token"] == "session"
    assert ";x-amz-security-token," in sent["authorization"]


def test_every_byte_but_the_plain_ones_is_encoded() -> None:
    assert encoded("a b+c~d/ü*(1)", safe="/") == "a%20b%2Bc~d/%C3%BC%2A%281%29"
    assert query_string({"b": "1/2", "a": b"\xff"}) == "a=%FF&b=1%2F2"


def test_secrets_are_not_shown() -> None:
    assert PUBLISHED.secret not in repr(PUBLISHED)
