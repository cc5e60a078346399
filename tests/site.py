"""The page of a flow as a browser shows it, and what its readers do there again and again."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.chromium import Page
from tests.phones import Phones

ENTER, TAB, ESCAPE = ("Enter", 13, "\r"), ("Tab", 9), ("Escape", 27)
#: Nothing that was asked for is still on its way.
SETTLED = "!document.querySelector('[aria-busy=true]')"
DRAWN = f"{SETTLED} && !!document.querySelector('#ground > svg')"
LIT = "[...document.querySelectorAll('.card.lit')].map((card) => card.dataset.id)"
_SHOWN = (
    f"({DRAWN}) || {SETTLED} && (document.querySelector('#drawing button') != null"
    " || !/Fetching/.test(document.querySelector('#message-title')?.innerText || 'Fetching'))"
)


@dataclass(frozen=True)
class Site:
    """The service on a port. `tab` gives the page that looks at it."""

    phones: Phones
    address: str
    tab: Callable[[], Page]

    def open(
        self, path: str = "/flows/acme-corp/view", *, width: int = 1280, height: int = 800, dark: bool = False
    ) -> Page:
        """The page at a path below /api/callflow, when it shows the flow or says why not."""
        page = self.tab()
        page.forget()
        page.look(width, height, dark=dark)
        page.open(f"{self.address}/api/callflow{path}")
        page.wait(_SHOWN)
        return page


def ask(page: Page, question: str) -> None:
    """Write a question, send it, and wait for the answer."""
    page.write("#question", question)
    page.press(*ENTER)
    page.wait(SETTLED)


def choose(page: Page, card: str) -> None:
    """Click a card wherever it lies, even outside of what is seen."""
    click = "dispatchEvent(new MouseEvent('click', {bubbles: true}))"
    page.run(f"document.querySelector('[data-id=\"{card}\"]').{click}")


def change(page: Page, selector: str, value: str) -> None:
    """Choose an option."""
    page.run(
        f"(() => {{ const field = document.querySelector('{selector}'); field.value = '{value}';"
        " field.dispatchEvent(new Event('change')) })()"
    )
