"""A picture gets the smallest page on which it is legible."""

import pytest

from oberaconnect.typeset import Page, sheet_for, svg_size


def svg(box: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"><g viewBox="0 0 1 1"/></svg>'


@pytest.mark.parametrize(
    ("size", "page"),
    [
        ((400, 300), Page("a4")),
        ((900, 1000), Page("a4")),
        ((1300, 500), Page("a4", landscape=True)),
        ((1400, 1800), Page("a3")),
        ((2000, 1100), Page("a3", landscape=True)),
        ((9000, 1000), Page("a3", landscape=True)),
        ((1000, 9000), Page("a3")),
    ],
)
def test_a_picture_gets_the_smallest_page_on_which_it_is_legible(size: tuple[float, float], page: Page) -> None:
    sheet = sheet_for(size, "a4", above=100)
    assert sheet.page == page
    assert sheet.width / sheet.height == pytest.approx(size[0] / size[1])


def test_a_small_picture_is_not_blown_up() -> None:
    assert sheet_for((100, 40), "letter", above=0).width == 75


def test_a_picture_fits_below_what_stands_over_it() -> None:
    assert sheet_for((600, 3000), "letter", above=200).height <= 1224 - 68 - 62 - 200


def test_the_size_of_a_drawing_is_that_of_its_first_element() -> None:
    assert svg_size(svg("0 0 12.5 40")) == (12.5, 40)


@pytest.mark.parametrize("text", ["<svg/>", svg("0 0 0 10"), "", "no drawing"])
def test_a_drawing_without_a_size_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="needs a viewBox"):
        svg_size(text)
