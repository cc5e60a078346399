"""When something is due again: a cron line of five fields, or an interval such as `every:15m`, in a time zone.

Cron lines follow Debian's cron, as the package `cronsim` computes them. Of a time of day that clocks skip in spring,
the next one that exists is taken; one that comes twice in autumn counts once. Lines whose minute or hour begins with
`*` run by the time that passes, so neither is made up for.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError
from pydantic import AfterValidator, StringConstraints

MIN_INTERVAL = timedelta(seconds=10)
MAX_INTERVAL = timedelta(days=31)
MAX_SPREAD = timedelta(seconds=60)

_HINT = (
    "Write a cron line such as '30 2 * * 1-5' (minute, hour, day, month, weekday)"
    " or an interval such as 'every:15m' (s, m, h or d)."
)
_MAX_LENGTH = 100
_INTERVAL = re.compile(r"every:([0-9]{1,9})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
#: Any day will do: what recurs at all recurs within 40 years (29 February on one weekday, across the year 2100).
_SOME_DAY = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Schedule:
    """What `parse` read. `every` is None for a cron line."""

    text: str
    zone: ZoneInfo
    every: timedelta | None

    @classmethod
    def parse(cls, text: str, timezone: str = "UTC") -> Self:
        """Read a schedule; `timezone` is an IANA name, which an interval has no use for.

        Raises:
            ValueError: with a sentence, also for a cron line whose day never comes.
        """
        zone = _zone(timezone)
        line = " ".join(text.split())
        if len(line) > _MAX_LENGTH:
            raise ValueError(f"A schedule has at most {_MAX_LENGTH} characters. {_HINT}")
        if line.startswith("every:"):
            return cls(line, zone, _interval(line))
        _check_cron(line)
        return cls(line, zone, None)

    def next_after(self, moment: datetime, *, last: datetime | None) -> datetime:
        """The first time after `moment`, in UTC. Both arguments are aware of their zone.

        An interval keeps the beat of `last`, the time it was due before; beats that were missed are not made up for.
        Without one it begins at `moment`. A cron line needs no `last`.
        """
        now = moment.astimezone(UTC)  # two times of one zone would be compared by what their clocks show
        if self.every is not None:
            start = now if last is None else last.astimezone(UTC)
            return start + ((now - start) // self.every + 1) * self.every
        times = (time.astimezone(UTC) for time in CronSim(self.text, now.astimezone(self.zone)))
        # In the hour that comes twice, the first ones found may lie in its first turn.
        return next(time for time in times if time > now)


def jittered(moment: datetime, schedule: Schedule, fraction: float) -> datetime:
    """A due time put off, so that what is due together does not start together; never early.

    `fraction`, from 0 to 1, comes from the dice. The most it is put off is a tenth of the time to the next one, and a
    minute. The beat of an interval goes on from `moment` itself, not from what this returns.
    """
    spread = min((schedule.next_after(moment, last=moment) - moment) / 10, MAX_SPREAD)
    return moment + spread * fraction


def _interval(line: str) -> timedelta:
    found = _INTERVAL.fullmatch(line)
    if found is None:
        raise ValueError(f"'{line}' is no interval. {_HINT}")
    interval = timedelta(**{_UNITS[found[2]]: int(found[1])})
    if not MIN_INTERVAL <= interval <= MAX_INTERVAL:
        raise ValueError(f"'{line}' is out of bounds: an interval lasts from 10 seconds to 31 days.")
    return interval


def _check_cron(line: str) -> None:
    if len(line.split()) != 5:
        raise ValueError(f"'{line}' is no schedule. {_HINT}")
    try:
        next(CronSim(line, _SOME_DAY))
    except CronSimError as error:
        place = str(error).removeprefix("Bad ")
        raise ValueError(f"In '{line}' the {place} is not one that exists. {_HINT}") from error
    except StopIteration:
        raise ValueError(f"'{line}' names a day that never comes. {_HINT}") from None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # no such file, no such name, a folder
        raise ValueError(f"There is no time zone '{name}'. Write an IANA name such as 'Europe/Berlin'.") from error


def _schedule_text(text: str) -> str:
    return Schedule.parse(text).text


def _zone_name(name: str) -> str:
    return _zone(name).key


#: Fields of requests. What is not understood is answered with 422 and a sentence that shows how to write it.
ScheduleText = Annotated[str, StringConstraints(max_length=_MAX_LENGTH), AfterValidator(_schedule_text)]
TimeZoneName = Annotated[str, StringConstraints(max_length=_MAX_LENGTH), AfterValidator(_zone_name)]
