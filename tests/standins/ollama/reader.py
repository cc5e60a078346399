"""What the stand-in's models say: the sentence of the shown passages that has most words of the question.

Given tools, they do as a person says: a line "tool: n8n_webhook {\"path\": \"ticket\"}" of the last question is a call,
each in a turn of its own. Without such a line they search for the question with `rag_search`, where they have it. Then
they answer with the sentence of the results that has most words of the question.
"""

import json
import re

from tests.fakes.llm import Asked, Call, Reply

_PASSAGE = re.compile(r"<(?P<fence>[^<>\s]+)>\npassage (?P<number>\d+)\n.*?\n\n(?P<text>.*?)\n</(?P=fence)>", re.S)
_QUESTION = re.compile(r"\n\nThe (?:question, from the person you answer|last question):\n(?P<question>.*)\Z", re.S)
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?!\s|$)[^.!?\n]*)*[.!?]?")
_WISH = re.compile(r"^tool: (?P<tool>[\w-]+) (?P<arguments>\{.*\})$", re.M)
#: What the platform puts around a result.
_FENCE = re.compile(r"^</?result\b.*$", re.M)
_ENOUGH_WORDS = 2
_QUOTE_WORDS = 30
#: How much of an answer comes at a time.
_PIECE = 24


def reply(asked: Asked) -> Reply:
    """The answer to one chat."""
    if call := _next_call(asked):
        return Reply(calls=[call], input_tokens=len(asked.text.split()), output_tokens=1)
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
    if results := _results(asked):
        said = _FENCE.sub("", "\n".join(results))
        candidates = [(len(_words(question) & _words(one)), one.strip()) for one in _SENTENCE.findall(said)]
        return max(candidates, default=(0, said), key=lambda found: found[0])[1]
    return f"You said: {question}"


def _next_call(asked: Asked) -> Call | None:
    """What is to be called before there is an answer; None when everything was."""
    tools = [tool["function"]["name"] for tool in asked.body.get("tools") or []]
    wishes = [Call(wish["tool"], json.loads(wish["arguments"])) for wish in _WISH.finditer(asked.text)]
    if not wishes and "rag_search" in tools:
        wishes = [Call("rag_search", {"query": asked.text[:1000]})]
    left = wishes[len(_results(asked)) :] if tools else []
    return left[0] if left else None


def _results(asked: Asked) -> list[str]:
    """What tools gave since the last question, the oldest first."""
    results: list[str] = []
    for message in asked.body.get("messages", []):
        results = [*results, message["content"]] if message["role"] == "tool" else results
        if message["role"] == "user":
            results = []
    return results


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
