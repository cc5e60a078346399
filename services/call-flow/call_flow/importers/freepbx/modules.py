"""Modules of FreePBX as nodes: IVRs, ring groups, queues, announcements, switches, directories, rooms, pages."""

import re
from typing import TYPE_CHECKING

from call_flow.export.labels import shown
from call_flow.importers.draft import END, Piece, Plain, slug
from call_flow.importers.element import Element

if TYPE_CHECKING:
    from call_flow.importers.freepbx.places import Places

_STRATEGIES = {"ringall": "simultaneous", "hunt": "sequential", "memoryhunt": "sequential",
    "firstavailable": "sequential",
               "firstnotonphone": "sequential", "random": "random"}  # fmt: skip
_EXACT = ("ringall", "hunt", "random")
_QUEUES = ("ringall", "leastrecent", "fewestcalls", "random", "rrmemory", "linear")
_AGENT = re.compile(r"(?:Local|PJSIP|SIP|Agent)/(\d+)(?:@[^,/]*)?(?:/n)?(?:,(\d+))?.*")
_OFF = ("", "0", "disabled", "none")


class Modules:
    """The rows of each module by their numbers."""

    def __init__(self, places: "Places") -> None:
        """Nothing is read yet."""
        self._places = places
        self._draft = places.draft
        tables = places.tables
        self._by: dict[str, dict[str, Element]] = {
            "ivr": tables.by("ivrs", "id"), "ext-group": tables.by("ringgroups", "grpnum"),
            "ext-queues": tables.by("queues", "extension"),
            "app-announcement": tables.by("announcements", "announcement_id"),
            "directory": tables.by("directories", "id"), "ext-meetme": tables.by("conferences", "exten"),
            "app-pagegroups": tables.by("pages", "page_group"),
        }  # fmt: skip
        self._entries, self._details = tables.where("entries", "ivr_id"), tables.where("details", "id")
        self._names, self._speakers = tables.where("names", "id"), tables.where("speakers", "page_number")
        self._recordings = tables.by("recordings", "id")
        self._prompts = {piece.notes[""].evidence: str(piece.plain["id"]) for piece in self._draft.sections["prompts"]}
        self._switches: dict[str, list[Element]] = {}
        for row in tables.all("daynight"):
            self._switches.setdefault(row.text("ext"), []).append(row)

    def to(self, context: str, number: str, key: str) -> Plain | None:  # noqa: PLR0911 - a branch for each module
        """The node of a destination; None when there is none."""
        for prefix in ("ivr", "app-announcement"):
            if context.startswith(f"{prefix}-"):
                context, number = prefix, context.removeprefix(f"{prefix}-")
        if context == "app-daynight" and number in self._switches:
            return self._switch(key, number)
        row = self._by.get(context, {}).get(number)
        if row is None:
            return None
        places = self._places
        match context:
            case "ivr":
                return places.node(key, row.text("name"), row, lambda piece: self._ivr(piece, row, key))
            case "ext-group":
                return places.node(key, row.text("description"), row, lambda piece: self._group(piece, row))
            case "ext-queues":
                return places.node(key, row.text("descr"), row, lambda piece: self._queue(piece, row))
            case "app-announcement":
                return places.node(key, row.text("description"), row, lambda piece: self._announcement(piece, row))
            case "directory":
                return places.node(key, row.text("dirname"), row, lambda piece: self._directory(piece, row))
            case "ext-meetme":
                return places.node(key, row.text("description"), row, lambda piece: self._room(piece, row))
            case _:
                return places.node(key, row.text("description"), row, lambda piece: self._page(piece, row))

    def begin(self) -> None:
        """Begin the nodes of every module."""
        for context, rows in self._by.items():
            for number, row in rows.items():
                joined = (
                    f"{context}-{number},s,1" if context in ("ivr", "app-announcement") else f"{context},{number},1"
                )
                self._places.to(joined, row)
        for number, listed in self._switches.items():
            self._places.to(f"app-daynight,{number},1", listed[0])

    def _said(self, row: Element, column: str) -> str | None:
        """The prompt of a recording by its id."""
        told = row.text(column)
        if told.lower() in _OFF or told.lower() == "default":
            return None
        recording = self._recordings.get(told)
        if recording is None:
            row.approximated(f"The recording {shown(told, 40)} is not among the tables; nothing is played.")
            return None
        return self._prompts.get(recording.source.evidence)

    def _silence(self, row: Element) -> str:
        if self._draft.find("prompts", "silence") is None:
            texts = {self._draft.language: ""}
            piece = self._draft.add("prompts", {"id": "silence", "texts": texts}, row.source)
            piece.assume("texts", texts, "Nothing is played here.", "What do callers hear here?")
        return "silence"

    def _ivr(self, piece: Piece, row: Element, key: str) -> None:
        for name in ("description", "timeout_enabled", "strict_dial_timeout", "timeout_append_announce",
                     "invalid_append_announce", "timeout_ivr_ret", "invalid_ivr_ret", "retvm", "alertinfo",
                     "rvolume"):  # fmt: skip
            row.get(name)
        number = row.text("id")
        seconds = max(1, min(60, row.number("timeout_time") or 10))
        tries = {name: self._tries(row, name) for name in ("timeout_loops", "invalid_loops")}
        if len(set(tries.values())) > 1:
            told = f"Silence and wrong keys are tried differently often; both are {max(tries.values())} tries."
            row.approximated(told)
        keys: Plain = {}
        for entry in self._entries.get(number, []):
            entry.get("ivr_ret")
            pressed = entry.text("selection")
            to = self._places.to(entry.text("dest"), entry)
            if not re.fullmatch(r"[0-9*#]{1,4}", pressed):
                entry.approximated("It is no entry of one to four keys; it is left out.")
            elif to == {"node": piece.plain["id"]} and "replay_key" not in piece.plain:
                piece.plain["replay_key"] = pressed
            else:
                keys[pressed] = to
        invalid = self._said(row, "invalid_retry_recording")
        for name in ("timeout_retry_recording", "timeout_recording", "invalid_recording"):
            if row.text(name).lower() not in (*_OFF, "default"):
                row.approximated("What is played after silence, or at the end, is left out.")
        dials = row.text("directdial").lower()
        piece.plain |= {
            "kind": "menu", "prompt": self._said(row, "announcement") or self._silence(row), "keys": keys,
            "direct_dial": "none" if dials in _OFF else "extensions", "timeout_s": seconds,
            "digit_timeout_s": min(20, seconds), "max_tries": max(tries.values()),
            "no_input": self._places.to(row.text("timeout_destination"), row),
            "invalid": self._places.to(row.text("invalid_destination"), row),
        }  # fmt: skip
        if invalid is not None:
            piece.plain["invalid_prompt"] = invalid

    @staticmethod
    def _tries(row: Element, column: str) -> int:
        loops = row.number(column)
        return max(1, min(10, 1 + (loops or 0)))

    def _members(self, row: Element, listed: str) -> list[Plain]:
        members: list[Plain] = []
        confirm = row.flag("needsconf")
        for part in re.split(r"[-\n]", listed):
            member = part.strip()
            if member.endswith("#") and (number := self._draft.e164(member.rstrip("#"))) is not None:
                members.append({"number": number} | ({"confirm": True} if confirm else {}))
            elif self._draft.find("extensions", member):
                members.append({"extension": member})
            elif member:
                row.approximated(f"{shown(member, 30)} is neither an extension nor a number outside; it is left out.")
        return members[:200]

    def _group(self, piece: Piece, row: Element) -> None:
        for name in ("grpnum", "changecid", "fixedcid", "alertinfo", "remotealert_id", "toolate_id", "ringing",
            "cwignore",
                     "cfignore", "cpickup", "recording", "progress", "elsewhere", "rvolume"):  # fmt: skip
            row.get(name)
        members = self._members(row, row.text("grplist"))
        seconds = row.number("grptime") or 20
        greeting, prefix = self._said(row, "annmsg_id"), shown(row.text("grppre"))
        strategy = row.text("strategy")
        to = self._places.to(row.text("postdest"), row)
        ring = max(1, min(600, seconds))
        if len(members) == 1 and "number" in members[0] and not greeting and not prefix and strategy == "ringall":
            shows = "caller" if row.text("changecid") in ("", "default", "forcedid") else "own"
            piece.plain |= {"kind": "external", **members[0], "ring_s": ring, "caller_id": shows, "no_answer": to}
            return
        if strategy not in _EXACT:
            row.approximated(f"Its members ring {_STRATEGIES.get(strategy, 'simultaneous')}.")
        piece.plain |= {"kind": "ring_group", "strategy": _STRATEGIES.get(strategy, "simultaneous"), "members": members,
                        "ring_s": ring, "no_answer": to}  # fmt: skip
        piece.plain |= {"greeting": greeting} if greeting else {}
        piece.plain |= {"caller_prefix": prefix} if prefix else {}

    def _queue(self, piece: Piece, row: Element) -> None:
        number = row.text("extension")
        row.read_all()
        details: dict[str, str] = {}
        agents: list[tuple[int, Plain]] = []
        for detail in self._details.get(number, []):
            keyword, data = detail.text("keyword"), detail.text("data")
            at = detail.number("flags") or 0
            if keyword == "member":
                agent = self._agent(data)
                if agent is None:
                    detail.approximated("Who this agent is cannot be told; it is left out.")
                else:
                    agents.append((at, agent))
            else:
                details[keyword] = data
        agents.sort(key=lambda pair: pair[0])
        strategy = details.get("strategy", "ringall")
        piece.plain |= {"kind": "queue", "strategy": strategy if strategy in _QUEUES else "ringall",
                        "agents": [agent for _, agent in agents][:500],
                        "timeout": self._places.to(row.text("dest"), row)}  # fmt: skip
        for key, keyword, least, most in (("ring_s", "timeout", 1, 600), ("retry_s", "retry", 1, 600),
                                          ("wrapup_s", "wrapuptime", 0, 86_400), ("max_callers", "maxlen", 0,
                                          10_000)):  # fmt: skip
            if (told := details.get(keyword, "")).isdecimal() and least <= int(told[:6]) <= most:
                piece.plain[key] = int(told)
        wait = row.number("maxwait")
        piece.plain["max_wait_s"] = wait if wait is not None and 1 <= wait <= 86_400 else 3600
        if not wait:
            row.approximated("Callers wait without end; in the flow 3600 seconds.")
        if (music := details.get("music", "default")) not in ("default", "", "inherit"):
            piece.plain["music"] = slug(music)
        piece.plain["join_empty"] = details.get("joinempty", "yes") == "yes"
        self._announces(piece, details)
        if (greeting := self._said(row, "joinannounce_id")) is not None:
            piece.plain["greeting"] = greeting
        if prefix := shown(row.text("grppre")):
            piece.plain["caller_prefix"] = prefix
        if row.text("ivr_id").lower() not in _OFF:
            row.approximated("Its break-out menu is left out.")

    @staticmethod
    def _announces(piece: Piece, details: dict[str, str]) -> None:
        every = details.get("announce-frequency", "0")
        position, hold = (details.get(f"announce-{name}", "no") != "no" for name in ("position", "holdtime"))
        if every.isdecimal() and int(every[:6]):
            seconds = min(3600, max(10, int(every[:6])))
            piece.plain["announce"] = {"every_s": seconds, "position": position, "hold_time": hold}

    def _agent(self, data: str) -> Plain | None:
        match = _AGENT.fullmatch(data)
        if match is None:
            return None
        penalty = {"penalty": int(match[2])} if match[2] and 0 < int(match[2][:4]) <= 20 else {}
        if self._draft.find("extensions", match[1]):
            return {"extension": match[1], **penalty}
        number = self._draft.e164(match[1])
        return None if number is None else {"number": number, **penalty}

    def _announcement(self, piece: Piece, row: Element) -> None:
        for name in ("announcement_id", "allow_skip", "return_ivr", "noanswer", "repeat_msg"):
            row.get(name)
        prompt = self._said(row, "recording_id")
        to = self._places.to(row.text("post_dest"), row)
        if to == END:
            piece.plain |= {"kind": "hangup"} | ({"prompt": prompt} if prompt else {})
        else:
            piece.plain |= {"kind": "announcement", "prompt": prompt or self._silence(row), "then": to}

    def _switch(self, key: str, number: str) -> Plain:
        """Call flow control. By day it is off, as it is until somebody turns it."""
        rows = {row.text("dmode"): row for row in self._switches[number]}
        first = self._switches[number][0]
        title = rows["fc_description"].text("dest") if "fc_description" in rows else number
        if "password" in rows:
            rows["password"].get("dest")

        def fill(piece: Piece) -> None:
            day, night = (self._places.to(rows[mode].text("dest"), rows[mode]) if mode in rows else dict(END)
                          for mode in ("day", "night"))  # fmt: skip
            piece.plain |= {"kind": "toggle", "code": f"*28{number}"[:15], "default": "off", "off": day, "on": night}

        return self._places.node(key, title, first, fill)

    def _directory(self, piece: Piece, row: Element) -> None:
        number = row.text("id")
        for name in ("description", "repeat_loops"):
            row.get(name)
        members: list[str] = []
        for entry in self._names.get(number, []):
            entry.read_all()
            target = entry.text("foreign_id")
            if self._draft.find("extensions", target):
                members.append(target)
            else:
                entry.approximated("It leads to no extension; it is left out.")
        usual = [str(known.plain["number"]) for known in self._draft.sections["extensions"]
                 if known.plain.get("in_directory", True) and "display" in known.plain]  # fmt: skip
        failed = self._places.to(row.text("invalid_destination"), row)
        piece.plain |= {"kind": "directory", "failed": failed} | ({} if members == usual else {"extensions": members})

    def _room(self, piece: Piece, row: Element) -> None:
        room = row.text("exten")
        for name in ("joinmsg_id", "music", "users"):
            row.get(name)
        if not re.fullmatch(r"\d{1,12}", room):
            row.approximated("A room has a number of up to twelve digits; calls that come here end.")
            return
        options = row.text("options")
        piece.plain |= {
            "kind": "conference",
            "room": room,
            "announce": "T" in options or ("q" not in options and not options),
        }

    def _page(self, piece: Piece, row: Element) -> None:
        number = row.text("page_group")
        members = []
        for entry in self._speakers.get(number, []):
            if self._draft.find("extensions", entry.text("ext")):
                members.append(entry.text("ext"))
        row.get("force_page")
        piece.plain |= {"kind": "page", "members": members[:200], "duplex": row.flag("duplex")}
