"""What a parse may use, and whether only a page's main content is wanted."""

import time
from dataclasses import dataclass, field, replace
from typing import Self


@dataclass(frozen=True)
class Options:
    """`budget_seconds` is what the whole document has; stages that can stop early use a share of it."""

    main_content: bool = False
    budget_seconds: float = 120.0
    depth: int = 0  # of attachments in attachments
    started: float = field(default_factory=time.monotonic)

    def left(self, share: float) -> bool:
        """Whether less than `share` of the document's time has passed."""
        return time.monotonic() - self.started < self.budget_seconds * share

    def deeper(self) -> Self:
        """The same for an attachment: it shares the time, and is read whole."""
        return replace(self, depth=self.depth + 1, main_content=False)
