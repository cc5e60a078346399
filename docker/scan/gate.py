"""The way to nmap, the same for the command and for the HTTP face: read, check, record, run, record."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scan import arguments, audit, own, result, slots, targets
from scan.networks import Ground, Network
from scan.refusal import Refused
from scan.run import Outcome, run
from scan.settings import Settings

#: The real program stands outside PATH; /usr/local/bin/nmap is the gate's command.
NMAP = Path("/usr/libexec/scan/nmap")
_MOST_OUTPUT_BYTES = 16 * 2**20


@dataclass(frozen=True)
class Scan:
    """A scan that took place: what nmap was told, and how it ended."""

    arguments: Sequence[str]
    names: Mapping[str, tuple[str, ...]]
    started: str
    outcome: Outcome


@dataclass(frozen=True)
class Gate:
    """Everything a scan needs of its surroundings."""

    settings: Settings
    record: audit.Write
    program: Path = NMAP
    folder: Path = Path("/tmp")
    own: Callable[[], tuple[Network, ...]] = own.networks
    look_up: targets.LookUp = targets.look_up

    def scan(self, words: Sequence[str], *, who: str, face: str, on_output: Callable[[bytes], object] = len) -> Scan:
        """Scan as a command line in nmap's words asks.

        Raises:
            Refused: nothing was sent to anybody; the attempt is recorded.
            OSError: the record cannot be written, or nmap cannot be started.
        """
        facts = {"id": secrets.token_hex(8), "face": face, "who": who}
        try:
            wish = arguments.read(words, is_raw=self.settings.is_raw)
            ground = Ground(self.settings.allowed, self.own())
            most = self.settings.most_addresses
            aims = targets.checked(wish.targets, ground, is_six=wish.is_six, most=most, ask=self.look_up)
            with slots.slot(self.folder, self.settings.at_once):
                given = wish.command(aims.words, is_raw=self.settings.is_raw)
                return self._run(given, aims, words, {**facts, "why": wish.why}, on_output)
        except Refused as refusal:
            self.record(audit.line("scan.refused", words=words, **facts, sentence=str(refusal)))
            raise

    def _run(
        self,
        given: Sequence[str],
        aims: targets.Targets,
        words: Sequence[str],
        facts: Mapping[str, str],
        on_output: Callable[[bytes], object],
    ) -> Scan:
        started = audit.now()
        addresses = sum(network.num_addresses for network in aims.networks)
        shown = {"arguments": list(given[: -len(aims.words)]), "targets": aims.words, "addresses": addresses}
        self.record(audit.line("scan.started", words=words, **facts, **shown))
        outcome = None
        try:
            outcome = run(
                [str(self.program), *given],
                seconds=self.settings.timeout_seconds,
                most_bytes=_MOST_OUTPUT_BYTES,
                on_output=on_output,
            )
        finally:
            end = (
                {
                    "status": outcome.status,
                    "cut": outcome.cut,
                    "seconds": round(outcome.seconds, 2),
                    "hosts_up": result.hosts_up(outcome.output),
                }
                if outcome
                else {"status": None, "cut": "stopped"}
            )
            self.record(audit.line("scan.finished", words=words, **facts, **shown, started=started, **end))
        return Scan(given, aims.names, started, outcome)
