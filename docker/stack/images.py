"""The images made here: built when they are missing, or when what they are made of has changed."""

import hashlib
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from host.obstacle import Obstacle
from host.place import Place
from stack.compose import Compose
from stack.model import Model

#: What .dockerignore lets into a build from the checkout itself, and its recipe.
_SERVICES_ARE_MADE_OF = (
    ".dockerignore", "docker/service.Dockerfile", "docker/service-packages.sh", "docker/healthcheck.py",
    "docker/gunicorn.conf.py", "requirements", "shared/oberaconnect", "services",
)  # fmt: skip


def fetch(compose: Compose, model: Model) -> None:
    """Fetch the images that are missing and not made here.

    Raises:
        Obstacle: naming an image that cannot be fetched, before anything is started or stopped.
    """
    for name, image in model.images.items():
        if name not in model.built and not _image_id(image) and compose.stream("pull", name):
            setting = "NGINX_IMAGE" if name == "gateway" else f"{name.upper().replace('-', '_')}_IMAGE"
            raise Obstacle(
                f"The image {image} of {name} could not be fetched; the lines above say why. Is this machine on the "
                f"internet? A mirror of your own is named in .env: {setting}=… Try again: make up"
            )


def build(place: Place, compose: Compose, model: Model, *, are_ours: bool) -> bool:
    """Build what is missing or stale, with its progress shown. Returns whether anything was.

    Images that are not ours, but come from a registry, are only built where they are missing.
    """
    remembered = place.run / "images.json"
    last = _remembered(remembered)
    wanted = {name: _digest(place.root, how) for name, how in model.built.items()}
    stale = [
        name
        for name, digest in wanted.items()
        if not (made := _image_id(model.images[name])) or (are_ours and last.get(model.images[name]) != [digest, made])
    ]
    if not stale:
        return False
    print(f"Building {', '.join(stale)} …", flush=True)
    if compose.stream("build", *stale):
        raise Obstacle("The images could not be built; the lines above say why. Try again: make up")
    last |= {model.images[name]: [wanted[name], _image_id(model.images[name])] for name in stale}
    remembered.write_text(json.dumps(last))
    return True


def _remembered(file: Path) -> dict[str, list[str]]:
    try:
        found = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _digest(root: Path, how: Mapping[str, Any]) -> str:
    context = Path(how["context"])
    parts = [root / part for part in _SERVICES_ARE_MADE_OF] if context == root else [context]
    files = sorted(path for part in parts for path in ([part] if part.is_file() else part.rglob("*")) if path.is_file())
    digest = hashlib.sha256(json.dumps(how, sort_keys=True).encode())
    for path in files:
        if "__pycache__" not in path.parts:
            digest.update(str(path.relative_to(context)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _image_id(name: str) -> str:
    words = ["docker", "image", "inspect", "--format", "{{.Id}}", name]
    return subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False).stdout.strip()
