"""Asking Microsoft 365 again."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from data_processing.connectors.sharepoint.patience import Patience, retry_after
from oberaconnect.http.client import Answer
from oberaconnect.problems import TooMany, Unavailable

OK = Answer(200, {}, b"")


def _answers(*given: Answer | Exception) -> Iterator[Answer | Exception]:
    yield from given


def _persist(patience: Patience, *given: Answer | Exception) -> Answer:
    left = _answers(*given)

    def send() -> Answer:
        found = next(left)
        if isinstance(found, Exception):
            raise found
        return found

    return patience.persist(send)


@pytest.mark.parametrize(("value", "seconds"), [("17", 17.0), ("", None), ("soon", None), ("-5", None), ("1.5", None)])
def test_retry_after_is_seconds(value: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": value}) == seconds


def test_retry_after_may_be_a_date() -> None:
    moment = datetime.now(UTC) + timedelta(seconds=90)
    found = retry_after({"retry-after": format_datetime(moment, usegmt=True)})
    assert found is not None
    assert 85 <= found <= 91
    assert retry_after({"retry-after": format_datetime(moment - timedelta(hours=1), usegmt=True)}) == 0.0


def test_failures_that_pass_are_waited_for() -> None:
    waits: list[float] = []
    patience = Patience(waits.append)
    assert _persist(patience, Unavailable(), Answer(502, {}, b""), Unavailable(), OK) is OK
    assert waits[0] < waits[1] < waits[2]


def test_a_failure_that_stays_is_given_back() -> None:
    patience = Patience(lambda seconds: None)
    assert _persist(patience, *[Answer(500, {}, b"")] * 4, OK).status == 500
    with pytest.raises(Unavailable):
        _persist(patience, *[Unavailable()] * 4, OK)


def test_being_held_back_ends_the_run_when_it_does_not_stop() -> None:
    patience = Patience(lambda seconds: None)
    with pytest.raises(TooMany) as raised:
        _persist(patience, *[Answer(429, {"retry-after": "20"}, b"")] * 10, OK)
    assert raised.value.headers["Retry-After"] == "21"


def test_a_pause_ends_with_the_run() -> None:
    class Cancelled(Exception):
        pass

    def pause(seconds: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        _persist(Patience(pause), Answer(429, {"retry-after": "20"}, b""), OK)
