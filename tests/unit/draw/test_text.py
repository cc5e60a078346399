"""Texts are measured as the font says, cleaned, wrapped and cut."""

import pytest

from oberaconnect.draw.text import DETAIL, FONT_FILES, TITLE, Style, clean, fit, width, wrap


def test_a_width_is_the_sum_of_the_advances_in_the_font() -> None:
    # Inter 4.0 has 2048 units an em; its digits with slashed-zero variants aside, H is 1523 units wide in Regular.
    assert width("HH", Style(2048, 400)) == 2 * width("H", Style(2048, 400))
    assert width("iiii", TITLE) < width("MM", TITLE)
    assert width("abc", Style(10, 400, spacing=1)) == pytest.approx(width("abc", Style(10, 400)) + 3)
    assert width("Heading", Style(10, 400)) < width("Heading", Style(10, 700))


def test_pillow_measures_the_same_in_the_same_font() -> None:
    from PIL import ImageFont

    for weight, file in FONT_FILES.items():
        font = ImageFont.truetype(str(file), 1000, layout_engine=ImageFont.Layout.BASIC)
        for text in ("Hunger", "0123456789", "Größe · żółć", "Ελληνικά", "Привет"):
            kerned = font.getlength(text)  # includes kerning, which is left out here
            assert kerned == pytest.approx(width(text, Style(1000, weight)), rel=0.02)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\nb\t c\r\n", "a b c"),
        ("a\x00\x1b[31mb\x7f", "a[31mb"),
        ("user\u202egpj.exe", "usergpj.exe"),
        ("\u2066isolated\u2069 \ufeff\u200b", "isolated"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("e\u0301", "é"),
        ("👩\u200d🚒", "👩\u200d🚒"),
        ("  ", ""),
    ],
)
def test_only_one_line_of_visible_characters_is_left(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize(
    "text", ["plain words that go on and on", "x" * 200, "漢字" * 60, "שלום עולם " * 20, "👩\u200d🚒🇩🇪" * 40]
)
def test_a_text_is_cut_to_its_room_between_characters_as_readers_see_them(text: str) -> None:
    short = fit(text, TITLE, 120)
    assert width(short, TITLE) <= 120
    assert short.endswith("…")
    assert text.startswith(short[:-1])
    assert not text[len(short) - 1 :].startswith(("\u200d", "🚒"))


def test_lines_break_at_spaces_and_inside_words_that_are_longer_than_a_line() -> None:
    assert wrap("Mon–Fri 08:00–17:00 · Sat 09:00–12:00", DETAIL, 140, 3) == (
        "Mon–Fri 08:00–17:00 · Sat",
        "09:00–12:00",
    )
    lines = wrap("a" * 100, DETAIL, 140, 9)
    assert "".join(lines) == "a" * 100
    assert all(width(line, DETAIL) <= 140 for line in lines)
    assert wrap("one two three four five six seven", DETAIL, 60, 2)[-1].endswith("…")
    assert wrap("", DETAIL, 60, 2) == ()


def test_one_character_always_goes_into_a_line_so_that_wrapping_ends() -> None:
    assert wrap("漢字", TITLE, 1, 5) == ("漢", "字")


def test_other_scripts_get_room_although_the_font_does_not_have_them() -> None:
    assert width("漢", Style(10, 400)) == 10
    assert width("א", Style(10, 400)) > 5
    assert width("🙂", Style(10, 400)) >= 10
    assert width("क\u094d\u200d", Style(10, 400)) == width("क", Style(10, 400))
