"""The schedule of the office and its holidays."""

import datetime as dt
from typing import Any

from call_flow.flow.values import WEEKDAYS
from call_flow.spec import clock
from call_flow.spec.country import has_common_holidays, has_holidays
from call_flow.spec.days_off import DaysOff, days_off
from call_flow.spec.draft import Draft, Piece

OFFICE = "office"
HOLIDAYS = "holidays"
_USUAL: clock.Weekly = {day: [{"start": "09:00", "end": "17:00"}] for day in ("mon", "tue", "wed", "thu", "fri")}


def given(draft: Draft) -> None:
    """The schedules and holiday sets that are given in full; hours and days off that are told in short."""
    zone = draft.customer.plain["time_zone"]
    for holiday_set in draft.spec.holiday_sets:
        draft.add("holiday_sets", holiday_set.model_dump(mode="json", exclude_unset=True))
    for position, wish in enumerate(draft.spec.schedules):
        plain = wish.model_dump(mode="json", exclude_unset=True, exclude_none=True)
        piece = draft.add("schedules", plain)
        if wish.time_zone is None:
            piece.put("time_zone", zone, "assumed", "Opening hours are in the customer's time zone.")
        if wish.weekly is not None:
            with draft.reading(f"/schedules/{position}/weekly"):
                plain["weekly"] = clock.weekly(wish.weekly)


class Opening:
    """When the office is open, once all is known that says so."""

    def __init__(self, draft: Draft) -> None:
        """Reads hours and holidays."""
        self._draft = draft
        self._hours: clock.Weekly | None = None
        self._off: DaysOff | None = None
        customer, spec = draft.customer.plain, draft.spec
        self._country = str(customer["country"])
        subdivision = customer.get("subdivision")
        #: Few businesses of the USA keep the holidays of their state.
        is_used = subdivision and self._country != "US" and has_holidays(self._country, subdivision)
        self._subdivision: str | None = subdivision if is_used else None
        if spec.hours is not None:
            with draft.reading("/hours"):
                self._hours = clock.weekly(spec.hours)
            if OFFICE in draft.ids("schedules"):
                draft.refuse("/hours", f"The schedule '{OFFICE}' is given in full too. Give one of them.")
        if spec.holidays is not None:
            with draft.reading("/holidays"):
                self._off = days_off(spec.holidays, self._country, self._subdivision, draft.today)
            if HOLIDAYS in draft.ids("holiday_sets"):
                draft.refuse("/holidays", f"The holiday set '{HOLIDAYS}' is given in full too. Give one of them.")

    def never_closes(self) -> bool:
        """Whether it is open at every hour of every day."""
        if self._hours is None or not clock.is_always(self._hours):
            return False
        return self._off is None or (self._off.is_empty and not self._off.exceptions)

    def has_holidays(self) -> bool:
        """Whether the schedule of the office, once made, names a holiday set."""
        return any("holiday_set" in p.plain for p in self._draft.sections["schedules"] if p.plain["id"] == OFFICE)

    def settle(self) -> None:
        """Make what hours and holidays say, whether or not anything leads there; nodes that are given may name it."""
        if self._off is not None and not self._off.is_empty:
            self._holiday_set(self._off)
        office = next((p for p in self._draft.sections["schedules"] if p.plain["id"] == OFFICE), None)
        if office is None:
            is_told = self._hours is not None or (self._off is not None and bool(self._off.exceptions))
            is_named = any(getattr(node, "schedule", None) == OFFICE for node in self._draft.spec.nodes)
            if is_named or (is_told and not self.never_closes()):
                self.make()
        elif self._off is not None:
            self._add_days_off(office, self._off)

    def make(self) -> None:
        """Make the schedule of the office, unless it is there."""
        draft = self._draft
        if OFFICE in draft.ids("schedules"):
            return
        plain: dict[str, Any] = {"id": OFFICE, "time_zone": draft.customer.plain["time_zone"]}
        schedule = draft.add("schedules", plain)
        schedule.note("/time_zone", "assumed", "Opening hours are in the customer's time zone.")
        if self._hours is None:
            reason = "No opening hours were given: Monday to Friday from 09:00 to 17:00."
            schedule.put("weekly", _USUAL, "default", reason, "When are you open?")
        else:
            plain["weekly"] = self._hours
            schedule.said["/weekly"] = "/hours"
        if self._off is not None:
            self._add_days_off(schedule, self._off)
        elif HOLIDAYS in draft.ids("holiday_sets"):
            plain["holiday_set"] = HOLIDAYS
        elif has_common_holidays(self._country):
            usual = days_off(True, self._country, self._subdivision, draft.today)
            plain["holiday_set"] = HOLIDAYS
            region = f"{self._country}-{self._subdivision}" if self._subdivision else self._country
            reason = f"No holidays were given: the public ones of {region}."
            self._holiday_set(usual).note("/source", "default", reason, "On which holidays are you closed?")

    @staticmethod
    def _add_days_off(schedule: Piece, off: DaysOff) -> None:
        """What `holidays` says counts for the schedule of the office, be it given in full or not."""
        listed = list(schedule.plain.get("exceptions", []))
        for item in off.exceptions:
            day, weekday = off.worked_out.get(item["date"]), dt.date.fromisoformat(item["date"]).weekday()
            if day is None or schedule.plain.get("weekly", {}).get(WEEKDAYS[weekday]):
                listed.append(item)
                if day is not None:
                    reason = f"The hours of {day} count in every year that is worked out, on days that are open anyway."
                    schedule.note(f"/exceptions/{len(listed) - 1}/date", "default", reason)
        if listed:
            schedule.plain["exceptions"] = listed
        if not off.is_empty:
            schedule.plain.setdefault("holiday_set", HOLIDAYS)

    def _holiday_set(self, off: DaysOff) -> Piece:
        year = self._draft.today.year
        piece = self._draft.add("holiday_sets", {"id": HOLIDAYS} | off.plain())
        piece.said[""] = "/holidays"
        piece.put("first_year", year, "default", f"Holidays are worked out from {year} on.")
        return piece
