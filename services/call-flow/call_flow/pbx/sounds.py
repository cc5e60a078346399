"""Sounds of a test: tones in the μ-law code of ITU-T G.711, and the folder in which Asterisk finds its prompts."""

import math
import re
from collections.abc import Mapping
from pathlib import Path

from call_flow.pbx.tree import Tree

RATE = 8000
_PROMPT_SECONDS = 0.3
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
    own = {name.removeprefix("en/") for name in prompts if name.startswith("en/")}
    (sounds / "en").mkdir()
    for path in tree.sounds.iterdir():
        if path.stem not in own:
            (sounds / "en" / path.name).symlink_to(path)
    (folder / "moh").symlink_to(tree.music)
    (folder / "documentation").symlink_to(tree.documentation)
    beep = tone(440, _PROMPT_SECONDS)
    for name, recording in prompts.items():
        if not _NAME.fullmatch(name) or (name.startswith("en/") and name.count("/") > 1):
            raise ValueError(f"a prompt cannot be called {name!r}")
        path = sounds / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_name(f"{path.name}.{'ulaw' if recording is None else 'wav'}").write_bytes(recording or beep)


def tone(hertz: float, seconds: float) -> bytes:
    """A sine of a third of full scale, in μ-law. With 0 Hz it is silence."""
    step = 2 * math.pi * hertz / RATE
    return bytes(_encode(int(2700 * math.sin(step * number))) for number in range(int(seconds * RATE)))


def is_sound(payload: bytes) -> bool:
    """Whether μ-law samples are more than the noise of a quiet line."""
    return any(_MAGNITUDE[sample] > _QUIET for sample in payload)


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
_MAGNITUDE = [_magnitude(code) for code in range(256)]
