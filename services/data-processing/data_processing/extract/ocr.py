"""Reading pictures with tesseract, inside this process: no program to start, none to be left behind."""

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

from PIL.Image import Image as Picture

__all__ = ["MISSING", "Engine", "Picture", "is_available", "tessdata_folder"]

MISSING = (
    "text recognition is not installed. Install the language data (Debian: apt-get install tesseract-ocr-eng), "
    "or set TESSDATA_PREFIX to the folder that holds eng.traineddata."
)
_LANGUAGE = "eng"
_SYSTEM = ("/usr/share/tesseract-ocr", "/usr/share/tessdata", "/usr/share/tesseract", "/usr/local/share/tessdata")
_LINE_HYPHEN = re.compile(r"(\w)-\n(?=[a-z])")
#: Below this mean confidence (0–100) a text is more likely the grain of a photograph.
_MIN_CONFIDENCE = 35


def tessdata_folder() -> Path | None:
    """The folder with the language data: what TESSDATA_PREFIX says, then the system's."""
    prefix = os.environ.get("TESSDATA_PREFIX")
    places: list[Path] = []
    for folder in (*([Path(prefix)] if prefix else []), *map(Path, _SYSTEM)):
        places += [folder, folder / "tessdata", *sorted(folder.glob("*/tessdata"), reverse=True)]
    return next((place for place in places if (place / f"{_LANGUAGE}.traineddata").is_file()), None)


def is_available() -> bool:
    """Whether pictures can be read on this machine."""
    return tessdata_folder() is not None


class Engine:
    """A tesseract that has its language loaded. Use it in a `with` block."""

    def __init__(self) -> None:
        """Load the language data (`is_available` must hold)."""
        os.environ["OMP_THREAD_LIMIT"] = "1"  # its threads only wait for each other when several parsers run
        import tesserocr  # noqa: PLC0415 - loads tesseract, which most documents do not need

        self._api: Any = tesserocr.PyTessBaseAPI(path=str(tessdata_folder()), lang=_LANGUAGE, psm=tesserocr.PSM.AUTO)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._api.End()

    def paragraphs(self, picture: Picture) -> Iterable[str]:
        """The paragraphs of a picture, from top to bottom as tesseract orders them."""
        self._api.SetImage(picture)
        text = str(self._api.GetUTF8Text())
        if self._api.MeanTextConf() < _MIN_CONFIDENCE:
            return
        for block in re.split(r"\n\s*\n", text):
            if sum(character.isalnum() for character in block) >= 2:
                yield _LINE_HYPHEN.sub(r"\1", block)
