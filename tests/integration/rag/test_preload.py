"""What a service does before gunicorn forks: it loads, and starts or opens nothing that a fork would break."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

#: Loads a service as gunicorn does and tells what runs and is open then.
_LOAD = """
import importlib, json, os, sys
from pathlib import Path

app = importlib.import_module(f"{sys.argv[1]}.app").from_environment()
targets = [os.readlink(item) for item in Path("/proc/self/fd").iterdir() if item.exists()]
told = {"threads": len(os.listdir("/proc/self/task")), "sockets": [item for item in targets if "socket:" in item]}
"""
#: The memory of the loaded model, used by a process forked from it.
_EMBED = """
import gc
from rag_engine import embed

embedder = next(item for item in gc.get_objects() if isinstance(item, embed.LazyEmbedder))
embed.from_settings = None  # nobody loads it again
reader, writer = os.pipe()
if not (child := os.fork()):
    os.write(writer, json.dumps(embedder.documents(["hello world", "or not"])[0][:3].tolist()).encode())
    os._exit(0)
os.waitpid(child, 0)
told["vector"] = json.loads(os.read(reader, 1000))
"""


def loaded(package: str, folder: Path, more: str = "") -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", f"{_LOAD}{more}\nprint(json.dumps(told))", package],
        env={
            "PYTHONPATH": ":".join(sys.path),
            "HOME": str(folder / "home"),
            "DATA_DIR": str(folder),
            "SECRET_KEY": "0123456789abcdef0123456789abcdef",
            "POSTGRES_PASSWORD": "not used 0123456789",
            "QDRANT_URL": "http://127.0.0.1:1",
            "QDRANT_API_KEY": "not used",
            "OPENBLAS_NUM_THREADS": "1",  # its own threads know of forks
        },
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("package", ["data_processing", "agents"])
def test_nothing_runs_and_nothing_is_open_before_the_fork(package: str, tmp_path: Path) -> None:
    assert loaded(package, tmp_path) == {"threads": 1, "sockets": []}


def test_the_model_is_loaded_once_for_all_processes_and_tells_nobody(models: Path, tmp_path: Path) -> None:
    (tmp_path / "models").symlink_to(models)
    (tmp_path / "home").mkdir()
    found = loaded("rag_engine", tmp_path, _EMBED)
    assert found.pop("vector") == pytest.approx([-0.034477, 0.031023, 0.006735], abs=2e-5)
    assert found == {"threads": 1, "sockets": []}
    assert not list((tmp_path / "home").rglob("*")), "onnxruntime keeps what it counts for its maker there"
