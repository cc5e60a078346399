"""Lines of every platform with invented secrets in them, as they are written in configurations, logs and letters.

In the corpus a secret stands between « and »; "¦" only keeps scanners from taking an invented token for a real one.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from tests.engineering import CONFIGS

CORPUS = CONFIGS / "secrets"
WITH_SECRETS = sorted(path for path in CORPUS.glob("*.txt") if path.name != "none.txt")
MARKED = re.compile("«([^»]*)»")


def marked(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").replace("¦", "").splitlines()


def bare(line: str) -> str:
    return line.replace("«", "").replace("»", "")


def secrets(marked_lines: list[str]) -> list[str]:
    return [secret for line in marked_lines for secret in MARKED.findall(line)]


def assert_none_left(marked_lines: list[str], texts: Sequence[str]) -> None:
    whole = "\n".join(texts)
    for secret in secrets(marked_lines):
        assert secret not in whole
        for word in secret.split():
            assert len(word) < 6 or word not in whole, f"{word!r} of {secret!r}"
