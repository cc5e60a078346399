"""What the model is told."""

from rag_engine import prompt
from rag_engine.passage import Passage
from rag_engine.rewrite import Turn


def passages(count: int, size: int = 100) -> list[Passage]:
    return [
        Passage(f"c{number}", "d", "e", f"title\n{number}", f"text {number} " + "x" * size, 1.0, page=number)
        for number in range(count)
    ]


def test_every_passage_stands_in_its_fence_with_its_number_and_place() -> None:
    request, shown = prompt.answering("Why?", passages(3), fence="f00", max_tokens=50, context_tokens=8000)
    text = request.messages[-1].text
    assert len(shown) == 3
    assert text.count("<f00>\npassage ") == text.count("\n</f00>") == 3
    assert "passage 2\ndocument: title 1\npage: 1\n\ntext 1 " in text
    assert text.endswith("Why?")
    assert (request.max_tokens, request.schema) == (50, prompt.SCHEMA)


def test_what_the_context_does_not_take_is_left_out_but_never_all() -> None:
    many = passages(50, size=1000)
    _, shown = prompt.answering("Why?", many, fence="f", max_tokens=500, context_tokens=4096)
    assert 0 < len(shown) < 10
    assert shown == many[: len(shown)]
    assert len(prompt.answering("Why?", many, fence="f", max_tokens=4000, context_tokens=2048)[1]) == 1


def test_a_rewrite_sees_the_last_turns_shortened() -> None:
    history = [Turn(f"question {number}", "a" * 5000) for number in range(20)]
    text = prompt.rewriting("And then?", history).messages[-1].text
    assert "question 19" in text
    assert "question 2\n" not in text
    assert len(text) < 6000
