"""Where things lie: the checkout, the state folder and the file with the settings."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: The five services, by the segment that each has in the path.
SEGMENTS = {
    "data-processing": "data",
    "rag-engine": "rag",
    "engineering-api": "engineering",
    "call-flow": "callflow",
    "agents": "agents",
}
SERVICES = tuple(SEGMENTS)


@dataclass(frozen=True)
class Place:
    """One installation. Two of them with different state folders and ports live side by side."""

    root: Path
    state: Path
    env_file: Path

    @property
    def venv(self) -> Path:
        """The environment with the services' requirements."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """The interpreter of that environment."""
        return self.venv / "bin" / "python"

    @property
    def run(self) -> Path:
        """Generated configuration, records of what was started, the process manager's socket. Owner only."""
        return self.state / "run"

    @property
    def log(self) -> Path:
        """One file a program, rotated."""
        return self.state / "log"

    @property
    def work(self) -> Path:
        """The working folder of each service; empty, and the sign by which its processes are known."""
        return self.state / "work"

    @property
    def system(self) -> Path:
        """Debian packages unpacked for a user who may not install any."""
        return self.state / "system"

    @property
    def outside(self) -> Path:
        """A link to the part of the state that lies elsewhere because only its owner may enter the state folder."""
        return self.state / "outside"

    @property
    def shared(self) -> Path:
        """The part of the state that the accounts of PostgreSQL and nginx must be able to reach."""
        return self.outside.resolve() if self.outside.is_symlink() else self.state

    @property
    def cluster(self) -> Path:
        """PostgreSQL's data."""
        return self.shared / "postgres"

    @property
    def gateway(self) -> Path:
        """nginx's configuration, pages and temporary files."""
        return self.shared / "gateway"

    @property
    def path(self) -> str:
        """PYTHONPATH of everything that runs from the checkout."""
        folders = [self.root / "shared", *(self.root / "services" / name for name in SERVICES)]
        return os.pathsep.join(map(str, [*folders, self.root / "docker", self.root]))

    def prepare(self) -> None:
        """Make the folders that everything else expects."""
        self.state.mkdir(parents=True, exist_ok=True)
        for folder in (self.run, self.log):
            folder.mkdir(mode=0o700, exist_ok=True)
        for folder in (self.state / "data", self.state / "inbox", *(self.work / name for name in SERVICES)):
            folder.mkdir(parents=True, exist_ok=True)


def find(environ: Mapping[str, str] = os.environ) -> Place:
    """The installation of this checkout; STATE_DIR and ENV_FILE name other places for state and settings."""
    state = Path(environ.get("STATE_DIR") or ROOT / "var")
    env_file = Path(environ.get("ENV_FILE") or ROOT / ".env")
    return Place(ROOT, state.absolute(), env_file.absolute())
