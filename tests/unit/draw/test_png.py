"""The PNG is as large as asked, shows something, and is never too large for the memory."""

import io
import sys

import pytest
from PIL import Image

from oberaconnect.draw import Diagram, TooManyPixels, lay_out, png, raster
from oberaconnect.draw.placed import Placed

from .flows import office, offices


def _image(placed: Placed, scale: float) -> Image.Image:
    return Image.open(io.BytesIO(png(placed, scale))).convert("RGB")


def test_the_png_has_the_size_of_the_picture_times_the_scale_and_shows_its_colours() -> None:
    placed = lay_out(office())
    image = _image(placed, 0.5)
    assert image.size == pytest.approx((placed.width / 2, placed.height / 2), abs=1)
    colours = {colour for _, colour in image.getcolors(1 << 24) or []}
    assert {(248, 250, 252), (255, 255, 255), (29, 78, 216), (185, 28, 28)} <= colours


def test_texts_are_drawn_as_wide_as_they_were_measured() -> None:
    from oberaconnect.draw.text import width

    placed = lay_out(Diagram("Wide Heading 0123456789 xyz"))
    image = _image(placed, 2.0)
    line = placed.title[0]
    heading = (
        image.crop((0, 20, image.width, int(line.baseline * 2))).convert("L").point(lambda grey: grey < 100 and 255)
    )
    box = heading.getbbox()
    assert box
    assert (box[2] - box[0]) / 2 == pytest.approx(width(line.text, line.style), rel=0.03)


@pytest.mark.parametrize("scale", [100.0, 0.0, -1.0, float("nan"), float("inf")])
def test_a_scale_that_cannot_be_drawn_is_refused_with_the_largest_that_can(scale: float) -> None:
    with pytest.raises(TooManyPixels, match=r"up to \d+\.\d+") as refused:
        png(lay_out(office()), scale)
    assert refused.value.status == 422


def test_the_scale_that_the_refusal_names_is_within_the_limit() -> None:
    placed = lay_out(offices(40))
    with pytest.raises(TooManyPixels) as refused:
        png(placed, 50)
    largest = float(refused.value.detail.split("up to ")[1].split(",")[0])
    assert (
        placed.width * placed.height * largest**2 <= 24_000_000 < placed.width * placed.height * (largest + 0.02) ** 2
    )


def test_what_would_keep_all_other_threads_waiting_works_in_another_process() -> None:
    assert png(lay_out(Diagram("x"))).startswith(b"\x89PNG")
    assert "resvg_py" not in sys.modules


@pytest.mark.parametrize(("limit", "value"), [("_MEMORY_BYTES", 60 << 20), ("_SECONDS", 0)])
def test_a_picture_that_takes_more_than_its_share_is_refused(
    monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    monkeypatch.setattr(raster, limit, value)
    with pytest.raises(TooManyPixels, match="Ask for a smaller scale, or for SVG"):
        png(lay_out(offices(40)))


def test_without_a_scale_a_large_picture_is_drawn_as_large_as_it_can_be() -> None:
    placed = lay_out(offices(60))
    image = Image.open(io.BytesIO(png(placed)))
    assert 0 < image.width < 2 * placed.width
    assert image.height / image.width == pytest.approx(placed.height / placed.width, rel=0.01)
