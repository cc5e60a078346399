"""Recordings that a dialplan plays, as prompts whose words are not known."""

import re
from collections.abc import Sequence

from call_flow.export.labels import shown
from call_flow.importers.asterisk.dialplan import Step
from call_flow.importers.draft import Draft
from call_flow.importers.ledger import Source

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,90}")
#: Recordings that are only silence or a tone.
_SILENT = ("silence/", "beep")


class Recordings:
    """Prompts by the recordings they are."""

    def __init__(self, draft: Draft) -> None:
        """Puts them into the draft."""
        self._draft = draft
        self._known: dict[str, str] = {}

    def prompt(self, words: Sequence[str], step: Step) -> str | None:
        """The prompt that a step plays; None when it plays silence, or what only a call can tell."""
        if step.application.startswith("say") or step.application == "datetime":
            self._draft.ledger.approximated(step.source, "Digits, numbers and times are not spoken.")
            return None
        return self.file(words[0] if words else "", step.source)

    def file(self, written: str, source: Source) -> str | None:
        """The prompt of one recording, or of several that `&` joins."""
        names = [name.strip() for name in written.split("&") if name.strip()]
        names = [name for name in names if not name.startswith(_SILENT)]
        ledger = self._draft.ledger
        if not names:
            ledger.understood(source)
            return None
        if "${" in written:
            ledger.approximated(source, "Which recording it plays is decided during the call; it is left out.")
            return None
        if len(names) > 1:
            ledger.approximated(source, "Several recordings in a row are one prompt; its words are to be written.")
        whole = "&".join(names)
        if whole not in self._known:
            plain = names[0].replace("\\", "/").rsplit("/", 1)[-1]
            identity = self._draft.free_id("prompts", plain if len(names) == 1 else f"{plain}-and-more")
            piece = self._draft.add("prompts", {"id": identity, "texts": {self._draft.language: ""}}, source)
            if _NAME.fullmatch(plain):
                piece.plain["file"] = (
                    plain if re.search(r"\.(wav|gsm|ulaw|alaw|sln|g722|mp3)$", plain) else f"{plain}.wav"
                )
                piece.plain["state"] = "recorded"
            reason = f"The recording {shown(whole, 120)} was not listened to."
            piece.assume("texts", piece.plain["texts"], reason, f"What does the recording {shown(plain, 80)} say?")
            self._known[whole] = identity
        ledger.understood(source)
        return self._known[whole]
