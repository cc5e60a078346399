"""Parsing in processes: real files, hostile files, and what is left when a process or the service is killed."""

import io
import os
import signal
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pikepdf
import pytest
from tests.office import docx, package, paragraph, pdf, picture, xlsx

from data_processing.elements import ParsedDocument, ParseFailed
from data_processing.extract import ocr, second
from data_processing.extract.pool import ParsePool
from oberaconnect.problems import Unavailable

_ROOT = Path(__file__).parents[2]
_SHARED = Path(os.environ.get("OBERA_EVAL_DATA") or _ROOT.parent / "shared" / "data")
_DOCUMENTS = _SHARED / "documents"
#: Of the real files those that give no document, with the outcome that they must have.
_FAILING = {"duplicate-paragraphs.doc": "unsupported", "empty.xlsx": "empty"}
_PICTURES = (".png", ".jpg")

needs_ocr = pytest.mark.skipif(not ocr.is_available(), reason="tesseract's English data is not installed")
real_files = pytest.mark.skipif(
    not _DOCUMENTS.is_dir(),
    reason=f"no real documents in {_DOCUMENTS}; OBERA_EVAL_DATA names the folder that holds them",
)

Parse = Callable[[str, bytes], ParsedDocument]


@pytest.fixture(scope="module")
def pool() -> Iterator[ParsePool]:
    """A pool as the worker has it."""
    pool = ParsePool(workers=2, timeout_seconds=60, memory_mb=1536)
    yield pool
    pool.close()


@pytest.fixture
def small_pool() -> Iterator[ParsePool]:
    """One process with little memory, for this test alone."""
    pool = ParsePool(workers=1, timeout_seconds=60, memory_mb=512)
    yield pool
    pool.close()


def _parse(pool: ParsePool, folder: Path, name: str, data: bytes) -> ParsedDocument:
    path = folder / "upload"
    path.write_bytes(data)
    return pool.parse(path, name)


def _failure(pool: ParsePool, folder: Path, name: str, data: bytes) -> ParseFailed:
    with pytest.raises(ParseFailed) as failure:
        _parse(pool, folder, name, data)
    return failure.value


def _stream_bomb(megabytes: int) -> bytes:
    """A PDF whose one page inflates to so many megabytes."""
    packer = zlib.compressobj()
    packed = b"".join(packer.compress(b" " * 2**20) for _ in range(megabytes)) + packer.flush()
    document = pikepdf.new()
    page = document.add_blank_page()
    page.obj.Contents = pikepdf.Stream(document, packed, Filter=pikepdf.Name.FlateDecode)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _endless() -> bytes:
    """A PDF whose forms paint each other ten times each, twenty-four levels deep."""
    document = pikepdf.new()
    form = document.make_stream(b"BT ET", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 9, 9])
    for _ in range(24):
        form = document.make_stream(
            b"/F Do " * 10,
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Form,
            BBox=[0, 0, 9, 9],
            Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=form)),
        )
    page = document.add_blank_page()
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=form))
    page.obj.Contents = document.make_stream(b"/F Do")
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _processes() -> dict[int, int]:
    """All living processes with their parents."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, parent, *_ = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if state != "Z":
                parents[int(entry.name)] = int(parent)
    return parents


def _environment() -> dict[str, str]:
    """That of a service of its own."""
    path = os.pathsep.join(str(_ROOT / folder) for folder in ("services/data-processing", "shared"))
    return {**os.environ, "PYTHONPATH": path}


def _servers(service: int) -> set[int]:
    """The fork server of a service, if there is one."""
    return {
        process for process, parent in _processes().items() if parent == service and b"forkserver" in _command(process)
    }


def _parsers(service: int) -> set[int]:
    """The processes in which a service parses: its fork server's children."""
    servers = _servers(service)
    return {process for process, parent in _processes().items() if parent in servers}


def _command(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


def _cpu_ticks(process: int) -> int:
    """Hundredths of seconds that a process has worked."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


def _resident_mb(process: int) -> float:
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def _wait_for(condition: Callable[[], bool], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


@real_files
@pytest.mark.parametrize(
    "path", sorted(_DOCUMENTS.iterdir()) if _DOCUMENTS.is_dir() else [], ids=lambda path: path.name
)
def test_every_real_document_gives_text_or_a_reason(pool: ParsePool, path: Path) -> None:
    if path.suffix in _PICTURES and not ocr.is_available():
        pytest.skip("tesseract's English data is not installed")
    if path.name in _FAILING:
        with pytest.raises(ParseFailed) as failure:
            pool.parse(path, path.name)
        assert failure.value.outcome == _FAILING[path.name]
        return
    document = pool.parse(path, path.name)
    assert document.outcome == "ok"
    assert [element.ordinal for element in document.elements] == list(range(len(document.elements)))
    assert all(element.text.strip() and "\x00" not in element.text for element in document.elements)
    if document.format in ("pdf", "pptx"):
        pages = {element.page_start for element in document.elements}
        assert document.n_pages is not None
        assert pages <= set(range(1, document.n_pages + 1))


@real_files
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("docx-tables.docx", "a | b | \na | c | d\ne |  | d"),
        ("fake-power-point-table.pptx", "Column 1 | Column 2 | Column 3\nRed | Green | Blue"),
        ("fake_table.docx", "Header Col 1 | Header Col 2\nLorem ipsum | A Link example"),
        ("fake.odt", "Header row | Mon | Wed | Fri\nColor | Blue | Red | Green"),
        ("semicolon-delimited.csv", "Lorem, ipsum | dolor sit | amet\nconsectetur | adipiscing | elit"),
    ],
)
def test_tables_of_real_documents_keep_their_cells(pool: ParsePool, name: str, expected: str) -> None:
    tables = [element for element in pool.parse(_DOCUMENTS / name, name).elements if element.type == "table"]
    assert any(expected in element.text for element in tables), [element.text for element in tables]


@real_files
@needs_ocr
def test_a_scan_and_its_picture_say_the_same(pool: ParsePool) -> None:
    texts = [
        " ".join(element.text for element in pool.parse(_DOCUMENTS / name, name).elements)
        for name in ("DA-1p.png", "DA-1p.jpg")
    ]
    one, other = (set(text.split()) for text in texts)
    assert len(one & other) > 0.8 * max(len(one), len(other))


@needs_ocr
def test_a_picture_is_read_with_its_identifiers(pool: ParsePool, tmp_path: Path) -> None:
    document = _parse(pool, tmp_path, "label.png", picture(["Serial number FGT60F-2291", "Gateway 10.20.30.1"]))
    text = document.elements[0].text
    assert document.elements[0].ocr
    assert "FGT60F-2291" in text
    assert "10.20.30.1" in text


@needs_ocr
def test_a_form_is_read_across_labels_and_values(pool: ParsePool, tmp_path: Path) -> None:
    labels = ["Site", "Cabinet", "Power", "Cooling", "Key", "Fibre", "Survey", "Owner"]
    values = [
        "Clifton",
        "CLF-CAB1 in the store",
        "UPS, load of 31 %",
        "26 degrees at 15:10",
        "number 3",
        "ONT-7719",
        "23 July",
    ]
    document = _parse(pool, tmp_path, "form.png", picture(labels, beside=[*values, "Hannah Osei"]))
    text = "\n".join(element.text for element in document.elements)
    for line in ("Power UPS, load of 31 %", "Cooling 26 degrees at 15:10", "Key number 3", "Owner Hannah Osei"):
        assert line in text


@needs_ocr
def test_a_scanned_page_of_a_pdf_is_read_and_keeps_its_number(pool: ParsePool, tmp_path: Path) -> None:
    document = pikepdf.open(io.BytesIO(pdf([[("Typed page with words.", 11)], []])))
    scan = document.make_stream(
        picture(["Switch in rack B"], "JPEG"),
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=1400,
        Height=220,
        ColorSpace=pikepdf.Name.DeviceGray,
        BitsPerComponent=8,
        Filter=pikepdf.Name.DCTDecode,
    )
    document.pages[1].obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=scan))
    document.pages[1].obj.Contents = document.make_stream(b"q 500 0 0 80 40 600 cm /I Do Q")
    file = io.BytesIO()
    document.save(file)
    found = _parse(pool, tmp_path, "mixed.pdf", file.getvalue()).elements
    assert [(element.page_start, element.ocr) for element in found] == [(1, False), (2, True)]
    assert "rack B" in found[1].text


@pytest.mark.parametrize(
    ("name", "data", "outcome"),
    [
        ("empty.txt", b"", "empty"),
        ("empty.pdf", b"", "empty"),
        ("locked.pdf", pdf([[("x", 11)]], password="hunter2"), "encrypted"),
        ("cut.docx", docx(paragraph("text " * 500))[:-150], "corrupt"),
        ("archive.zip", package({"a.txt": "x"}), "unsupported"),
        ("lol.docx", docx(paragraph("&e;"), before='<!DOCTYPE x [<!ENTITY e "lol">]>'), "corrupt"),
        ("deep.html", b"<html><body>" + b"<div>" * 200_000, "too_large"),
    ],
)
def test_bad_files_fail_with_their_outcome(
    pool: ParsePool, tmp_path: Path, name: str, data: bytes, outcome: str
) -> None:
    failure = _failure(pool, tmp_path, name, data)
    assert failure.outcome == outcome
    assert failure.reason.endswith(".")


def test_a_zip_bomb_is_refused_before_it_unpacks(small_pool: ParsePool, tmp_path: Path) -> None:
    body = paragraph("a") * 1_000_000
    assert _failure(small_pool, tmp_path, "bomb.docx", docx(body)).outcome == "too_large"


@pytest.mark.parametrize("name", ["line.txt", "line.md", "line.csv", "line.html"])
def test_a_line_of_ten_megabytes_is_read(pool: ParsePool, tmp_path: Path, name: str) -> None:
    document = _parse(pool, tmp_path, name, b"host 10.20.30.40 " * 600_000)
    assert sum(len(element.text) for element in document.elements) > 10_000_000


def test_ten_thousand_rows_come_through_the_process(pool: ParsePool, tmp_path: Path) -> None:
    rows = [["Port", "VLAN", "Device"], *[[number, number % 4094, f"sw-{number}"] for number in range(10_000)]]
    table = _parse(pool, tmp_path, "ports.xlsx", xlsx({"Ports": rows})).elements[-1]
    assert table.table is not None
    assert len(table.table.rows) == 10_001


def test_threads_share_the_pool(pool: ParsePool, tmp_path: Path) -> None:
    paths = []
    for number in range(12):
        paths.append(tmp_path / f"{number}.txt")
        paths[-1].write_text(f"file number {number}")
    with ThreadPoolExecutor(6) as threads:
        texts = list(threads.map(lambda path: pool.parse(path, path.name).elements[0].text, paths))
    assert texts == [f"file number {number}" for number in range(12)]


def test_a_file_that_crashes_the_parser_takes_nothing_with_it(small_pool: ParsePool, tmp_path: Path) -> None:
    assert _failure(small_pool, tmp_path, "bomb.pdf", _stream_bomb(400)).outcome == "crashed"
    assert _parse(small_pool, tmp_path, "a.txt", b"still here").elements[0].text == "still here"


def test_a_file_that_never_ends_is_stopped(tmp_path: Path) -> None:
    pool = ParsePool(workers=1, timeout_seconds=3, memory_mb=1536)
    try:
        assert _failure(pool, tmp_path, "endless.pdf", _endless()).outcome == "timeout"
        assert _parse(pool, tmp_path, "a.txt", b"still here").elements[0].text == "still here"
    finally:
        pool.close()


def test_a_file_that_needs_too_much_memory_is_too_large(small_pool: ParsePool, tmp_path: Path) -> None:
    assert _failure(small_pool, tmp_path, "a.txt", b"word " * 80_000_000).outcome == "too_large"
    assert _parse(small_pool, tmp_path, "a.txt", b"still here").elements[0].text == "still here"


def test_a_parser_that_is_killed_while_it_works_fails_only_its_file(small_pool: ParsePool, tmp_path: Path) -> None:
    others = _parsers(os.getpid())
    assert _parse(small_pool, tmp_path, "a.txt", b"warm").outcome == "ok"
    (parser,) = _parsers(os.getpid()) - others
    before = _cpu_ticks(parser)
    with ThreadPoolExecutor(1) as thread:
        endless = thread.submit(_failure, small_pool, tmp_path, "endless.pdf", _endless())
        assert _wait_for(lambda: _cpu_ticks(parser) > before + 20)
        os.kill(parser, signal.SIGSEGV)
        assert endless.result().outcome == "crashed"
    assert _parse(small_pool, tmp_path, "a.txt", b"still here").elements[0].text == "still here"


def test_a_parser_that_is_killed_while_it_waits_is_replaced(small_pool: ParsePool, tmp_path: Path) -> None:
    others = _parsers(os.getpid())
    assert _parse(small_pool, tmp_path, "a.txt", b"warm").outcome == "ok"
    for parser in _parsers(os.getpid()) - others:
        os.kill(parser, signal.SIGKILL)
    assert _parse(small_pool, tmp_path, "a.txt", b"still here").elements[0].text == "still here"


def test_the_memory_of_a_large_file_is_given_back(small_pool: ParsePool, tmp_path: Path) -> None:
    others = _parsers(os.getpid())
    assert _parse(small_pool, tmp_path, "a.txt", b"warm").outcome == "ok"
    (parser,) = _parsers(os.getpid()) - others
    before = _resident_mb(parser)
    assert _parse(small_pool, tmp_path, "large.txt", b"host 10.20.30.40\n\n" * 500_000).outcome == "partial"
    assert _parse(small_pool, tmp_path, "a.txt", b"small").outcome == "ok"
    assert _parsers(os.getpid()) - others == {parser}
    assert _resident_mb(parser) < before + 60


def test_a_closed_pool_leaves_no_parser_and_takes_no_file(tmp_path: Path) -> None:
    others = _parsers(os.getpid())
    pool = ParsePool(workers=2, timeout_seconds=30, memory_mb=512)
    assert _parse(pool, tmp_path, "a.txt", b"warm").outcome == "ok"
    pool.close()
    assert _wait_for(lambda: not _parsers(os.getpid()) - others)
    with pytest.raises(Unavailable):
        _parse(pool, tmp_path, "a.txt", b"late")


def test_parsers_without_work_end_with_their_server_and_come_back_with_the_next_file(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A")
    (tmp_path / "service.py").write_text(
        "import sys\nfrom pathlib import Path\nfrom data_processing.extract.pool import ParsePool\n"
        "if __name__ == '__main__':\n"
        "    pool = ParsePool(workers=2, timeout_seconds=60, memory_mb=512, idle_seconds=1.0)\n"
        "    for _ in range(2):\n"
        "        print(pool.parse(Path(sys.argv[1]), 'a.md').elements[0].text, flush=True)\n"
        "        sys.stdin.readline()\n"
        "    pool.close()\n"
    )
    service = subprocess.Popen(
        [sys.executable, tmp_path / "service.py", tmp_path / "a.md"], env=_environment(),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert service.stdin is not None
    assert service.stdout is not None
    with service:
        assert service.stdout.readline() == "A\n"
        assert _parsers(service.pid)
        assert _wait_for(lambda: not _servers(service.pid))
        assert not _parsers(service.pid)
        service.stdin.write("go on\n")
        service.stdin.flush()
        assert service.stdout.readline() == "A\n"
        assert _parsers(service.pid)
        service.stdin.close()
    assert service.returncode == 0


def test_files_that_come_while_the_parsers_end_are_all_read(tmp_path: Path) -> None:
    pool = ParsePool(workers=1, timeout_seconds=60, memory_mb=512, idle_seconds=0.0)  # ends after each file
    files = [tmp_path / f"{number}.md" for number in range(4)]

    def read(path: Path) -> list[str]:
        return [pool.parse(path, path.name).elements[0].text for _ in range(5)]

    for path in files:
        path.write_text(f"# {path.stem}")
    with ThreadPoolExecutor(len(files)) as threads:
        assert list(threads.map(read, files)) == [[path.stem] * 5 for path in files]
    pool.close()


def test_parsers_stay_while_one_of_them_works(tmp_path: Path) -> None:
    others = _parsers(os.getpid())
    pool = ParsePool(workers=2, timeout_seconds=4, memory_mb=1536, idle_seconds=0.0)
    long = tmp_path / "long.pdf"
    long.write_bytes(_endless())
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(pool.parse, long, "long.pdf")
        assert _wait_for(lambda: len(_parsers(os.getpid()) - others) == 2)
        ours = _parsers(os.getpid()) - others
        _parse(pool, tmp_path, "a.md", b"# A")
        with pytest.raises(ParseFailed) as failure:
            running.result()
    assert failure.value.outcome == "timeout"  # so it was not ended with the other one
    assert _wait_for(lambda: not ours & _parsers(os.getpid()))
    pool.close()


def test_nothing_outlives_a_service_that_is_killed(tmp_path: Path) -> None:
    (tmp_path / "endless.pdf").write_bytes(_endless())
    (tmp_path / "service.py").write_text(
        "from pathlib import Path\n"
        "from data_processing.extract.pool import ParsePool\n"
        "if __name__ == '__main__':\n"
        "    pool = ParsePool(workers=2, timeout_seconds=300, memory_mb=512)\n"
        f"    pool.parse(Path({str(tmp_path / 'endless.pdf')!r}), 'endless.pdf')\n"
    )
    service = subprocess.Popen([sys.executable, tmp_path / "service.py"], env=_environment())
    try:
        assert _wait_for(lambda: any(_cpu_ticks(parser) > 100 for parser in _parsers(service.pid)), 60)
        family = _parsers(service.pid) | {child for child, parent in _processes().items() if parent == service.pid}
        assert len(family) >= 3
    finally:
        service.kill()
        service.wait()
    assert _wait_for(lambda: not family & set(_processes()))


@pytest.mark.skipif(not second.is_installed(), reason="the extra 'second-engine' is not installed")
def test_the_second_engine_reads_what_the_first_cannot(pool: ParsePool, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(xlsx({"Ports": [["Port", "Up"], ["Gi1/0/1", 10]]}))) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert isinstance(sheet, bytes)
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b't="n"', b't="b"')  # a truth value of 10
    document = _parse(pool, tmp_path, "odd.xlsx", package(parts))
    assert (document.outcome, document.elements[0].parser) == ("partial", "unstructured")
    assert "Gi1/0/1 | True" in document.elements[0].text
