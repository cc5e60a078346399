"""nginx of this run: the gateway's templates rendered into the state folder, and the command that runs it."""

import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from embedded import debian
from embedded.account import Account
from host.obstacle import Obstacle
from host.place import Place

_VARIABLE = re.compile(r"\$\{(\w+)\}")
_LOOPBACK_HOSTS = "localhost 127.0.0.1 [::1]"
#: Before it, nginx knew no `-e`; it then writes one line about its own log folder and goes on.
_KNOWS_ERROR_LOG_OPTION = (1, 19, 5)


def variables(
    place: Place, values: Mapping[str, str], user: Account | None, ports: Mapping[str, int]
) -> dict[str, str]:
    """Every variable of the templates (gateway/README.md)."""
    bind = values.get("GATEWAY_BIND", "127.0.0.1")
    hosts = _LOOPBACK_HOSTS if values.get("AUTH", "open") == "open" else "~."
    return {
        "GATEWAY_USER_LINE": f"user {user.name} {user.group};" if user else "",
        "GATEWAY_BIND": f"[{bind.strip('[]')}]" if ":" in bind else bind,
        "GATEWAY_PORT": values.get("GATEWAY_PORT", "8080"),
        "GATEWAY_HOSTS": values.get("GATEWAY_HOSTS", hosts),
        "GATEWAY_ROOT": str(place.gateway / "site"),
        "STATE_DIR": str(place.gateway),
        "ACCESS_LOG": "/dev/stdout",
        "MAX_UPLOAD_MB": values.get("MAX_UPLOAD_MB", "100"),
        "REQUESTS_PER_SECOND": values.get("REQUESTS_PER_SECOND", "1000"),
        "REQUESTS_BURST": values.get("REQUESTS_BURST", "2000"),
        "CONNECTIONS_PER_ADDRESS": values.get("CONNECTIONS_PER_ADDRESS", "256"),
        "TRUSTED_PROXY": values.get("TRUSTED_PROXY", "0.0.0.0/32"),
        **{name: str(port) for name, port in ports.items()},
    }


def render(text: str, known: Mapping[str, str], name: str) -> str:
    """A template with its variables filled in; nginx's own `$variables` have no braces and stay.

    Raises:
        Obstacle: when the template asks for a variable that nobody sets.
    """

    def value(found: re.Match[str]) -> str:
        if found[1] not in known:
            raise Obstacle(f"gateway/{name} asks for {found[1]}, which this run does not set.")
        return known[found[1]]

    return _VARIABLE.sub(value, text)


def install(place: Place, known: Mapping[str, str]) -> dict[str, str]:
    """Write configuration and pages where nginx's workers can read them.

    Returns:
        What was written: configuration by file name, to see later whether it changed.
    """
    source = place.root / "gateway"
    place.gateway.mkdir(mode=0o755, parents=True, exist_ok=True)
    place.gateway.chmod(0o755)
    # The Docker run's files ask for variables that exist only there.
    templates = [path for path in sorted(source.glob("*.template")) if ".compose." not in path.name]
    written = {path.name.removesuffix(".template"): render(path.read_text(), known, path.name) for path in templates}
    for name, text in written.items():
        (place.gateway / name).write_text(text)
    site = place.gateway / "site"
    shutil.copytree(source / "site", site, dirs_exist_ok=True)
    for path in (site, *site.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return written


def command(place: Place, program: Path) -> list[str]:
    """How nginx is started: in the foreground, reading and writing nothing outside its folder."""
    version = debian.nginx_version(program, debian.libraries(place))
    errors = ["-e", "stderr"] if version >= _KNOWS_ERROR_LOG_OPTION else []
    return [str(program), *errors, "-p", f"{place.gateway}{os.sep}", "-c", str(place.gateway / "nginx.embedded.conf")]
