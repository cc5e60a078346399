"""S3: where a bucket is reached, and what its answers mean."""

from typing import Any

import pytest
from pydantic import ValidationError

from data_processing.connectors.s3 import S3Config, place
from data_processing.connectors.s3_answers import Unreadable, error, listing, problem


@pytest.mark.parametrize(
    ("config", "url"),
    [
        ({"bucket": "b1x"}, "https://b1x.s3.us-east-1.amazonaws.com"),
        ({"bucket": "b1x", "region": "eu-central-1"}, "https://b1x.s3.eu-central-1.amazonaws.com"),
        ({"bucket": "a.b.c"}, "https://s3.us-east-1.amazonaws.com/a.b.c"),
        ({"bucket": "b1x", "path_style": True}, "https://s3.us-east-1.amazonaws.com/b1x"),
        ({"bucket": "b1x", "endpoint": "https://minio.example:9000/"}, "https://minio.example:9000/b1x"),
        (
            {"bucket": "b1x", "endpoint": "https://store.example/s3", "path_style": False},
            "https://b1x.store.example/s3",
        ),
    ],
    ids=["amazon", "region", "dots", "in-path", "store", "in-host"],
)
def test_the_bucket_is_in_the_path_or_in_the_name_of_the_host(config: dict[str, Any], url: str) -> None:
    assert place(S3Config(**config)).url == url


@pytest.mark.parametrize(
    "config",
    [
        {"bucket": "evil.example/x"},
        {"bucket": ""},
        {"bucket": "b1x", "region": "x.evil.example/"},
        {"bucket": "b1x", "endpoint": "https://key:secret@store.example"},
        {"bucket": "b1x", "endpoint": "https://store.example/?x"},
        {"bucket": "b1x", "endpoint": "store.example"},
        {"bucket": "b1x", "web_url": "javascript:alert(1)"},
    ],
    ids=["bucket", "none", "region", "credentials", "query", "no-scheme", "script"],
)
def test_what_would_lead_elsewhere_is_refused(config: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        S3Config(**config)


def test_entities_of_an_answer_are_not_resolved() -> None:
    found, _ = listing(
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><ListBucketResult><Contents><Key>&e;</Key></Contents>'
        b"</ListBucketResult>"
    )
    assert found[0].key == b""


@pytest.mark.parametrize("content", [b"", b"<html></html>", b"{}", b"<ListBucketResult>"])
def test_another_answer_is_told_apart(content: bytes) -> None:
    with pytest.raises(Unreadable):
        listing(content)


def test_the_right_region_is_named_wherever_it_stands() -> None:
    in_header = error(301, "eu-west-1", b"<Error><Code>PermanentRedirect</Code></Error>")
    in_body = error(400, "", b"<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-west-1</Region></Error>")
    for refused in (in_header, in_body):
        assert "'region' of the source to 'eu-west-1'" in problem(refused, "b1x", "us-east-1").detail
