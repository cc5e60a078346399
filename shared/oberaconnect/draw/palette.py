"""The colours, by what they mean. Every ink keeps 4.5:1 (WCAG 2.2, 1.4.3) on white, the paper, and its own tint."""

from dataclasses import dataclass
from typing import Final, Literal

Tone = Literal[
    "neutral", "muted", "start", "choice", "time", "open", "closed", "holiday", "warning", "emergency",
    "people", "queue", "message", "person", "outside", "terminal", "network", "security",
]  # fmt: skip

TEXT: Final = "#0F172A"
SOFT_TEXT: Final = "#475569"
SURFACE: Final = "#FFFFFF"
PAPER: Final = "#F8FAFC"
BORDER: Final = "#D5DDE7"
HAIRLINE: Final = "#E6EBF1"


@dataclass(frozen=True, slots=True)
class Colours:
    """One family: `ink` for lines, icons and type lines, `tint` behind them, `filled` if its cards carry the tint."""

    ink: str
    tint: str
    filled: bool = False


COLOURS: Final[dict[Tone, Colours]] = {
    "neutral": Colours("#475569", "#F1F5F9"),
    "muted": Colours("#64748B", "#FAFBFC"),
    "start": Colours("#0F766E", "#F0FDFA", filled=True),
    "choice": Colours("#1D4ED8", "#EFF6FF"),
    "time": Colours("#6D28D9", "#F5F3FF"),
    "open": Colours("#047857", "#ECFDF5"),
    "closed": Colours("#475569", "#F1F5F9"),
    "holiday": Colours("#B45309", "#FFFBEB"),
    "warning": Colours("#A16207", "#FEFCE8", filled=True),
    "emergency": Colours("#B91C1C", "#FEF2F2", filled=True),
    "people": Colours("#047857", "#ECFDF5"),
    "queue": Colours("#0E7490", "#ECFEFF"),
    "message": Colours("#5B6B7F", "#F8FAFC"),
    "person": Colours("#334155", "#F1F5F9"),
    "outside": Colours("#C2410C", "#FFF7ED"),
    "terminal": Colours("#7E22CE", "#FAF5FF", filled=True),
    "network": Colours("#1E40AF", "#EFF6FF"),
    "security": Colours("#BE123C", "#FFF1F2"),
}
