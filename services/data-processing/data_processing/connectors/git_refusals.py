"""What went wrong between git and a server, in sentences that say what to do. Pure."""

import re

from oberaconnect.problems import Problem, TooMany, Unavailable, Unprocessable

_REFUSED = (
    "The Git server refuses access. Check the username and the token in the source's secrets, that the token has not"
    " expired, and that it may read this repository."
)
#: Words in git's output, and what they mean. The first that is found counts. Texts of Git 2.39 with libcurl 7.88.
_MEANINGS: tuple[tuple[str, type[Problem], str], ...] = (
    (r"Authentication failed|could not read (Username|Password)|error: 40[13]\b", Unprocessable, _REFUSED),
    (
        r"repository '…/?' not found|error: 404\b",
        Unprocessable,
        "There is no such repository, or it is not shown to this token. Check the address and the token.",
    ),
    (
        r"error: 30[1278]\b|unable to update url base",
        Unprocessable,
        "The repository has moved. Open its address in a browser and give the one it leads to.",
    ),
    (
        r"certificate|SSL_ERROR|SSL peer",
        Unprocessable,
        "The certificate of the Git server is not valid for its name, or not from an authority that is known here.",
    ),
    (r"error: 429\b", TooMany, "The Git server asks for a pause. The next run tries again."),
    (
        r"dumb http|not valid: (could not determine hash|is this a git repository)|invalid (index-pack|server) response"
        r"|protocol error|bad line length",
        Unprocessable,
        "What answers there is no Git server. Give the address that 'git clone' takes.",
    ),
    (
        r"error: 5\d\d\b|Could not resolve|Failed to connect|Connection (refused|reset|timed out)|timed out|too slow"
        r"|hung up|early EOF|unexpected disconnect|Empty reply|RPC failed|Recv failure|unable to access",
        Unavailable,
        "The Git server cannot be reached or broke off. The next run tries again.",
    ),
)


def refusal(words: str, url: str) -> Problem | None:
    """What git's words about a failed transfer from an address mean. None: they tell nothing about the server."""
    words = words.replace(url, "…")
    for pattern, kind, sentence in _MEANINGS:
        if re.search(pattern, words, re.IGNORECASE):
            return kind(sentence)
    return None


def is_not_given(words: str) -> bool:
    """Whether the server has the commit no more, or gives only the tips of branches."""
    return bool(re.search(r"not our ref|unadvertised object|couldn't find remote ref", words))
