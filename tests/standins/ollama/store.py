"""The models that were pulled, as files in the folder where Ollama keeps its own."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

Kind = Literal["completion", "embedding"]


@dataclass(frozen=True)
class Known:
    """A model that the registry, as far as the stand-in knows it, offers."""

    family: str
    kind: Kind
    size: int


_OFFERED = {
    "llama3.2": Known("llama", "completion", 2_019_393_189),
    "qwen2.5": Known("qwen2", "completion", 4_683_087_332),
    "qwen3": Known("qwen3", "completion", 5_225_387_923),
    "nomic-embed-text": Known("nomic-bert", "embedding", 274_302_450),
    "all-minilm": Known("bert", "embedding", 45_960_996),
    "mxbai-embed-large": Known("bert", "embedding", 669_615_493),
    "bge-m3": Known("bert", "embedding", 1_157_672_605),
    "embeddinggemma": Known("gemma3", "embedding", 621_875_917),
}


def full_name(name: str) -> str:
    """A model's name with its tag."""
    return name if ":" in name else f"{name}:latest"


def offered(name: str) -> Known | None:
    """What the registry offers under a name."""
    return _OFFERED.get(name.partition(":")[0])


class Store:
    """The pulled models in `folder`, one file each."""

    def __init__(self, folder: Path) -> None:
        """Makes the folder."""
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def find(self, name: str) -> Known | None:
        """A pulled model."""
        return offered(name) if self._file(name).is_file() else None

    def put(self, name: str) -> None:
        """Keep a model."""
        found = datetime.now(UTC).isoformat()
        self._file(name).write_text(json.dumps({"name": full_name(name), "modified_at": found}), encoding="utf-8")

    def remove(self, name: str) -> bool:
        """Forget a model; false when it was not there."""
        if not self.find(name):
            return False
        self._file(name).unlink()
        return True

    def all(self) -> list[dict[str, Any]]:
        """Every pulled model as /api/tags shows it, the newest first."""
        written = [json.loads(path.read_text(encoding="utf-8")) for path in self._folder.glob("*.json")]
        return [_shown(item) for item in sorted(written, key=lambda item: item["modified_at"], reverse=True)]

    def _file(self, name: str) -> Path:
        return self._folder / f"{digest(name)}.json"


def digest(name: str) -> str:
    """A name for the bytes of a model, which do not exist."""
    return hashlib.sha256(full_name(name).encode()).hexdigest()


def _shown(item: dict[str, Any]) -> dict[str, Any]:
    known = _OFFERED[item["name"].partition(":")[0]]
    return {
        "name": item["name"],
        "model": item["name"],
        "modified_at": item["modified_at"],
        "size": known.size,
        "digest": digest(item["name"]),
        "details": details(known),
    }


def details(known: Known) -> dict[str, Any]:
    """What Ollama tells about a model's making."""
    return {
        "parent_model": "",
        "format": "gguf",
        "family": known.family,
        "families": [known.family],
        "parameter_size": "",
        "quantization_level": "Q4_K_M",
    }
