"""The language models that Ollama has."""

from host.obstacle import Obstacle
from host.place import Place
from stack import engine, installation
from stack.compose import Compose

_DEFAULT = "llama3.2 qwen2.5:7b nomic-embed-text"


def models(place: Place) -> int:
    """Pull the models of the setting MODELS into Ollama, with progress; those that are there are skipped."""
    engine.look()
    here = installation.find(place)
    compose = here.compose.with_profiles("local-llm")
    if not any(one["Service"] == "ollama" and one["State"] == "running" for one in compose.ps()):
        raise Obstacle("Ollama does not run. Type: make up PROFILE=local-llm")
    there = _there(compose)
    for name in here.setting("MODELS", _DEFAULT).replace(",", " ").split():
        if (name if ":" in name else f"{name}:latest") in there:
            print(f"{name} is there already.", flush=True)
            continue
        print(f"Pulling {name} …", flush=True)
        if compose.stream("exec", "ollama", "ollama", "pull", name):
            raise Obstacle(
                f"{name} could not be pulled; the lines above say why. Is the name one of Ollama's library, and is "
                "there room on the disk (docker system df)? What arrived is kept. Try again: make models"
            )
    print(f"Ollama has: {', '.join(sorted(_there(compose)))}. To answer with one, set in .env: LLM_PROVIDER=ollama")
    return 0


def _there(compose: Compose) -> set[str]:
    listed = compose.run("exec", "--no-TTY", "ollama", "ollama", "list", timeout=60).stdout.splitlines()[1:]
    return {line.split()[0] for line in listed if line.strip()}
