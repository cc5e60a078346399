"""Sounds of a test: tones in the μ-law code of ITU-T G.711, and the folder in which Asterisk finds its prompts.

The tone that stands for a recording says in each of its packets which recording it stands for: Asterisk hands μ-law on
as it is, so whoever hears a packet knows what is being played.
"""

import hashlib
import math
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from call_flow.pbx.tree import Tree

RATE = 8000
#: What a packet holds.
FRAME_BYTES = 160
_PROMPT_SECONDS = 0.3
#: Asterisk's own prompts, of which it plays many in a row.
_OWN_SECONDS = 0.1
_MARK_BYTES = 8
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")
_BIAS, _CLIP = 33, 8158


def lay(tree: Tree, folder: Path, prompts: Mapping[str, bytes | None]) -> None:
    """Make the folder with Asterisk's own prompts and music and those of a flow.

    A prompt is named as in `Background()`, without an ending; in another language than English with that in front
    (`es/custom/welcome`). It comes with its recording as a WAV file (8 kHz, 16 bits, mono), or gets a short tone.
    `en/` names one of Asterisk's own to take the place of: a short `en/vm-intro` makes a test faster.

    Raises:
        ValueError: for a name that is not a path below the folder.
    """
    sounds = folder / "sounds"
    sounds.mkdir(parents=True)
    for name in prompts:
        if not _NAME.fullmatch(name):
            raise ValueError(f"a prompt cannot be called {name!r}")
    _link(tree.sounds, sounds / "en", {name.removeprefix("en/") for name in prompts if name.startswith("en/")})
    (folder / "moh").symlink_to(tree.music)
    (folder / "documentation").symlink_to(tree.documentation)
    for name, recording in prompts.items():
        path = sounds / name
        path.parent.mkdir(parents=True, exist_ok=True)
        kind = "ulaw" if recording is None else "wav"
        path.with_name(f"{path.name}.{kind}").write_bytes(recording or stand_in(name))


def _link(own: Path, folder: Path, replaced: set[str]) -> None:
    """Asterisk's own prompts but for some."""
    folder.mkdir()
    parents = {name.partition("/")[0] for name in replaced if "/" in name}
    for path in own.iterdir():
        if path.name in parents and path.is_dir():
            prefix = f"{path.name}/"
            _link(path, folder / path.name, {name.removeprefix(prefix) for name in replaced if name.startswith(prefix)})
        elif path.stem not in replaced:
            (folder / path.name).symlink_to(path)


def stand_in(name: str) -> bytes:
    """The tone that is played instead of a recording."""
    frames = round((_OWN_SECONDS if name.startswith("en/") else _PROMPT_SECONDS) * RATE / FRAME_BYTES)
    mark, rest = _mark(name), _frame()[_MARK_BYTES:]
    return b"".join(mark + bytes([number, number]) + rest for number in range(frames))


@cache
def _frame() -> bytes:
    return tone(440, FRAME_BYTES / RATE)


class Marks:
    """Tells which prompt a packet is of."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        """The prompts for which tones stand."""
        self._names = {_mark(name): name for name in names}

    def read(self, payload: bytes) -> tuple[str, int] | None:
        """The prompt of a packet, and the how-manieth packet of it that is; None of any other sound."""
        name = self._names.get(payload[: _MARK_BYTES - 2])
        return (name, payload[_MARK_BYTES - 2]) if name is not None else None


def _mark(name: str) -> bytes:
    return hashlib.blake2b(name.encode(), digest_size=_MARK_BYTES - 2).digest()


def tone(hertz: float, seconds: float) -> bytes:
    """A sine of a third of full scale, in μ-law. With 0 Hz it is silence."""
    step = 2 * math.pi * hertz / RATE
    return bytes(_encode(int(2700 * math.sin(step * number))) for number in range(int(seconds * RATE)))


def is_sound(payload: bytes) -> bool:
    """Whether μ-law samples are more than the noise of a quiet line."""
    return not _LOUD.isdisjoint(payload)


def _encode(sample: int) -> int:
    """14-bit linear to μ-law, as in G.711 (1988), table 2a."""
    sign, magnitude = (0x80, -sample) if sample < 0 else (0, sample)
    magnitude = min(magnitude, _CLIP) + _BIAS
    segment = magnitude.bit_length() - 6
    return ~(sign | segment << 4 | (magnitude >> (segment + 1)) & 0x0F) & 0xFF


def _magnitude(code: int) -> int:
    code = ~code & 0xFF
    segment = code >> 4 & 7
    return ((2 * (code & 0x0F) + _BIAS) << segment) - _BIAS


_QUIET = 64
_LOUD = frozenset(code for code in range(256) if _magnitude(code) > _QUIET)
