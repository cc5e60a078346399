"""The page about agents says of every tool what it is, and of every ready agent that it is there."""

import re

import pytest

from agents import ready
from agents.loop import own
from agents.tools.catalogue import platform_tools
from host.place import ROOT
from oberaconnect.settings import Settings

PAGE = (ROOT / "docs" / "agents.md").read_text(encoding="utf-8")


def rows(section: str) -> list[list[str]]:
    """The cells of the rows in a section, without the heads of tables."""
    text = PAGE.split(f"\n## {section}\n")[1].split("\n## ")[0]
    found = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]
    return [row for row in found if row[0].startswith("`")]


@pytest.fixture(scope="module")
def described() -> dict[str, tuple[str, str | None]]:
    """The class and the scope of each tool, as the page has them."""
    return {
        name: (cells[1], cells[2].strip("`") or None)
        for cells in rows("Tools")
        for name in re.findall(r"`([a-z0-9_]+)`", cells[0])
    }


def test_the_page_describes_every_tool_as_it_is(described: dict[str, tuple[str, str | None]], secret_key: str) -> None:
    settings = Settings.model_validate({"secret_key": secret_key, "postgres_password": "not asked for in these tests"})
    specs = [tool.spec for tool in platform_tools(settings).values()] + list(own.specs([]).values())
    assert described == {spec.name: (spec.tool_class, spec.scope) for spec in specs}


def test_the_page_introduces_the_ready_agents() -> None:
    assert {cells[0].strip("`") for cells in rows("Ready agents")} == set(ready.load())
