"""A copy of the latest commit of a repository: a cache, which may vanish at any time and is then fetched anew.

Everybody who writes into a copy holds its lock. Readers need none: git adds files and never changes one. The lock is
the kernel's, and the git that writes holds it too: it is free again as soon as both have ended, however they did.
"""

import fcntl
import logging
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from data_processing.blobs import RESERVE_BYTES
from data_processing.connectors.git_program import Git, GitFailed, Remote
from data_processing.connectors.git_refusals import is_not_given, refusal
from oberaconnect.problems import InsufficientStorage, Unavailable, Unprocessable

_FETCH_SECONDS = 3600.0
_LOCAL_SECONDS = 60.0
_LOOK_SECONDS = 0.5
_UNUSED_SECONDS = 30 * 86_400
_REF = "refs/heads/listed"

_log = logging.getLogger(__name__)


class TooMuch(Unprocessable):
    """The latest commit of the repository takes more room than it may have."""


class GitCopy:
    """The copy in one folder. It holds the tree of the latest commit and what is left of those before."""

    def __init__(self, folder: Path, git: Git, *, max_bytes: int, pause: Callable[[float], None]) -> None:
        """`max_bytes` bounds what lies on the disk."""
        self._folder = folder
        self._git = git
        self._max_bytes = max_bytes
        self._pause = pause

    def holds(self, object_id: str) -> bool:
        """Whether an object is there."""
        try:
            self._local("cat-file", "-e", object_id)
        except GitFailed:
            return False
        return True

    def bring(self, remote: Remote, commit: str, branch: str) -> str:
        """Fetch a commit, if it is not there. Returns which is there then: the latest, if the server has it no more.

        Raises:
            Problem: when it cannot be fetched.
        """
        if self.holds(commit):
            self._touch()
            return commit
        with self._locked() as lock:
            self._sweep()
            if self._folder.exists():
                try:
                    return self._fetched(remote, commit, branch, lock)
                except (GitFailed, TooMuch):
                    # It is damaged, or has grown too large with the commits before: a new one decides.
                    shutil.rmtree(self._folder, ignore_errors=True)
            try:
                return self._fetched(remote, commit, branch, lock)
            except GitFailed as error:
                _log.warning("git failed", extra={"words": error.words[:1000]})
                raise Unavailable("The repository cannot be fetched; the log of the worker has git's words.") from error

    def discard(self) -> None:
        """Remove what is damaged, so that it is fetched anew."""
        with self._locked():
            shutil.rmtree(self._folder, ignore_errors=True)

    @contextmanager
    def files(self, commit: str, path: str) -> Iterator[IO[bytes]]:
        """The lines of `git ls-tree --long` for all that lies below a path, in the order of the paths' bytes."""
        with self._git.stream(
            [*self._here(), "ls-tree", "-r", "-z", "--long", "--full-tree", commit, "--", *([path] if path else [])]
        ) as lines:
            yield lines

    @contextmanager
    def blob(self, object_id: str) -> Iterator[IO[bytes]]:
        """The bytes of a file."""
        with self._git.stream([*self._here(), "cat-file", "blob", object_id]) as content:
            yield content

    def _fetched(self, remote: Remote, commit: str, branch: str, lock: int) -> str:
        if not self._folder.exists():
            kind = "sha256" if len(commit) == 64 else "sha1"
            self._git.run(
                ["init", "--quiet", "--bare", "--template=", f"--object-format={kind}", str(self._folder)],
                seconds=_LOCAL_SECONDS,
            )
        for left in (*self._folder.rglob("*.lock"), *self._folder.rglob("tmp_*")):
            left.unlink(missing_ok=True)  # of a git that was killed
        self._touch()
        self._require_room()
        try:
            self._fetch(remote, commit, lock)
        except GitFailed as error:
            if not is_not_given(error.words):
                raise
            self._fetch(remote, f"refs/heads/{branch}", lock)
        self._require_room()
        return self._local("rev-parse", "--verify", _REF).decode().strip()

    def _fetch(self, remote: Remote, wanted: str, lock: int) -> None:
        try:
            self._git.run(
                [
                    *self._here(), "fetch", "--quiet", "--depth=1", "--no-tags", "--no-write-fetch-head", "--force",
                    "--", remote.url, f"{wanted}:{_REF}",
                ],
                seconds=_FETCH_SECONDS, remote=remote, watch=self._look_now_and_then(), keep=(lock,),
            )  # fmt: skip
        except GitFailed as error:
            if is_not_given(error.words) or (problem := refusal(error.words, remote.url)) is None:
                raise
            _log.warning("git was refused", extra={"words": error.words[:1000]})
            raise problem from error

    def _look_now_and_then(self) -> Callable[[], None]:
        looked = time.monotonic()

        def look() -> None:
            nonlocal looked
            if time.monotonic() - looked >= _LOOK_SECONDS:
                self._require_room()
                looked = time.monotonic()

        return look

    def _require_room(self) -> None:
        if _size(self._folder) > self._max_bytes:
            raise TooMuch(
                f"The latest commit of the repository takes more than {self._max_bytes // 2**20} MB. Raise 'max_mb' of"
                " the source, or use a repository with fewer large files."
            )
        if shutil.disk_usage(self._folder).free < RESERVE_BYTES:
            raise InsufficientStorage()

    def _local(self, *arguments: str) -> bytes:
        return self._git.run([*self._here(), *arguments], seconds=_LOCAL_SECONDS)

    def _here(self) -> list[str]:
        return ["--git-dir", str(self._folder)]

    @contextmanager
    def _locked(self) -> Iterator[int]:
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._folder.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            while True:
                with suppress(BlockingIOError):
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                self._pause(_LOOK_SECONDS)
            yield handle
        finally:
            os.close(handle)

    def _touch(self) -> None:
        with suppress(OSError):
            os.utime(self._folder)

    def _sweep(self) -> None:
        """Remove the copies that no source has used for a month."""
        for other in self._folder.parent.iterdir():
            with suppress(OSError):
                if other.is_dir() and other.stat().st_mtime < time.time() - _UNUSED_SECONDS:
                    shutil.rmtree(other)


def _size(folder: Path) -> int:
    total = 0
    for file in folder.rglob("*"):
        with suppress(OSError):
            total += file.stat().st_size
    return total
