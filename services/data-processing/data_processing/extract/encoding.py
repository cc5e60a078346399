"""Bytes to text: UTF-8, UTF-16 and the code pages that old exports come in."""

import codecs

import charset_normalizer

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 65_536
#: Guesses that are believed. The many Latin code pages cannot be told apart on short texts; Windows' is the likeliest.
_TRUSTED = {
    "shift_jis", "shift_jis_2004", "cp932", "euc_jp", "iso2022_jp", "gb2312", "gbk", "gb18030", "big5", "big5hkscs",
    "cp949", "euc_kr", "johab", "cp1251", "koi8_r", "koi8_u", "cp1253", "cp1255", "cp1256",
}  # fmt: skip
#: Of the high bytes, how many a text in another script has at least.
_MIN_HIGH = 24


def utf16_kind(data: bytes) -> str | None:
    """The codec when the bytes are UTF-16: by their mark, or by a zero in every other byte."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and not data.startswith(codecs.BOM_UTF32_LE):
        return "utf-16"
    sample = data[:4096]
    half = len(sample) // 2
    if half < 4:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > 0.6 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.1 * half:
        return "utf-16-be"
    return None


def looks_like_text(data: bytes) -> bool:
    """Whether the bytes are text: UTF-16, or hardly any control characters. Some stray NULs do no harm."""
    if utf16_kind(data) or data.startswith(tuple(mark for mark, _ in _BOMS)):
        return True
    sample = data[:_SAMPLE]
    control = sum(sample.count(byte) for byte in range(32) if byte not in (9, 10, 12, 13, 27)) + sample.count(127)
    return control <= max(len(sample) // 20, 4) and control < max(1, len(sample) // 2)


def decode(data: bytes, hint: str | None = None) -> str:
    """The text. `hint` is what the document itself says of its encoding; it is tried after the marks and UTF-8."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data.decode(name, "replace")
    if wide := utf16_kind(data):
        return data.decode(wide, "replace")
    for candidate in ("utf-8", hint):
        if candidate:
            try:
                return data.decode(candidate)
            except (UnicodeDecodeError, LookupError, ValueError):
                continue
    return data.decode(_guess(data), "replace")


def _guess(data: bytes) -> str:
    high = bytes(byte for byte in data[: 4 * _SAMPLE] if byte > 127)
    if len(high) >= _MIN_HIGH:
        # Long runs of ASCII would only dilute what there is to judge by.
        first = next(index for index, byte in enumerate(data) if byte > 127)
        start = max(0, first - 512)
        best = charset_normalizer.from_bytes(data[start : start + _SAMPLE]).best()
        if best is not None and best.encoding in _TRUSTED:
            return best.encoding
    # Almost all of a cut UTF-8 text is still UTF-8.
    text = data[:_SAMPLE].decode("utf-8", "replace")
    return "utf-8" if text.count("\ufffd") * 20 < len(high) else "cp1252"
