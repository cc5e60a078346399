"""Which room of agents does what: what import-linter cannot see."""

from pathlib import Path

import agents

ROOT = Path(agents.__path__[0])


def test_sql_is_said_in_the_store_alone() -> None:
    speaking = {
        path.relative_to(ROOT).parts[0]
        for path in ROOT.rglob("*.py")
        if ".execute(" in path.read_text(encoding="utf-8")
    }
    assert speaking == {"store"}
