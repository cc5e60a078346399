"""Git repositories: what their configuration may say, and where links lead."""

import pytest
from pydantic import ValidationError

from data_processing.connectors.git import GitConfig, page_url
from data_processing.connectors.git_refusals import refusal
from data_processing.connectors.git_tip import read


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://GitHub.com/contoso/handbook.git", "https://github.com/contoso/handbook.git"),
        ("https://git.example./team/handbook/", "https://git.example/team/handbook"),
        ("https://bücher.example/x", "https://xn--bcher-kva.example/x"),
        ("http://[2001:db8::1]:3000/x", "http://[2001:db8::1]:3000/x"),
    ],
)
def test_the_address_is_kept_in_one_spelling(given: str, kept: str) -> None:
    assert GitConfig(url=given).url == kept


@pytest.mark.parametrize(
    "url",
    [
        "",
        "handbook",
        "ssh://git@git.example/x",
        "git@git.example:x.git",
        "file:///etc",
        "ext::sh -c id",
        "https://",
        "https://alice:token@git.example/x",
        "https://git.example/x?y",
        "https://git.example/a b",
        "https://git.example:99999/x",
        "--upload-pack=id",
    ],
)
def test_what_is_no_address_of_a_repository_is_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        GitConfig(url=url)


@pytest.mark.parametrize("branch", ["--force", "/x", "a..b", "a b", "a:b", "a\nb", "a*", "x@{1}", "~1"])
def test_what_is_no_name_of_a_branch_is_refused(branch: str) -> None:
    with pytest.raises(ValidationError):
        GitConfig(url="https://git.example/x", branch=branch)


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://github.com/contoso/h.git", "https://github.com/contoso/h/blob/main/a%20b/%C3%BC.md"),
        ("https://gitlab.contoso.example/t/h.git", "https://gitlab.contoso.example/t/h/-/blob/main/a%20b/%C3%BC.md"),
        ("https://bitbucket.org/contoso/h", "https://bitbucket.org/contoso/h/src/main/a%20b/%C3%BC.md"),
        ("https://codeberg.org/contoso/h", "https://codeberg.org/contoso/h/src/branch/main/a%20b/%C3%BC.md"),
        (
            "https://dev.azure.com/contoso/p/_git/h",
            "https://dev.azure.com/contoso/p/_git/h?path=/a%20b/%C3%BC.md&version=GBmain",
        ),
    ],
    ids=["github", "gitlab", "bitbucket", "codeberg", "azure"],
)
def test_the_usual_servers_are_linked_to(url: str, link: str) -> None:
    assert page_url(GitConfig(url=url), "main", "a b/ü.md") == link


def test_another_server_is_linked_to_by_a_template_or_not_at_all() -> None:
    assert page_url(GitConfig(url="https://git.example/h.git"), "main", "a.md") is None
    given = GitConfig(url="https://git.example/h.git", web_url="https://git.example/{unknown}/{branch}?file={path}")
    assert page_url(given, "main", "a&b.md") == "https://git.example/{unknown}/main?file=a%26b.md"


def test_an_address_that_reads_like_an_error_is_not_taken_for_one() -> None:
    url = "https://git.example/certificate-error: 404"
    told = refusal(f"fatal: unable to access '{url}/': Could not resolve host: git.example", url)
    assert told is not None
    assert "cannot be reached" in told.detail


def test_the_default_branch_is_read_from_the_answer() -> None:
    answer = f"ref: refs/heads/trunk\tHEAD\n{'1' * 40}\tHEAD\n{'2' * 40}\trefs/remotes/x/HEAD\n"
    assert read(answer) == ("trunk", {"HEAD": "1" * 40, "refs/remotes/x/HEAD": "2" * 40})
