"""Of which telephone system files are."""

import codecs
import re
from collections.abc import Callable

from call_flow.importers.archive import Files, base, is_json

_CONFIGURATIONS = ("extensions.conf", "pjsip.conf", "sip.conf", "queues.conf", "voicemail.conf")
_HEAD = 200_000


def detected(files: Files) -> str | None:
    """The name of the format; None when nothing tells."""
    heads = {name: _head(content) for name, content in files.items()}
    tests: tuple[tuple[str, Callable[[dict[str, bytes]], bool]], ...] = (
        ("freepbx", _is_freepbx), ("asterisk", _is_asterisk), ("twilio", _is_twilio), ("3cx", _is_threecx),
        ("kazoo", _is_kazoo), ("callflow", _is_callflow),
    )  # fmt: skip
    return next((name for name, test in tests if test(heads)), None)


def _head(content: bytes) -> bytes:
    """How a file begins, in UTF-8 where it is in UTF-16, as Excel writes what it calls Unicode."""
    head = content[:_HEAD]
    is_wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return head.decode("utf-16", "ignore").encode() if is_wide else head


def _is_freepbx(heads: dict[str, bytes]) -> bool:
    if any("modulejson/" in name.lower() or base(name) in ("dids.csv", "astdb") for name in heads):
        return True
    first = (head.splitlines()[0] for head in heads.values() if head.strip() and not is_json(head))
    signs = (b"findmefollow", b"callwaiting_enable", b"cidnum,")
    return any(any(sign in line for sign in signs) for line in first) or any(
        base(name).endswith(".sql") and b"timegroups" in head for name, head in heads.items()
    )


def _is_asterisk(heads: dict[str, bytes]) -> bool:
    return any(base(name) in _CONFIGURATIONS for name in heads)


def _json(heads: dict[str, bytes], pattern: bytes) -> bool:
    return any(is_json(head) and re.search(pattern, head) for head in heads.values())


def _is_twilio(heads: dict[str, bytes]) -> bool:
    return _json(heads, rb'"initial_state"\s*:')


def _is_threecx(heads: dict[str, bytes]) -> bool:
    return _json(
        heads, rb'"(?:IVRType|PollingStrategy|RingStrategy|OutOfOfficeRoute|ForwardingProfiles|TimeoutForwardType)"'
    )


def _is_kazoo(heads: dict[str, bytes]) -> bool:
    return _json(heads, rb'"module"\s*:') and not _is_callflow(heads)


def _is_callflow(heads: dict[str, bytes]) -> bool:
    if _json(heads, rb'"schema"\s*:\s*"callflow/') or (len(heads) == 1 and _json(heads, rb'"customer"\s*:')):
        return True
    for name, head in heads.items():
        if base(name).endswith((".yaml", ".yml")) and re.search(rb"^customer\s*:", head, re.MULTILINE):
            return True
        if base(name).endswith((".csv", ".tsv")) and re.match(
            rb"(?:\xef\xbb\xbf)?[^\n]*\b(?:number|extension)\b", head, re.I
        ):
            return True
    return False
