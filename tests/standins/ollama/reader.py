"""What the stand-in's models say: the sentence of the shown passages that has most words of the question."""

import json
import re

from tests.fakes.llm import Asked, Reply

_PASSAGE = re.compile(r"<(?P<fence>[^<>\s]+)>\npassage (?P<number>\d+)\n.*?\n\n(?P<text>.*?)\n</(?P=fence)>", re.S)
_QUESTION = re.compile(r"\n\nThe (?:question, from the person you answer|last question):\n(?P<question>.*)\Z", re.S)
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?!\s|$)[^.!?\n]*)*[.!?]?")
_ENOUGH_WORDS = 2
_QUOTE_WORDS = 30
#: How much of an answer comes at a time.
_PIECE = 24


def reply(asked: Asked) -> Reply:
    """The answer to one chat."""
    text = _answer(asked)
    pieces = [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]
    return Reply(pieces, input_tokens=len(asked.text.split()), output_tokens=len(text.split()))


def _answer(asked: Asked) -> str:
    schema = json.dumps(asked.body.get("format") or asked.body.get("response_format") or {})
    found = _QUESTION.search(asked.text)
    question = found["question"] if found else asked.text
    if '"sentences"' in schema:
        return json.dumps(_proven(question, asked.text))
    if '"question"' in schema:
        return json.dumps({"question": question})
    return f"You said: {question}"


def _proven(question: str, text: str) -> dict[str, object]:
    wanted = _words(question)
    candidates = [
        (len(wanted & _words(sentence)), -int(passage["number"]), sentence.strip())
        for passage in _PASSAGE.finditer(text)
        for sentence in _SENTENCE.findall(passage["text"])
    ]
    shared, number, sentence = max(candidates, default=(0, 0, ""))
    if shared < _ENOUGH_WORDS:
        return {"answered": False, "sentences": []}
    quote = " ".join(sentence.split()[:_QUOTE_WORDS])
    return {"answered": True, "sentences": [{"text": quote, "quotes": [{"passage": -number, "quote": quote}]}]}


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.lower()) if len(word) > 2}
