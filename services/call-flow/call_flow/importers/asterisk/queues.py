"""queues.conf, and the steps that let callers wait."""

import re
from typing import TYPE_CHECKING

from call_flow.export.labels import shown
from call_flow.importers.asterisk.configuration import Configuration, Section
from call_flow.importers.asterisk.dialplan import Step
from call_flow.importers.asterisk.state import State
from call_flow.importers.draft import END, Piece, Plain, slug

if TYPE_CHECKING:
    from call_flow.importers.asterisk.walk import Walker

_STRATEGIES = {"ringall": "ringall", "leastrecent": "leastrecent", "fewestcalls": "fewestcalls", "random": "random",
               "rrmemory": "rrmemory", "rrordered": "rrmemory", "roundrobin": "rrmemory", "linear": "linear",
               "wrandom": "random"}  # fmt: skip
_READ = ("strategy", "timeout", "retry", "wrapuptime", "maxlen", "musicclass", "music", "joinempty", "context",
    "member",
         "announce-frequency", "announce-position", "announce-holdtime", "periodic-announce",
         "periodic-announce-frequency")  # fmt: skip
_YES = ("yes", "true", "1", "on", "limit", "more", "once")
_WAIT = 3600
_NOBODY = ("JOINEMPTY", "JOINUNAVAIL", "LEAVEEMPTY", "LEAVEUNAVAIL")


class Queues:
    """The queues by their names."""

    def __init__(self, configuration: Configuration) -> None:
        """Reads the file."""
        self._ledger = configuration.ledger
        self._sections: dict[str, Section] = {}
        for section in configuration.sections("queues.conf"):
            if section.name.lower() == "general":
                for setting in section.settings:
                    self._ledger.ignored(setting.source, "How all queues work is set where the flow is installed.")
                continue
            if not section.is_template:
                self._sections.setdefault(section.name, section)
            for setting in section.settings:
                if setting.name.lower() in _READ:
                    self._ledger.understood(setting.source)
                else:
                    self._ledger.ignored(setting.source, "The model has nothing for it.")

    def waits(self, walker: "Walker", state: State, step: Step) -> Plain:
        """The node of a queue."""
        words = [*walker.runner.words(step, state), "", "", "", "", "", ""]
        section = self._sections.get(words[0])
        plain: Plain = {"kind": "queue", "agents": [], "timeout": END}
        if section is None:
            told = f"There is no queue '{shown(words[0], 60)}' in queues.conf, so nobody answers in it."
            walker.ledger.approximated(step.source, told)
        seconds = words[4].strip()
        if seconds.isdecimal() and 0 < int(seconds[:6]) <= 86_400:
            plain["max_wait_s"] = int(seconds)
        else:
            plain["max_wait_s"] = _WAIT
            walker.ledger.approximated(step.source, f"Callers wait without end; in the flow {_WAIT} seconds.")

        def complete(piece: Piece) -> None:
            if section is not None:
                self._fill(walker, piece, section)
            self._ends(walker, piece, state)

        return walker.node(state, step.source, plain, complete)

    def _fill(self, walker: "Walker", piece: Piece, section: Section) -> None:
        plain = piece.plain
        strategy = section.value("strategy").lower() or "ringall"
        plain["strategy"] = _STRATEGIES.get(strategy, "ringall")
        if plain["strategy"] != strategy and (setting := section.get("strategy")):
            walker.ledger.approximated(setting.source, f"The queue takes its agents as {plain['strategy']} does.")
        for name, key, least, most in (
            ("timeout", "ring_s", 1, 600), ("retry", "retry_s", 1, 600), ("wrapuptime", "wrapup_s", 0, 86_400),
            ("maxlen", "max_callers", 0, 10_000),
        ):  # fmt: skip
            value = section.value(name)
            if value.isdecimal() and least <= int(value[:6]) <= most:
                plain[key] = int(value)
        music = section.value("musicclass") or section.value("music") or "default"
        plain["music"] = "default" if music == "default" else slug(music)
        empty = section.value("joinempty").lower()
        plain["join_empty"] = empty in ("", "yes", "true", "1", "on")
        self._announces(walker, plain, section)
        plain["agents"] = self._agents(walker, section)
        context = section.value("context")
        if context in walker.dialplan.contexts:
            found = {}
            for _, name, _ in walker.dialplan.numbers(context):
                there = walker.runner.enter(context, name) if re.fullmatch(r"[0-9*#]", name) else None
                if there is not None:
                    found[name] = walker.goes(there)
            plain["exit_keys"] = found

    @staticmethod
    def _announces(walker: "Walker", plain: Plain, section: Section) -> None:
        position = section.value("announce-position").lower() in _YES
        hold_time = section.value("announce-holdtime").lower() in _YES
        spoken = section.get("periodic-announce")
        prompt = walker.recordings.file(spoken.value.replace(",", "&"), spoken.source) if spoken else None
        every = section.value("announce-frequency")
        if prompt is not None and not (every.isdecimal() and int(every[:6])):
            every = section.value("periodic-announce-frequency")
        seconds = int(every[:6]) if every.isdecimal() else 0
        if prompt is not None or ((position or hold_time) and seconds):
            plain["announce"] = {"every_s": min(3600, max(10, seconds or 60)), "position": position,
                                 "hold_time": hold_time} | ({"prompt": prompt} if prompt else {})  # fmt: skip

    def _agents(self, walker: "Walker", section: Section) -> list[Plain]:
        agents: list[Plain] = []
        for setting in section.all("member"):
            interface, *rest = [part.strip() for part in setting.value.split(",")]
            found = walker.targets.read(interface, walker)
            target = found[0] if found else None
            if target is None:
                walker.ledger.approximated(setting.source, "Who this agent is cannot be told, so it is left out.")
                continue
            agent: Plain = {"extension": target.extension} if target.extension else {"number": target.number}
            if target.extension:
                walker.telephones.ensure(target.extension, setting.source)
            if rest and rest[0].isdecimal() and 0 < int(rest[0][:4]) <= 20:
                agent["penalty"] = int(rest[0])
            agents.append(agent)
        if not agents:
            told = "Nobody is an agent of it here: agents who log in by themselves are not kept."
            walker.ledger.approximated(section.source, told)
        return agents[:500]

    @staticmethod
    def _ends(walker: "Walker", piece: Piece, state: State) -> None:
        beyond = walker.runner.after(state)
        goes = {name: walker.goes(beyond.knows(QUEUESTATUS=status))
                for name, status in (("timeout", "TIMEOUT"), ("full", "FULL"), ("no_agents", _NOBODY[0]))}  # fmt: skip
        for status in _NOBODY[1:]:
            walker.goes(beyond.knows(QUEUESTATUS=status))
        piece.plain["timeout"] = goes["timeout"]
        for name in ("full", "no_agents"):
            if goes[name] != goes["timeout"]:
                piece.plain[name] = goes[name]
