"""Files of a branch of a Git repository, read over http(s) from a shallow copy of its latest commit."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import IO, Annotated
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlsplit

from pydantic import AfterValidator, Field

from data_processing.connectors.contract import Connector, Context, Cursor, Fetched, Item, Page, Unfetchable, Wanted
from data_processing.connectors.gate import checked_address
from data_processing.connectors.git_copy import GitCopy
from data_processing.connectors.git_program import Git, GitFailed, Remote
from data_processing.connectors.git_tip import Tip, ask
from data_processing.connectors.git_tree import File, files
from data_processing.connectors.keys import key_of
from data_processing.connectors.links import Template, filled
from data_processing.connectors.patterns import wanted
from oberaconnect.endpoint import Model, Text
from oberaconnect.http import check_address
from oberaconnect.problems import Problem, Unavailable, Unprocessable

PAGE_FILES = 1000
MAX_FILES = 200_000
_PIECE_BYTES = 1 << 16
_LFS = b"version https://git-lfs.github.com/spec/"
#: What is written for people to read. Code is left out unless it is asked for.
DOCUMENTS = (
    "*.md", "*.markdown", "*.mdown", "*.rst", "*.adoc", "*.txt", "README", "*.html", "*.htm", "*.pdf", "*.docx",
    "*.pptx", "*.xlsx", "*.xls", "*.xlsb", "*.odt", "*.ods", "*.csv", "*.eml", "*.msg",
)  # fmt: skip
#: Where the usual servers show a file, by the beginning of their host names.
_PAGES = (
    ("github.", "/blob/{branch}/{path}"),
    ("gitlab.", "/-/blob/{branch}/{path}"),
    ("bitbucket.", "/src/{branch}/{path}"),
    ("codeberg.", "/src/branch/{branch}/{path}"),
    ("gitea.", "/src/branch/{branch}/{path}"),
    ("dev.azure.", "?path=/{path}&version=GB{branch}"),
)


def _repository(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be an address that starts with https:// and names a host")
    if "@" in parts.netloc:
        raise ValueError("must not contain a user name or a token: they belong into 'secrets'")
    if parts.query or parts.fragment or re.search(r"[\x00-\x20\x7f\\]", value):
        raise ValueError("must be the address that 'git clone' takes")
    host = parts.hostname.rstrip(".").encode("ascii" if ":" in parts.hostname else "idna").decode()
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}{parts.path.rstrip('/')}"


def _branch(value: str) -> str:
    # The rules of git-check-ref-format, as far as they keep a name from meaning something else.
    if value.startswith(("-", "/")) or ".." in value or "@{" in value or re.search(r"[\x00-\x20\x7f~^:?*\[\\]", value):
        raise ValueError("is not the name of a branch")
    return value.removeprefix("refs/heads/")


class GitConfig(Model):
    """`branch` empty: the repository's default. `path`: only what lies below it. Links lead to `web_url`."""

    url: Annotated[str, AfterValidator(_repository), Field(max_length=400)]
    branch: Annotated[str, AfterValidator(_branch), Field(max_length=250)] = ""
    path: Annotated[Text, Field(max_length=1000)] = ""
    include: list[Text] = Field(default=list(DOCUMENTS), max_length=200)
    exclude: list[Text] = Field(default=[], max_length=200)
    web_url: Template = ""
    max_mb: int = Field(default=1024, ge=1, le=102_400)


class GitConnector(Connector[GitConfig]):
    """The files of a commit. A commit that was listed already is not listed again."""

    kind = "git"
    Config = GitConfig
    secret_names = frozenset({"username", "token"})

    def __init__(self, config: GitConfig, secrets: Mapping[str, str], context: Context) -> None:
        """Nothing is asked or fetched yet."""
        super().__init__(config, secrets, context)
        self._git = Git(context.settings.parse_memory_mb * 2**20, context.pause)
        copy = hashlib.sha256(json.dumps([context.client, config.url, config.branch]).encode()).hexdigest()
        self._copy = GitCopy(
            context.settings.data_dir / "git" / copy,
            self._git,
            max_bytes=config.max_mb * 2**20,
            pause=context.pause,
        )

    def changes(self, cursor: Cursor | None) -> Page:
        """Ask which commit the branch is at; if it is another than before, list its files."""
        self._git.require()
        if cursor is not None and "after" in cursor:
            tip, after = Tip(cursor["branch"], cursor["commit"]), unquote_to_bytes(cursor["after"])
        else:
            tip, after = self._tip(), b""
            if cursor == self._end(tip):
                return Page([], self._end(tip), more=False)
        commit = self._copy.bring(self._remote(), tip.commit, tip.branch)
        is_anew = bool(after) and commit != tip.commit  # what the listing began with is not to be had any more
        tip, after = Tip(tip.branch, commit), b"" if is_anew else after
        try:
            found, last = self._page(commit, after)
        except GitFailed as error:
            raise self._damaged() from error
        items = [self._item(file, tip.branch) for file in found]
        end = self._end(tip)
        following = {**end, "after": quote_from_bytes(last)} if last else end
        return Page(items, following, more=bool(last), complete=("",), anew=("",) if is_anew else ())

    def fetch(self, item: Wanted, into: IO[bytes]) -> Fetched:
        """Write a file as it was when it was listed."""
        try:
            self._read(item.tag, into)
        except GitFailed as error:
            if self._copy.holds(item.tag):
                raise self._damaged() from error
            tip = self._tip()  # the copy vanished, or has begun anew
            self._copy.bring(self._remote(), tip.commit, tip.branch)
            if not self._copy.holds(item.tag):
                raise Unfetchable("It was changed meanwhile. The next run takes it as it is then.") from error
            try:
                self._read(item.tag, into)
            except GitFailed as again:
                raise self._damaged() from again
        return Fetched()

    def check(self) -> Sequence[str]:
        """Ask for the branch, without fetching anything."""
        self._git.require()
        tip = self._tip()
        return [f"The branch '{tip.branch}' can be read; it is at commit {tip.commit[:12]}."]

    def _tip(self) -> Tip:
        return ask(self._git, self._remote(), self.config.branch)

    def _remote(self) -> Remote:
        """The repository at an address that was looked up and checked just now."""
        allowed = self.context.settings.allowed_hosts
        parts = check_address(self.config.url, allowed)
        host, token = parts.hostname or "", self.secrets.get("token", "")
        if token and parts.scheme == "http" and host not in allowed:
            raise Unprocessable("A token is sent over https:// only. Change the address of the repository.")
        address = checked_address(host, parts.port or (443 if parts.scheme == "https" else 80), allowed)
        return Remote(self.config.url, address, self.secrets.get("username", ""), token)

    def _end(self, tip: Tip) -> Cursor:
        """Where the next run begins: it need not list what was listed from this commit with this configuration."""
        config = hashlib.sha256(self.config.model_dump_json().encode()).hexdigest()[:16]
        return {"commit": tip.commit, "branch": tip.branch, "config": config}

    def _damaged(self) -> Problem:
        self._copy.discard()
        return Unavailable("The copy of the repository was damaged and is fetched anew. The next run goes on.")

    def _read(self, content: str, into: IO[bytes]) -> None:
        into.seek(0)
        into.truncate()
        with self._copy.blob(content) as stream:
            _pass_on(stream, into, self.context.max_bytes)

    def _page(self, commit: str, after: bytes) -> tuple[list[File], bytes]:
        """The next files that are wanted, and the path of the last one if there are more."""
        found: list[File] = []
        path = self.config.path.strip("/")
        is_there = not path
        with self._copy.files(commit, path) as lines:
            for file in files(lines, at_most=MAX_FILES):
                is_there = True
                if file.raw_path <= after or not wanted(file.path, self.config.include, self.config.exclude):
                    continue
                if len(found) == PAGE_FILES:
                    return found, found[-1].raw_path
                found.append(file)
        if not is_there:
            raise Unprocessable(f"There is no folder '{path}' in this branch. Check 'path'.")
        return found, b""

    def _item(self, file: File, branch: str) -> Item:
        # Only what follows from the content: anything of the commit would change all documents with each one.
        return Item(
            key=key_of(f"{self.config.url}@{self.config.branch or 'HEAD'}:{file.path}"),
            name=file.path.rsplit("/", 1)[-1],
            tag=file.content,
            path=file.path,
            url=page_url(self.config, branch, file.path),
            size=file.size,
            metadata={"version": file.content[:12]},
        )


def page_url(config: GitConfig, branch: str, path: str) -> str | None:
    """Where people look at a file of a branch: by the configured template, or the usual one of a known server."""
    repository = config.url.removesuffix(".git")
    host = urlsplit(config.url).hostname or ""
    usual = next((f"{repository}{page}" for start, page in _PAGES if host.startswith(start)), "")
    template = config.web_url or usual
    return filled(template, branch=branch, path=path) if template else None


def _pass_on(content: IO[bytes], into: IO[bytes], max_bytes: int) -> None:
    size = 0
    while piece := content.read(_PIECE_BYTES):
        if not size and piece.startswith(_LFS):
            raise Unfetchable("Its content lies in Git LFS, which is not read.")
        size += len(piece)
        if size > max_bytes:
            raise Unfetchable(f"It is larger than {max_bytes // 2**20} MB.")
        into.write(piece)
