"use strict";
// What a schedule says: `weekly` has seven days, Monday first, and `dated` the days that are not as their weekday.
// Spans are minutes since midnight, up to but not including their end.

function within(spans, minute) {
  return spans.some(function (span) { return span[0] <= minute && minute < span[1]; });
}

// date: "2026-11-28"; weekday: 0 for Monday; minute: since midnight, all on the wall clock of the schedule's zone.
function state(schedule, date, weekday, minute) {
  const day = Object.prototype.hasOwnProperty.call(schedule.dated, date) ? schedule.dated[date] : null;
  if (day !== null) { return within(day.open, minute) ? "open" : day.otherwise; }
  return within(schedule.weekly[weekday], minute) ? "open" : "closed";
}

function wall(zone, now) {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone, hourCycle: "h23", weekday: "short",
    year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
  });
  const part = {};
  format.formatToParts(now).forEach(function (item) { part[item.type] = item.value; });
  const weekday = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].indexOf(part.weekday);
  const date = part.year + "-" + part.month + "-" + part.day;
  return { date: date, weekday: weekday, minute: Number(part.hour) * 60 + Number(part.minute) };
}

function ask(schedule, now) {
  const at = wall(schedule.time_zone, now);
  return state(schedule, at.date, at.weekday, at.minute);
}

module.exports = { state: state, wall: wall, ask: ask };
