"""When the images made here are made anew."""

from pathlib import Path
from typing import Any

import pytest
from tests.unit.stack.conftest import FakeDocker

from host.obstacle import Obstacle
from host.place import Place
from stack import images
from stack.compose import Compose
from stack.model import Model


@pytest.fixture
def context(tmp_path: Path, place: Place) -> Path:
    place.run.mkdir(parents=True)
    folder = tmp_path / "context"
    folder.mkdir()
    (folder / "Dockerfile").write_text("FROM scratch\n")
    return folder


def _build(place: Place, context: Path, *, are_ours: bool = True, **how: Any) -> bool:
    model = Model({"agents": {"image": "our/agents:1", "build": {"context": str(context)} | how}})
    return images.build(place, Compose(place.root, place.env_file), model, are_ours=are_ours)


def test_an_image_is_made_once(docker: FakeDocker, place: Place, context: Path) -> None:
    docker.answers("image inspect", "sha256:1\n")
    assert _build(place, context) is True
    assert _build(place, context) is False
    assert docker.asked.count("compose build agents") == 1


def test_an_image_is_made_anew_when_its_sources_or_its_recipe_change(
    docker: FakeDocker, place: Place, context: Path
) -> None:
    docker.answers("image inspect", "sha256:1\n")
    _build(place, context)
    (context / "app.py").write_text("print()\n")
    assert _build(place, context) is True
    assert _build(place, context, args={"PYTHON_IMAGE": "other"}) is True


def test_an_image_that_somebody_else_made_is_made_anew(docker: FakeDocker, place: Place, context: Path) -> None:
    docker.answers("image inspect", "sha256:1\n")
    _build(place, context)
    docker.answers("image inspect", "sha256:2\n")
    assert _build(place, context) is True


def test_an_image_of_a_registry_is_made_only_where_it_is_missing(
    docker: FakeDocker, place: Place, context: Path
) -> None:
    docker.answers("image inspect", "sha256:1\n")
    assert _build(place, context, are_ours=False) is False
    docker.answers("image inspect", status=1)
    assert _build(place, context, are_ours=False) is True


def test_a_failed_build_is_tried_again_next_time(docker: FakeDocker, place: Place, context: Path) -> None:
    docker.answers("image inspect", "sha256:1\n")
    docker.answers("build agents", status=1)
    with pytest.raises(Obstacle, match="could not be built"):
        _build(place, context)
    docker.answers("build agents")
    assert _build(place, context) is True
