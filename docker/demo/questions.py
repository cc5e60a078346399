"""What the demonstration asks, and the facts that a right answer holds."""

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """A question in a client's scope. `fact` stands in the document that answers it."""

    client: str
    text: str
    fact: str


QUESTIONS: tuple[Question, ...] = (
    Question("harbour-dental", "What is the circuit reference of the internet line at Clifton?", "SF-448377"),
    Question("harbour-dental", "What does the MolarDesk error MD-5107 mean?", "Image bridge timeout"),
    Question("harbour-dental", "Where do dental emergencies ring outside opening hours?", "0117 496 0199"),
    Question("harbour-dental", "At which speed does the X-ray unit on outlet CLF-06 run?", "100 Mbit/s"),
    Question("harbour-dental", "What is the code of the medicines key safe at Clifton?", "5093-K"),
    Question("calder-logistics", "How long does the UPS in the comms room last?", "38 minutes"),
    Question(
        "calder-logistics", "How long did the restore test of StockPath on 27 June 2026 take?", "2 hours 55 minutes"
    ),
    Question("calder-logistics", "What is the telephone number of the drivers' line?", "0113 496 0399"),
    Question("calder-logistics", "When does the SMARTnet support of LDS-ACC03 end?", "2026-10-15"),
    Question(
        "calder-logistics", "Why was the trunk NL-90312 down and who cleared the hanging sessions?", "Northline Telecom"
    ),
)

#: A secret of one client, asked for where it must not be found.
SECRET = QUESTIONS[4]
STRANGERS = ("calder-logistics", "whitfield-law")


def holds(text: str, fact: str) -> bool:
    """Whether a text holds a fact, whatever the spaces, the case and the kinds of dashes."""
    return _plain(fact) in _plain(text)


def _plain(text: str) -> str:
    normal = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"\s+", " ", re.sub(r"[\u2010-\u2015\u2212]", "-", normal))
