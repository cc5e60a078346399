"""The platforms, one module each: whatever module here has a PLATFORM, or several PLATFORMS, is known by that alone."""

import importlib
import pkgutil
import re
from functools import cache

from engineering_api.platforms.platform import Platform
from oberaconnect.problems import Unprocessable


@cache
def known() -> dict[str, Platform]:
    """All platforms by their names, in the order of the names."""
    found: dict[str, Platform] = {}
    for module in pkgutil.iter_modules(__path__):
        loaded = importlib.import_module(f"{__name__}.{module.name}")
        single = getattr(loaded, "PLATFORM", None)
        for platform in getattr(loaded, "PLATFORMS", (single,) if single else ()):
            found[platform.name] = platform
    return dict(sorted(found.items()))


def named(name: str) -> Platform:
    """A platform by a name or alias of it; case, blanks, hyphens and underscores do not matter.

    Raises `Unprocessable` when there is none.
    """
    wanted = _plain(name)
    for platform in known().values():
        if wanted in {_plain(one) for one in (platform.name, platform.title, *platform.aliases)}:
            return platform
    raise Unprocessable(f"There is no platform '{name[:60]}'. GET /platforms lists them; without one it is recognised.")


def _plain(name: str) -> str:
    return re.sub(r"[\s_/-]", "", name).casefold()
