"""Files of a package, byte for byte the same for the same content."""

import csv
import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Mapping, Sequence

from call_flow.export.labels import cell
from call_flow.export.plan import Plan

#: The first moment a zip can hold.
_MOMENT = (1980, 1, 1, 0, 0, 0)


def as_json(content: object) -> bytes:
    """JSON with sorted keys, for people to read too."""
    return (json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


def as_csv(columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> bytes:
    """A table with a header. A row may leave columns out; it has none beyond them."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: cell(value) for name, value in row.items()} for row in rows)
    return text.getvalue().encode()


def scripts(plan: Plan) -> bytes:
    """The recordings to make: a row for each prompt and language."""
    rows = [
        {"recording": prompt.id, "language": language, "file": prompt.file or "", "text": words}
        for prompt in plan.prompts
        for language, words in sorted(prompt.texts.items())
    ]
    return as_csv(("recording", "language", "file", "text"), rows)


def as_tar(files: Mapping[str, bytes]) -> bytes:
    """A tarball compressed by gzip, with the files in the order of their names, all of the same moment."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as stream, tarfile.open(fileobj=stream, mode="w") as tar:
        for name in sorted(files):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(files[name]), 0o644
            tar.addfile(entry, io.BytesIO(files[name]))
    return packed.getvalue()


def as_zip(files: Mapping[str, bytes]) -> bytes:
    """A zip with the files in the order of their names, all of the same moment."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            archive.writestr(entry, files[name])
    return packed.getvalue()
