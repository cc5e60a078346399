"""Log lines as people read them."""

import json

from host.logs import readable


def test_a_json_line_becomes_a_sentence_with_its_fields() -> None:
    line = json.dumps({"time": "t", "level": "error", "service": "s", "message": "no database", "reason": "refused"})
    assert readable(line) == "  error: no database (reason=refused)"


def test_of_a_traceback_the_end_is_shown() -> None:
    trace = "\n".join(["Traceback", *(f"frame {number}" for number in range(50)), "ValueError: wrong"])
    shown = readable(json.dumps({"level": "error", "message": "died", "exception": trace}))
    assert shown.endswith("ValueError: wrong")
    assert len(shown.splitlines()) == 4


def test_a_line_that_is_not_json_stays() -> None:
    assert readable("plain words\n7") == "  plain words\n  7"
