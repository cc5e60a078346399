"""The bytes of a file: the address Graph redirects to, read in pieces, and gone on with where a connection broke.

Reference: learn.microsoft.com/graph/api/driveitem-get-content (the address needs no token, and must not get ours; it
counts for minutes; ranges are asked of it), driveitem-get-content-format (what becomes a PDF).
"""

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO
from urllib.parse import urlsplit

from data_processing.connectors.contract import Unfetchable, Wanted
from data_processing.connectors.sharepoint.graph import VERSION, Graph, error_of
from data_processing.connectors.sharepoint.patience import pause_asked
from oberaconnect.http import Client, FetchRefused, FetchUnreachable, PublicAnswer, open_public
from oberaconnect.http.client import Answer, OpenAnswer
from oberaconnect.problems import Timeout, Unavailable

#: Of what Graph makes PDFs of, the formats that our parsers do not read.
CONVERTED = frozenset({".doc", ".odp", ".pot", ".pps", ".ppt", ".rtf"})
#: How often in a row a download may break off without a byte more, and how often in all.
_MAX_FAILURES = 4
_MAX_ATTEMPTS = 50
_EXPIRED = frozenset({401, 403, 404, 410})
_RANGE = re.compile(r"bytes (?:(\d+)-\d+|\*)/(\d+|\*)")
_TIMEOUT_SECONDS = 60.0


@dataclass
class _Progress:
    """What is known of a file on its way. `offset`: how much of it is there."""

    offset: int = 0
    total: int | None = None
    etag: str = ""
    failures: int = 0
    reason: str = ""


class _BrokenOff(Exception):
    """The download ended early, or could not begin; it goes on with another address."""


class Downloads:
    """The way to the bytes of files. Safe under threads; keeps connections to Microsoft's hosts."""

    def __init__(self, graph: Graph, authority: str, max_bytes: int) -> None:
        """`authority`: the place to sign in at, which a test server shares with everything else."""
        self._graph = graph
        self._own = {urlsplit(graph.url).netloc, urlsplit(authority).netloc}
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._clients: dict[str, Client] = {}

    def fetch(self, item: Wanted, into: IO[bytes], *, as_pdf: bool) -> None:
        """Write a file of a library into `into`.

        Raises:
            Unfetchable: this file cannot be had, with the reason.
            Unavailable, Timeout, TooMany, Forbidden: nothing can be had from Graph.
        """
        reference = item.reference
        path = f"{VERSION}/drives/{reference['drive']}/items/{reference['item']}/content"
        if as_pdf:
            path += "?format=pdf"
        size = 0 if as_pdf else item.size
        progress = _Progress()
        is_doubted = False
        for _ in range(_MAX_ATTEMPTS):
            before = progress.offset
            try:
                self._receive(self._address(path, item, as_pdf=as_pdf), reference, progress, into)
            except _BrokenOff as broken:
                progress.reason = str(broken)
                progress.failures = 1 if progress.offset > before else progress.failures + 1
                if progress.failures > _MAX_FAILURES:
                    break
                self._graph.patience.back_off(progress.failures)
                continue
            if size and progress.offset != size and not is_doubted:
                # It changed meanwhile, or SharePoint counts other bytes than it gives, as with files under rights
                # management. Only when it comes a second time like that it is believed.
                is_doubted, progress = True, _Progress()
                continue
            return
        self._probe(item)
        raise Unfetchable(f"The download broke off again and again ({progress.reason}).")

    def close(self) -> None:
        """Give connections back."""
        with self._lock:
            for client in self._clients.values():
                client.close()

    def _address(self, path: str, item: Wanted, *, as_pdf: bool) -> str:
        answer = self._graph.head(path)
        location = answer.headers.get("location", "")
        if answer.status in (301, 302, 303, 307, 308) and location:
            return location
        if answer.status == 401:
            raise self._graph.refusal(answer, f"the file '{item.name}'")
        if answer.status >= 500:
            self._probe(item)
        raise Unfetchable(_reason(answer, as_pdf=as_pdf))

    def _probe(self, item: Wanted) -> None:
        """Whether it is this file alone, or all of Graph. Raises `Unavailable` when it is all."""
        answer = self._graph.send("GET", f"{VERSION}/drives/{item.reference['drive']}?$select=id")
        if answer.status >= 500:
            raise self._graph.refusal(answer, "the library")

    def _receive(self, address: str, reference: Mapping[str, str], progress: _Progress, into: IO[bytes]) -> None:
        """One request for the rest of a file. Raises `_BrokenOff` when another one may help."""
        headers = {"Accept-Encoding": "identity"}
        if progress.offset:
            headers["Range"] = f"bytes={progress.offset}-"
            if progress.etag:
                headers["If-Range"] = progress.etag
        self._graph.patience.wait()
        try:
            with self._opened(address, reference, headers) as answer:
                if self._begins(answer, progress, into):
                    self._write(answer, progress, into)
        except (Unavailable, Timeout, FetchUnreachable) as error:
            raise _BrokenOff(error.detail) from error
        except FetchRefused as error:
            raise Unfetchable(f"Its download address cannot be used. {error.detail}") from error

    def _begins(self, answer: PublicAnswer | OpenAnswer, progress: _Progress, into: IO[bytes]) -> bool:
        """Get ready for what was answered. False: everything is there already."""
        if answer.status not in (200, 206, 416):
            self._refused(answer)
        found = _RANGE.match(answer.headers.get("content-range", ""))
        total = int(found[2]) if found and found[2] != "*" else None
        etag = answer.headers.get("etag", "")
        if answer.status == 416 and total == progress.offset:
            return False
        is_same = progress.total in (None, total) and progress.etag in ("", etag)
        if answer.status == 206 and found and found[1] == str(progress.offset) and is_same:
            progress.total, progress.etag = total, etag
        else:
            into.seek(0)
            into.truncate()
            progress.offset, progress.total, progress.etag = 0, None, ""
            if answer.status != 200:
                raise _BrokenOff("the file changed meanwhile")
            length = answer.headers.get("content-length", "")
            progress.total = int(length) if length.isdecimal() else None
            progress.etag = etag
        if progress.total is not None and progress.total > self._max_bytes:
            raise Unfetchable(self._too_large())
        return True

    def _refused(self, answer: PublicAnswer | OpenAnswer) -> None:
        if answer.status in (429, 503):
            self._graph.patience.hold(pause_asked(answer.headers))
        elif answer.status not in _EXPIRED and answer.status < 500:
            raise Unfetchable(f"Its download address answered with status {answer.status}.")
        raise _BrokenOff(f"the download address answered with status {answer.status}")

    def _write(self, answer: PublicAnswer | OpenAnswer, progress: _Progress, into: IO[bytes]) -> None:
        into.seek(progress.offset)
        for piece in answer.pieces():
            into.write(piece)
            progress.offset += len(piece)
            if progress.offset > self._max_bytes:
                raise Unfetchable(self._too_large())
        if progress.total is not None and progress.offset != progress.total:
            raise _BrokenOff("it ended early")

    def _too_large(self) -> str:
        return f"The file is larger than {self._max_bytes // 2**20} MB (MAX_UPLOAD_MB)."

    @contextmanager
    def _opened(
        self, address: str, reference: Mapping[str, str], headers: Mapping[str, str]
    ) -> Iterator[PublicAnswer | OpenAnswer]:
        """A GET without our token. Only hosts that we deal with anyway are trusted with an address of this network."""
        parts = urlsplit(address)
        if parts.netloc in self._own or parts.netloc == urlsplit(reference.get("web", "")).netloc:
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            with self._client(f"{parts.scheme}://{parts.netloc}").open("GET", path, headers=headers) as answer:
                yield answer
        else:
            with open_public(address, headers=headers, timeout_seconds=_TIMEOUT_SECONDS) as answer:
                yield answer

    def _client(self, origin: str) -> Client:
        with self._lock:
            if origin not in self._clients:
                self._clients[origin] = Client(origin, timeout_seconds=_TIMEOUT_SECONDS, name="The download address")
            return self._clients[origin]


def is_converted(name: str) -> bool:
    """Whether our parsers do not read a format that Graph makes a PDF of."""
    return any(name.lower().endswith(suffix) for suffix in CONVERTED)


def _reason(answer: Answer, *, as_pdf: bool) -> str:
    """Why Graph does not give a file out."""
    said = error_of(answer)
    if answer.status == 423:
        return f"The file is locked: somebody is editing it, or it is checked out ({said})."
    if answer.status in (404, 410):
        return f"The file is gone meanwhile ({said})."
    if answer.status == 403:
        return f"Microsoft Graph refuses this file ({said})."
    if as_pdf and 400 <= answer.status < 500:
        return f"Microsoft 365 cannot convert this file into a PDF ({said}). Save it as DOCX, PPTX or PDF."
    return f"Microsoft Graph does not give this file out ({answer.status}, {said})."
