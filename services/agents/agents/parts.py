"""The parts of the service, wired once a process."""

from dataclasses import dataclass

from agents.following import Follower
from agents.tools.catalogue import platform_tools
from agents.tools.contract import Tool
from oberaconnect import llm
from oberaconnect.db import Database
from oberaconnect.settings import Settings


@dataclass(frozen=True)
class Parts:
    """What handlers work with."""

    settings: Settings
    database: Database
    models: llm.Models
    tools: dict[str, Tool]
    follower: Follower

    def close(self) -> None:
        """Let go of everything that was opened."""
        self.follower.close()
        self.models.close()
        self.database.close()


def build(settings: Settings) -> Parts:
    """Wire the parts. Nothing is opened before it is used."""
    database = Database(settings, "agents")
    return Parts(
        settings=settings,
        database=database,
        models=llm.Models(settings),
        tools=platform_tools(settings),
        follower=Follower(database),
    )
