"""Problem documents follow RFC 9457."""

from oberaconnect import problems
from oberaconnect.problems import (
    BY_STATUS,
    Conflict,
    InternalError,
    Problem,
    TooMany,
    Unauthorized,
    Unavailable,
    Unprocessable,
)


def test_a_document_has_the_members_of_the_standard() -> None:
    document = Conflict("It is already so.").document("/api/x", "abc")
    assert document == {
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "detail": "It is already so.",
        "instance": "/api/x",
        "request_id": "abc",
    }


def test_without_a_detail_the_docstring_speaks() -> None:
    assert InternalError().detail.startswith("Something went wrong on our side.")


def test_invalid_places_are_listed_with_pointers() -> None:
    errors = [problems.FieldError(pointer="#/a", detail="is wrong")]
    assert Unprocessable(errors=errors).document()["errors"] == errors


def test_further_members_are_kept() -> None:
    assert Conflict("So.", state="so").document()["state"] == "so"


def test_whoever_must_wait_is_told_how_long() -> None:
    assert TooMany(retry_after_seconds=7).headers == {"Retry-After": "7"}
    assert Unavailable().headers == {"Retry-After": "5"}


def test_an_unauthorized_caller_is_challenged() -> None:
    assert Unauthorized().headers["WWW-Authenticate"].startswith("Bearer")


def test_every_status_maps_to_the_class_that_has_it() -> None:
    def below(kind: type[Problem]) -> set[type[Problem]]:
        return {kind}.union(*(below(child) for child in kind.__subclasses__() if child.__module__ == kind.__module__))

    assert set(BY_STATUS.values()) == below(Problem) - {Problem}
    assert all(kind.status == status for status, kind in BY_STATUS.items())
