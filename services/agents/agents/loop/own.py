"""Tools that are no service's: ask a person, wait, and let another agent do it. The loop itself sees to them."""

from collections.abc import Iterable

from agents.tools.contract import Spec

ASK = "ask_person"
WAIT = "wait"
#: In front of the name of an agent, the tool that begins a run of it.
AGENT = "agent__"
MAX_WAIT_SECONDS = 86_400

ASK_SPEC = Spec(
    name=ASK,
    title="Ask the person",
    description=(
        "Ask the person who began this run one question and wait for the answer. Use it only when you cannot go on"
        " without something that no other tool can tell you."
    ),
    parameters={
        "type": "object",
        "properties": {
            "question": {"type": "string", "minLength": 1, "maxLength": 2000},
            "choices": {"type": "array", "items": {"type": "string", "maxLength": 200}, "maxItems": 10},
        },
        "required": ["question"],
        "additionalProperties": False,
    },
    tool_class="read",
    taints=False,
)
WAIT_SPEC = Spec(
    name=WAIT,
    title="Wait",
    description="Wait some seconds, for instance until a long job may have ended, and then go on.",
    parameters={
        "type": "object",
        "properties": {"seconds": {"type": "integer", "minimum": 1, "maximum": MAX_WAIT_SECONDS}},
        "required": ["seconds"],
        "additionalProperties": False,
    },
    tool_class="read",
    taints=False,
)


def specs(children: Iterable[tuple[str, str]]) -> dict[str, Spec]:
    """The loop's own tools by name; `children` are names and descriptions of the agents that may be begun."""
    return {ASK: ASK_SPEC, WAIT: WAIT_SPEC} | {AGENT + name: _agent(name, text) for name, text in children}


def _agent(name: str, description: str) -> Spec:
    return Spec(
        name=AGENT + name,
        title=f"Agent {name}",
        description=(
            f"Let the agent '{name}' do a piece of the work and wait for what it finds. {description}"
            " It knows nothing of this conversation: write all it needs into the task."
        ),
        parameters={
            "type": "object",
            "properties": {"task": {"type": "string", "minLength": 1, "maxLength": 20_000}},
            "required": ["task"],
            "additionalProperties": False,
        },
        tool_class="read",  # what it does itself is judged by its own rules
    )
