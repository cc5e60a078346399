"""Agents that are there from the first day: one file each, and the rules that all of them share."""

from functools import cache
from importlib.resources import files

import yaml

from agents.definitions import Definition

_RULES = "rules.md"


class BadAgent(ValueError):
    """A file of a ready agent says something that cannot be."""


@cache
def load() -> dict[str, Definition]:
    """The ready agents by name, in the order of their names. Raises `BadAgent`."""
    folder = files("agents.ready")
    rules = (folder / _RULES).read_text(encoding="utf-8")
    found = {}
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if file.name.endswith(".yaml"):
            agent = read(file.name, file.read_text(encoding="utf-8"), rules)
            found[agent.name] = agent
    for agent in found.values():
        if unknown := [child for child in agent.children if child not in found]:
            raise BadAgent(f"{agent.name}.yaml: there is no ready agent '{unknown[0]}'")
    return found


def read(name: str, text: str, rules: str) -> Definition:
    """The agent of one file; `rules` follow its own instructions. Raises `BadAgent`."""
    try:
        said = yaml.safe_load(text)
        agent = Definition.model_validate(
            {**said, "instructions": f"{said['instructions'].strip()}\n\n{rules.strip()}"}
        )
    except (yaml.YAMLError, TypeError, AttributeError, KeyError, ValueError) as error:
        raise BadAgent(f"{name}: {error}") from None
    if name != f"{agent.name}.yaml":
        raise BadAgent(f"{name}: the agent '{agent.name}' belongs in {agent.name}.yaml")
    return agent
