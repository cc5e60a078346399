"""Reading pictures with tesseract, inside this process: no program to start, none to be left behind."""

import os
import re
from collections.abc import Iterable, Sequence
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
#: Left, top, right and bottom in pixels.
Box = tuple[int, int, int, int]
_LABEL_WIDTH = 0.2
_MIN_LABELS = 3


def _is_form(lines: Sequence[Box], width: int) -> bool:
    """Whether lines stand beside narrow ones: labels and their values, which are read across, not down.

    Columns of prose have wide lines beside each other.
    """
    left = [
        right - start
        for start, top, right, bottom in lines
        if any(
            other > right and min(bottom, low) - max(top, high) > 0.6 * (bottom - top) for other, high, _, low in lines
        )
    ]
    narrow = sum(span < _LABEL_WIDTH * width for span in left)
    return len(left) >= _MIN_LABELS and narrow > 0.6 * len(left)


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

    def _lines(self) -> list[Box]:
        """Where the lines of the picture are, without reading them."""
        import tesserocr  # noqa: PLC0415 - loaded already by the constructor

        found = self._api.AnalyseLayout()
        lines: list[Box] = []
        while found is not None:
            box = found.BoundingBox(tesserocr.RIL.TEXTLINE)
            if box and box[3] - box[1] < box[2] - box[0]:  # upright boxes are rules between columns
                lines.append(box)
            if not found.Next(tesserocr.RIL.TEXTLINE):
                break
        return lines

    def paragraphs(self, picture: Picture) -> Iterable[str]:
        """The paragraphs of a picture, from top to bottom as tesseract orders them."""
        import tesserocr  # noqa: PLC0415 - loaded already by the constructor

        self._api.SetPageSegMode(tesserocr.PSM.AUTO)
        self._api.SetImage(picture)
        if _is_form(self._lines(), picture.width):
            self._api.SetPageSegMode(tesserocr.PSM.SINGLE_COLUMN)
            self._api.SetImage(picture)  # or the layout that was found stays
        text = str(self._api.GetUTF8Text())
        if self._api.MeanTextConf() < _MIN_CONFIDENCE:
            return
        for block in re.split(r"\n\s*\n", text):
            if sum(character.isalnum() for character in block) >= 2:
                yield _LINE_HYPHEN.sub(r"\1", block)
