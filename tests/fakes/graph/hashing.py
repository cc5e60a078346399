"""The hash that OneDrive and SharePoint tell of every file.

Source: learn.microsoft.com "QuickXorHash algorithm" (/onedrive/developer/code-snippets/quickxorhash).
"""

import base64

_BITS = 160
_STEP = 11


def quick_xor_hash(content: bytes, size: int | None = None) -> str:
    """The hash of `content` in base64. `size` when zero bytes follow up to that length: they change nothing else."""
    rows = 0
    # Byte n is put in at bit 11 n modulo 160, so bytes that are 160 apart fall on the same bits.
    for start in range(0, len(content), _BITS):
        rows ^= int.from_bytes(content[start : start + _BITS], "little")
    value = 0
    for index, byte in enumerate(rows.to_bytes(min(len(content), _BITS), "little")):
        value ^= byte << (_STEP * index % _BITS)
    cells = bytearray(((value & (1 << _BITS) - 1) ^ (value >> _BITS)).to_bytes(_BITS // 8, "little"))
    for index, byte in enumerate((len(content) if size is None else size).to_bytes(8, "little")):
        cells[12 + index] ^= byte
    return base64.b64encode(bytes(cells)).decode()
