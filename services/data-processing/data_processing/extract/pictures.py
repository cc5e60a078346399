"""Pictures: the text in them, frame by frame."""

import io

from PIL import Image, ImageOps, UnidentifiedImageError

from data_processing.elements import ParseFailed
from data_processing.extract import limits, ocr
from data_processing.extract.build import Build
from data_processing.extract.options import Options

#: More does not help tesseract, and costs time by the pixel.
_MAX_READ_PIXELS = 25_000_000


def read(data: bytes, build: Build, options: Options) -> int:
    """Collect the paragraphs in a picture. Returns the number of frames, which are the pages of a fax.

    Raises:
        ParseFailed: `corrupt`, `too_large`, or `no_text_needs_ocr` where pictures cannot be read.
    """
    Image.MAX_IMAGE_PIXELS = None  # checked below, with a sentence of our own
    try:
        with Image.open(io.BytesIO(data)) as picture:
            if picture.width * picture.height > limits.MAX_PIXELS:
                megapixels = limits.MAX_PIXELS // 1_000_000
                raise ParseFailed("too_large", f"The picture has more than the {megapixels} megapixels that are read.")
            if not ocr.is_available():
                raise ParseFailed("no_text_needs_ocr", f"The picture could not be read: {ocr.MISSING}")
            return _frames(picture, build, options)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        if build.elements:
            build.warnings.append("The picture is damaged; only its beginning was read.")
            return build.page or 1
        raise ParseFailed("corrupt", "The picture is damaged and cannot be opened.") from None


def _frames(picture: Image.Image, build: Build, options: Options) -> int:
    count = getattr(picture, "n_frames", 1) if picture.format == "TIFF" else 1
    build.ocr = True
    with ocr.Engine() as engine:
        for frame in range(count):
            if frame >= limits.MAX_OCR_PAGES or not options.left(1 - limits.OCR_SHARE / 2):
                build.warnings.append(f"Only the first {frame} of {count} pages were read in time.")
                break
            picture.seek(frame)
            build.page = frame + 1
            for text in engine.paragraphs(_readable(picture)):
                build.add("paragraph", text)
    return count


def _readable(picture: Image.Image) -> Image.Image:
    """Grey, upright, on white, and not larger than is of use."""
    upright = ImageOps.exif_transpose(picture)
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        coloured = upright.convert("RGBA")
        upright = Image.new("RGBA", coloured.size, "white")
        upright.alpha_composite(coloured)
    grey = upright.convert("L")
    pixels = grey.width * grey.height
    if pixels > _MAX_READ_PIXELS:
        scale = (_MAX_READ_PIXELS / pixels) ** 0.5
        grey = grey.resize((max(1, int(grey.width * scale)), max(1, int(grey.height * scale))))
    return grey
