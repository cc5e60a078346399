"""Which optional services start."""

import pytest
from tests.unit.stack.conftest import FakeDocker

from host.obstacle import Obstacle
from host.place import Place
from stack import profiles
from stack.compose import Compose


@pytest.mark.parametrize("text", ["local-llm chat", "local-llm,chat", " local-llm , chat, local-llm "])
def test_profiles_stand_between_blanks_or_commas(text: str) -> None:
    assert profiles.words(text) == ["local-llm", "chat"]


def test_what_is_asked_for_stands_above_the_setting(docker: FakeDocker, place: Place) -> None:
    compose = Compose(place.root, place.env_file)
    assert profiles.choose(compose, "chat", "scan,ssl").profiles == ("chat",)
    assert profiles.choose(compose, "", "scan,ssl").profiles == ("scan", "ssl")
    assert profiles.choose(compose, "", "").profiles == ()


def test_the_chosen_profiles_reach_compose_by_its_own_variable(docker: FakeDocker, place: Place) -> None:
    profiles.choose(Compose(place.root, place.env_file), "local-llm chat", "").run("ps")
    assert docker.environment["COMPOSE_PROFILES"] == "local-llm,chat"


def test_an_unknown_profile_is_refused_by_name(docker: FakeDocker, place: Place) -> None:
    compose = Compose(place.root, place.env_file)
    with pytest.raises(Obstacle, match=r"There is no profile 'chta'. There are: chat, local-llm, scan, ssl"):
        profiles.choose(compose, "chta", "")
    with pytest.raises(Obstacle, match=r"There is no profile 'gpu' \(COMPOSE_PROFILES in the settings\)"):
        profiles.choose(compose, "", "gpu")
