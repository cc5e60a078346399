"""A real Chromium without a window, driven over the DevTools protocol through a pipe.

Where there is none, Debian's is installed as the platform's other system packages are. Nothing but the loopback can be
reached from it.
"""

import base64
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from fcntl import F_DUPFD, LOCK_EX, fcntl, flock
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from embedded import debian
from host import place

_PACKAGE = "chromium"
#: Chromium reads commands from descriptor 3 and answers on 4.
_LAUNCH = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4); os.execvp(sys.argv[3], sys.argv[3:])"
)
_OPTIONS = (
    "--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
    "--no-first-run", "--no-default-browser-check", "--disable-background-networking", "--disable-extensions",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--lang=en-US",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)  # fmt: skip
_SECONDS = 15.0


@cache
def program() -> Path:
    """Chromium: the system's, else one that is installed, or unpacked below var/. Never skips."""
    here = place.find({})
    if (found := _present(here)) is None:
        here.state.mkdir(exist_ok=True)
        with (here.state / "chromium.lock").open("w") as lock:
            flock(lock, LOCK_EX)  # the other test process wants one too
            said = _present(here) or debian.get(here, [_PACKAGE])
        if (found := _present(here)) is None:
            pytest.fail(f"the tests of pages need Chromium, and {said}", pytrace=False)
    return found


def _present(here: place.Place) -> Path | None:
    unpacked = here.system / "usr/lib/chromium/chromium"
    on_path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    return Path(on_path) if on_path else unpacked if unpacked.is_file() else None


class Failed(AssertionError):
    """What was waited for did not come, or the page's script failed."""


class Browser:
    """A running Chromium."""

    def __init__(self, folder: Path) -> None:
        """`folder` takes its profile."""
        here = place.find({})
        ours = [*os.pipe(), *os.pipe()]
        # Above 4, so that taking the places 3 and 4 cannot close what is still to be moved.
        commands_in, self._commands, self._answers, answers_out = (fcntl(number, F_DUPFD, 10) for number in ours)
        for number in ours:
            os.close(number)
        words = [str(program()), *_OPTIONS, f"--user-data-dir={folder}", "about:blank"]
        self._log = (folder / "chromium.log").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-c", _LAUNCH, str(commands_in), str(answers_out), *words],
            pass_fds=(commands_in, answers_out), stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log,
            env=os.environ | debian.libraries(here), start_new_session=True,
        )  # fmt: skip
        os.close(commands_in)
        os.close(answers_out)
        os.set_blocking(self._answers, False)
        self._numbers = itertools.count(1)
        self._received = b""
        self.events: list[dict[str, Any]] = []

    def close(self) -> None:
        """End it with all its processes."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._commands)
        os.close(self._answers)
        self._log.close()

    def page(self, width: int = 1280, height: int = 800, *, dark: bool = False) -> "Page":
        """A new page that shares nothing with others."""
        context = self.call("Target.createBrowserContext", {})["browserContextId"]
        target = self.call("Target.createTarget", {"url": "about:blank", "browserContextId": context})["targetId"]
        session = self.call("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        return Page(self, session, context, (width, height), dark=dark)

    def call(self, method: str, parameters: Mapping[str, Any], session: str | None = None) -> dict[str, Any]:
        """One command and its answer; what else arrives meanwhile is kept in `events`."""
        number = next(self._numbers)
        command = {"id": number, "method": method, "params": parameters} | ({"sessionId": session} if session else {})
        os.write(self._commands, json.dumps(command).encode() + b"\0")
        deadline = time.monotonic() + _SECONDS
        while time.monotonic() < deadline:
            message = self._next()
            if message is None:
                time.sleep(0.002)
            elif message.get("id") == number:
                if "error" in message:
                    raise Failed(f"{method}: {message['error']}")
                answer: dict[str, Any] = message["result"]
                return answer
            elif "method" in message:
                self.events.append(message)
        raise Failed(f"Chromium did not answer {method}: {Path(self._log.name).read_text(errors='replace')[-2000:]}")

    def _next(self) -> dict[str, Any] | None:
        while b"\0" not in self._received:
            try:
                part = os.read(self._answers, 1 << 20)
            except BlockingIOError:
                return None
            if not part:
                raise Failed(f"Chromium ended: {Path(self._log.name).read_text(errors='replace')[-2000:]}")
            self._received += part
        line, _, self._received = self._received.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        return message


class Page:
    """One page. What it complains about, and what it asks for, is kept."""

    def __init__(self, browser: Browser, session: str, context: str, size: tuple[int, int], *, dark: bool) -> None:
        """`browser.page` makes them."""
        self._browser, self._session, self.context = browser, session, context
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.look(*size, dark=dark)

    def look(self, width: int, height: int, *, dark: bool = False) -> None:
        """Have a size, and the colours that the reader's system asks for; nothing moves by itself."""
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        features = [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]
        self.call("Emulation.setEmulatedMedia", features=features)

    def forget(self) -> None:
        """Leave what is shown, and forget what has happened."""
        self.open("about:blank")
        self._browser.events.clear()

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """A command about this page."""
        return self._browser.call(method, parameters, self._session)

    def events(self, method: str) -> list[dict[str, Any]]:
        """What happened on this page, by the name of the event."""
        return [
            event["params"]
            for event in self._browser.events
            if event["method"] == method and event.get("sessionId") == self._session
        ]

    def open(self, address: str) -> None:
        """Go somewhere."""
        answer = self.call("Page.navigate", url=address)
        if "errorText" in answer:
            raise Failed(f"{address}: {answer['errorText']}")

    def run(self, script: str) -> Any:
        """The value of an expression in the page; a promise is awaited."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise Failed(f"{script}: {details.get('exception', {}).get('description', details['text'])}")
        return answer["result"].get("value")

    def wait(self, script: str, seconds: float = _SECONDS) -> Any:
        """The value of an expression as soon as it is true."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with suppress(Failed):  # between two documents there is nothing to ask
                if value := self.run(script):
                    return value
            time.sleep(0.02)
        raise Failed(f"{script} did not come true. The page says: {self.run('document.body.innerText')[:1000]}")

    def text(self, selector: str) -> str:
        """What is written in the first element that a selector finds, as it is seen."""
        found = self.run(f"(document.querySelector({json.dumps(selector)}) ?? {{}}).innerText ?? null")
        if found is None:
            raise Failed(f"there is no {selector}")
        return str(found)

    def texts(self, selector: str) -> list[str]:
        """What is written in every element that a selector finds."""
        found: list[str] = self.run(
            f"[...document.querySelectorAll({json.dumps(selector)})].map((one) => one.innerText)"
        )
        return found

    def click(self, selector: str) -> None:
        """Press the mouse in the middle of an element; what lies over it gets the click, as for people."""
        box = self.wait(
            f"(() => {{ const found = document.querySelector({json.dumps(selector)}); if (!found) return null;"
            " found.scrollIntoView({block: 'nearest'}); const box = found.getBoundingClientRect();"
            " return box.width ? [box.x + box.width / 2, box.y + box.height / 2] : null })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)

    def write(self, selector: str, text: str) -> None:
        """Replace what a field holds."""
        field = f"document.querySelector({json.dumps(selector)})"
        self.run(f"{field}.focus(), {field}.select()")
        self.call("Input.insertText", text=text)

    def press(self, key: str, code: int = 0, text: str = "") -> None:
        """Press a key where the focus is, such as `press("Enter", 13, "\\r")`."""
        given = {"key": key, "windowsVirtualKeyCode": code, **({"text": text} if text else {})}
        self.call("Input.dispatchKeyEvent", type="keyDown", **given)
        self.call("Input.dispatchKeyEvent", type="keyUp", **given)

    def picture(self, file: Path) -> None:
        """Save what is seen as PNG."""
        file.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def printed(self) -> bytes:
        """What a printer would get, as PDF."""
        return base64.b64decode(self.call("Page.printToPDF", preferCSSPageSize=True)["data"])

    def requested(self) -> list[str]:
        """The addresses that the page asked for."""
        return [event["request"]["url"] for event in self.events("Network.requestWillBeSent")]

    def complaints(self) -> list[str]:
        """Errors and warnings of the console, violations of the policy, exceptions, and dialogs."""
        self.run("1")  # what was said until now has arrived then
        said = [event["entry"] for event in self.events("Log.entryAdded")]
        found = [f"{entry['text']} {entry.get('url', '')}" for entry in said if entry["level"] in ("error", "warning")]
        found += [
            str(event["args"])
            for event in self.events("Runtime.consoleAPICalled")
            if event["type"] in ("error", "warning")
        ]
        found += [str(event["exceptionDetails"]) for event in self.events("Runtime.exceptionThrown")]
        return found + [event["message"] for event in self.events("Page.javascriptDialogOpening")]

    def close(self) -> None:
        """Forget the page with all that it kept."""
        self._browser.call("Target.disposeBrowserContext", {"browserContextId": self.context})


@contextmanager
def running() -> Iterator[Browser]:
    """A Chromium, gone when the block ends."""
    with tempfile.TemporaryDirectory(prefix="obera-chromium-", ignore_cleanup_errors=True) as folder:
        browser = Browser(Path(folder))
        try:
            yield browser
        finally:
            browser.close()
