"""What is refused at the door, and in which words."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from tests.data import Service
from tests.fakes.index import SearchIndex
from tests.integration.data.conftest import MakeService

TEXT: dict[str, Any] = {"source": "text", "documents": [{"external_id": "a", "text": "alpha"}]}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({**TEXT, "extra": 1}, "#/extra"),
        ({**TEXT, "documents": []}, "#/documents"),
        ({**TEXT, "documents": [{"external_id": "a"}]}, "#/documents/0/text"),
        ({**TEXT, "documents": [{"external_id": "a", "text": "nul \x00"}]}, "#/documents/0/text"),
        ({**TEXT, "documents": [{"external_id": "", "text": "x"}]}, "#/documents/0/external_id"),
        ({**TEXT, "collection": "Not A Name"}, "#/collection"),
        ({**TEXT, "client": "Not/A/Client"}, "#/client"),
        ({**TEXT, "client": "acme\n"}, "#/client"),
        ({**TEXT, "metadata": {"a b": 1}}, "#/metadata/a b"),
        ({**TEXT, "metadata": {"a": {"nested": 1}}}, "#/metadata/a"),
        ({"source": "url", "url": "https://example.org", "depth": 9}, "#/depth"),
        ({"source": "folder", "path": "a\x00b"}, "#/path"),
    ],
)
def test_a_wrong_field_is_named(service: Service, body: dict[str, Any], pointer: str) -> None:
    answer = service.call("POST", "/ingest", json=body)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert any(error["pointer"].startswith(pointer) for error in answer.get_json()["errors"]), answer.text
    assert service.call("GET", "/jobs").get_json()["items"] == []


def test_an_unknown_source_is_answered_with_those_there_are(service: Service) -> None:
    answer = service.call("POST", "/ingest", json={"source": "dropbox", "path": "/Documents"})
    assert answer.status_code == 422
    for known in ("text", "url", "folder"):
        assert known in answer.get_json()["detail"]


@pytest.mark.parametrize("body", [b"", b"{", b'{"source": "text"', b"\xff\xfe"])
def test_a_body_that_is_no_json_is_a_bad_request(service: Service, body: bytes) -> None:
    answer = service.call("POST", "/ingest", data=body, content_type="application/json")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")


def test_a_body_of_another_kind_is_not_read(service: Service) -> None:
    assert service.call("POST", "/ingest", data="source=text").status_code == 415
    assert service.call("POST", "/documents", json=TEXT).status_code == 415


def test_two_documents_of_one_name_are_refused(service: Service) -> None:
    documents = [{"external_id": "a", "text": "one"}, {"external_id": "a", "text": "two"}]
    assert service.call("POST", "/ingest", json={"source": "text", "documents": documents}).status_code == 422


@pytest.mark.parametrize("path", ["..", "../secret", "/etc", "a/../../secret", "way", "way/secret.txt"])
def test_a_path_out_of_the_inbox_is_refused(service: Service, path: str) -> None:
    outside = service.inbox.parent / "secret"
    outside.mkdir()
    (outside / "secret.txt").write_text("secret")
    (service.inbox / "way").symlink_to(outside)
    (service.inbox / "a").mkdir()
    answer = service.call("POST", "/ingest", json={"source": "folder", "path": path})
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert "inbox" in answer.get_json()["detail"]


def test_a_folder_that_is_not_there_is_not_found(service: Service) -> None:
    assert service.call("POST", "/ingest", json={"source": "folder", "path": "nothing"}).status_code == 404


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://localhost/", "http://[::1]/", "http://10.1.2.3/", "http://192.168.1.1/admin",
        "http://169.254.169.254/latest/meta-data/", "http://[::ffff:10.0.0.1]/", "ftp://example.org/file",
        "file:///etc/passwd", "http://user:password@example.org/", "http://example.org:22/", "not an address",
    ],
)  # fmt: skip
def test_an_address_that_leads_inside_is_refused_at_the_door(service: Service, url: str) -> None:
    answer = service.call("POST", "/ingest", json={"source": "url", "url": url})
    assert answer.status_code == 422
    assert service.call("GET", "/jobs").get_json()["items"] == []


@pytest.mark.parametrize("url", ["http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/"])
def test_another_spelling_of_a_private_address_is_not_fetched(service: Service, url: str) -> None:
    job = service.ingest({"source": "url", "url": url})
    (line,) = service.ledger(job)
    assert (job["status"], line["status"], line["outcome"]) == ("failed", "failed", "unreachable")


class _Site(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        host = self.headers["Host"]
        pages = {
            "/": "<html><head><title>Start</title></head><body><h1>Start</h1><p>The first page of the site says"
            ' hello to its readers.</p><a href="/two">two</a> <a href="http://10.0.0.1/">inside</a></body></html>',
            "/two": "<html><head><title>Two</title></head><body><h1>Two</h1><p>The second page of the site says"
            ' something else to its readers.</p><a href="/three">three</a></body></html>',
            "/three": "<html><body><p>The third page is two links away from the first.</p></body></html>",
        }
        if self.path in pages:
            self._answer(200, pages[self.path].encode(), {"Content-Type": "text/html; charset=utf-8"})
        elif self.path == "/inside":
            self._answer(302, b"", {"Location": "http://169.254.169.254/latest/meta-data/"})
        elif self.path == "/again":
            self._answer(302, b"", {"Location": f"http://{host}/two"})
        else:
            self._answer(404, b"", {})

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body)), "Connection": "close"}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def intranet(make_service: MakeService) -> Service:
    """A service whose operator allows pages of this machine."""
    return make_service(ingest_allowed_hosts="127.0.0.1")


def test_a_page_becomes_searchable(intranet: Service, index: SearchIndex, site: str) -> None:
    job = intranet.ingest({"source": "url", "url": f"{site}/two"})
    assert job["status"] == "succeeded", intranet.ledger(job)
    assert any("second page" in text for text in index.texts())
    (document,) = intranet.documents()
    assert (document["url"], document["type"]) == (f"{site}/two", "text/html")
    assert intranet.ingest({"source": "url", "url": f"{site}/two"})["counts"]["unchanged"] == 1


def test_links_are_followed_as_far_as_asked_and_only_on_the_same_host(
    intranet: Service, index: SearchIndex, site: str
) -> None:
    job = intranet.ingest({"source": "url", "url": f"{site}/", "depth": 1})
    assert {line["external_id"] for line in intranet.ledger(job)} == {f"{site}/", f"{site}/two"}
    assert job["counts"]["indexed"] == 2
    deeper = intranet.ingest({"source": "url", "url": f"{site}/", "depth": 2})
    assert (deeper["counts"]["unchanged"], deeper["counts"]["indexed"]) == (2, 1)


def test_a_redirect_to_a_private_address_is_not_followed(intranet: Service, index: SearchIndex, site: str) -> None:
    job = intranet.ingest({"source": "url", "url": f"{site}/inside"})
    (line,) = intranet.ledger(job)
    assert (job["status"], line["outcome"]) == ("failed", "unreachable")
    assert "not on the public internet" in line["reason"]
    assert intranet.ingest({"source": "url", "url": f"{site}/again"})["status"] == "succeeded"


def test_a_page_that_is_not_there_is_a_failure_with_the_status(intranet: Service, site: str) -> None:
    job = intranet.ingest({"source": "url", "url": f"{site}/nothing"})
    assert "404" in intranet.ledger(job)[0]["reason"]
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    job = intranet.ingest({"source": "url", "url": f"http://127.0.0.1:{port}/"})
    assert intranet.ledger(job)[0]["reason"] == "The address cannot be reached."


def test_an_upload_that_is_too_large_is_refused_and_leaves_nothing(make_service: MakeService) -> None:
    service = make_service(max_upload_mb=1)
    answer = service.post_files("/documents", {"large.txt": b"x" * (3 * 2**20)})
    assert (answer.status_code, answer.mimetype) == (413, "application/problem+json")
    answer = service.post_files("/documents", {"large.txt": b"x" * (2**20 + 2**19)})
    assert answer.status_code == 413
    assert "1 MB" in answer.get_json()["detail"]
    assert [file for file in service.parts.blobs.root.rglob("*") if file.is_file()] == []
    assert service.post_files("/parse", {"large.txt": b"x" * (2**20 + 2**19)}).status_code == 413


@pytest.mark.parametrize(
    ("files", "form"),
    [
        ({}, {}),
        ({"a.txt": b"a"}, {"metadata": "no json"}),
        ({"a.txt": b"a"}, {"metadata": "[1]"}),
        ({"a.txt": b"a"}, {"unknown": "field"}),
        ({"a.txt": b"a"}, {"collection": "Not A Name"}),
        ({"../..": b"a"}, {}),
        ({"x" * 600 + ".txt": b"a"}, {}),
    ],
)
def test_an_upload_that_cannot_be_understood_is_refused(
    service: Service, files: dict[str, bytes], form: dict[str, str]
) -> None:
    answer = service.post_files("/documents", files, form=form)
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"


def test_the_name_of_an_upload_is_never_a_path(service: Service) -> None:
    job = service.upload({"../../etc/passwd.txt": b"some text"})
    assert service.ledger(job)[0]["external_id"] == "etc/passwd.txt"
    root = service.parts.blobs.root
    assert all(file.is_relative_to(root) for file in root.rglob("*"))


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/documents/00000000-0000-0000-0000-000000000000", 404),
        ("GET", "/documents/no-uuid", 404),
        ("GET", "/jobs/00000000-0000-0000-0000-000000000000", 404),
        ("POST", "/jobs/00000000-0000-0000-0000-000000000000/retry", 404),
        ("DELETE", "/jobs/00000000-0000-0000-0000-000000000000", 404),
        ("PUT", "/documents", 405),
        ("GET", "/nothing", 404),
        ("GET", "/documents?limit=0", 422),
        ("GET", "/documents?unknown=1", 422),
        ("GET", "/documents?q=%00", 422),
        ("GET", "/jobs?wait=1", 422),
    ],
)
def test_every_refusal_is_a_problem_document(service: Service, method: str, path: str, status: int) -> None:
    answer = service.call(method, path)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.headers["X-Request-Id"] == answer.get_json()["request_id"]
