"""The PDF that the bench writes by hand, read by a real reader."""

import pypdfium2

from bench import paper


def test_it_has_its_pages_and_the_mark_stands_on_the_last_one_only() -> None:
    content, mark = paper.make(20, seed=3)
    document = pypdfium2.PdfDocument(content)
    try:
        texts = [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()
    assert len(texts) == 20
    assert [number for number, text in enumerate(texts, 1) if mark in text] == [20]
    assert all(text.startswith(f"Chapter {number}:") for number, text in enumerate(texts, 1))


def test_the_same_seed_gives_the_same_paper_and_another_seed_another() -> None:
    assert paper.make(2, seed=1) == paper.make(2, seed=1)
    assert paper.make(2, seed=1)[0] != paper.make(2, seed=2)[0]
