"""Which commit a branch on a server is at."""

import logging
from dataclasses import dataclass

from data_processing.connectors.git_program import Git, GitFailed, Remote
from data_processing.connectors.git_refusals import refusal
from oberaconnect.problems import Unavailable, Unprocessable

_ASK_SECONDS = 60.0
_HEADS = "refs/heads/"

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Tip:
    """A branch and its latest commit."""

    branch: str
    commit: str


def ask(git: Git, remote: Remote, branch: str) -> Tip:
    """The tip of a branch (empty: of the default one), by one question to the server.

    Raises:
        Problem: when the server cannot be asked, or has no such branch.
    """
    wanted = [f"{_HEADS}{branch}"] if branch else []
    try:
        answer = git.run(
            ["ls-remote", "--quiet", "--symref", "--", remote.url, "HEAD", *wanted], seconds=_ASK_SECONDS, remote=remote
        )
    except GitFailed as error:
        _log.warning("git was refused", extra={"words": error.words[:1000]})
        raise refusal(error.words, remote.url) or Unavailable("The Git server does not answer as one does.") from error
    default, commits = read(answer.decode("utf-8", "replace"))
    name = branch or default
    if commit := commits.get(f"{_HEADS}{branch}" if branch else "HEAD"):
        return Tip(name, commit)
    if branch:
        known = f" Its default branch is '{default}'." if default else ""
        raise Unprocessable(f"There is no branch '{branch}' in this repository.{known}")
    raise Unprocessable(
        "The repository has no commit on its default branch yet. Push one, or name a branch in 'branch'."
    )


def read(answer: str) -> tuple[str, dict[str, str]]:
    """Of `git ls-remote --symref`: the name of the default branch, if told, and the commit of each ref."""
    default, commits = "", {}
    for line in answer.splitlines():
        value, _, ref = line.partition("\t")
        if not value.startswith("ref: "):
            commits[ref] = value
        elif ref == "HEAD":
            default = value.removeprefix("ref: ").removeprefix(_HEADS)
    return default, commits
