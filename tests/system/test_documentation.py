"""Every command that the README and the API guide show works as it stands, and so does the demo."""

import re
import subprocess
from pathlib import Path

import pytest
from tests.embedded import Platform

from host.place import ROOT

PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
#: Commands about the installation itself have tests of their own: here they would touch the reader's, not the test's.
MAKE = re.compile(r"^\s*(sudo )?make\b", re.MULTILINE)


def blocks(page: Path) -> list[str]:
    found = re.findall(r"^```bash\n(.*?)^```$", page.read_text(), re.DOTALL | re.MULTILINE)
    return [block for block in found if "localhost:8080" in block and not MAKE.search(block)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_commands_of_a_page_work_as_they_stand(platform: Platform, page: Path) -> None:
    for block in blocks(page):
        script = block.replace("http://localhost:8080", platform.url).replace("curl -s", "curl --fail-with-body -s")
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
        assert done.stdout or "DELETE" in block


def test_the_pages_do_show_commands() -> None:
    assert sum(len(blocks(page)) for page in PAGES) >= 10


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text())
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


def test_the_demo_works_and_a_second_run_finds_everything_unchanged(platform: Platform) -> None:
    first = platform.command("run", "demo")
    assert first.returncode == 0, first.stdout + first.stderr
    assert first.stdout.count("found nothing") == 2
    assert "Set ANTHROPIC_API_KEY or LLM_PROVIDER in .env" in first.stdout
    second = platform.command("run", "demo")
    assert second.returncode == 0, second.stdout + second.stderr
    assert "14 unchanged" in second.stdout
    assert " indexed" not in second.stdout


def test_the_demo_says_when_the_platform_does_not_let_it_in(platform: Platform) -> None:
    done = platform.command("run", "demo", OBERA_KEY="msp_000000000000_" + "A" * 43)
    assert done.returncode == 1
    assert "This credential is not valid." in done.stderr
    assert "export OBERA_KEY=" in done.stderr
