"""What tools of MCP servers are called, and what is told of how they change."""

import re

import mcp_types
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.loop.schema import complaints
from agents.pool.names import SERVER, model_name
from agents.pool.pins import changes, digest, schema, seen
from agents.pool.texts import plain, plain_data, visible

SERVERS = st.from_regex(SERVER, fullmatch=True)
TOOLS = st.text(min_size=1, max_size=200)


def test_a_name_that_fits_stays() -> None:
    assert model_name("time", "get_current_time") == "time__get_current_time"


@given(SERVERS, TOOLS)
def test_every_name_is_one_that_models_take(server: str, tool: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", model_name(server, tool))


@given(SERVERS, TOOLS, SERVERS, TOOLS)
def test_two_tools_never_share_a_name(one: str, tool: str, other: str, another: str) -> None:
    assert (model_name(one, tool) == model_name(other, another)) is ((one, tool) == (other, another))


@pytest.mark.parametrize(
    ("tool", "other"), [("read file", "read_file"), ("read.file", "read/file"), ("x" * 90 + "1", "x" * 90 + "2")]
)
def test_names_that_would_look_alike_do_not(tool: str, other: str) -> None:
    assert model_name("files", tool) != model_name("files", other)


def test_nobody_chooses_the_name_that_another_tool_was_given() -> None:
    given_name = model_name("files", "read file")
    assert model_name("files", given_name.removeprefix("files__")) != given_name


def _tool(**fields: object) -> mcp_types.Tool:
    return mcp_types.Tool.model_validate({"name": "a", "inputSchema": {"type": "object"}, **fields})


@pytest.mark.parametrize(
    "change",
    [
        {"title": "b"},
        {"description": "b"},
        {"inputSchema": {"type": "object", "properties": {"b": {}}}},
        {"outputSchema": {"type": "object"}},
        {"annotations": {"readOnlyHint": True}},
    ],
)
def test_everything_that_a_tool_says_of_itself_is_in_its_hash(change: dict[str, object]) -> None:
    before, after = seen(_tool()), seen(_tool(**change))
    assert before is not None
    assert after is not None
    assert before.hash != after.hash
    assert changes(before.definition, after.definition)
    assert changes(before.definition, before.definition) == []


def test_the_order_of_keys_makes_no_other_hash() -> None:
    assert digest({"name": "a", "title": "b"}) == digest({"title": "b", "name": "a"})


def test_the_order_of_a_list_does() -> None:
    assert digest({"required": ["a", "b"]}) != digest({"required": ["b", "a"]})


@given(st.text())
def test_what_is_shown_can_be_stored_and_holds_nothing_unseen(text: str) -> None:
    for shown in (visible(text, 50), plain(text)):
        assert "\x00" not in shown
        assert not re.search("[\ud800-\udfff\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f\u200b]", shown)
    assert len(visible(text, 50)) <= 50


def test_letters_that_belong_together_stay_together_in_a_result() -> None:
    assert plain("می\u200cخواهم\r\n👩\u200d💻") == "می\u200cخواهم\n👩\u200d💻"


def test_numbers_that_json_does_not_have_are_not_kept() -> None:
    assert plain_data({"a": [float("nan"), float("inf"), 1.5, "b\x00"]}) == {"a": [None, None, 1.5, "b"]}


def test_a_pattern_that_a_stranger_wrote_is_not_looked_for() -> None:
    given = {
        "properties": {
            "pattern": {"type": "string", "pattern": "^(a+)+$"},
            "all": {"patternProperties": {"^(a+)+$": {}}, "additionalProperties": False},
        },
        "required": ["pattern"],
    }
    shown = schema(given)
    assert complaints(shown, {"pattern": "a" * 60 + "!", "all": {"a" * 60 + "!": 1}}) == []
    assert complaints(shown, {}) != [], "a property of that name is still asked for"
