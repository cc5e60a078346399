// Elements, made and found. Whatever comes from a customer becomes text, never markup.

export const $ = (id) => document.getElementById(id);

// Attributes by their names; what is called on… is a listener. Children that are empty are left out.
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

export const several = (count, one, more = `${one}s`) => `${count.toLocaleString("en")} ${count === 1 ? one : more}`;

export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

export function seconds(count) {
  const parts = [
    [Math.floor(count / 3600), "h"],
    [Math.floor(count / 60) % 60, "min"],
    [Math.round(count % 60), "s"],
  ];
  return (
    parts
      .filter(([number]) => number)
      .map(([number, unit]) => `${number} ${unit}`)
      .join(" ") || "0 s"
  );
}

// A time on somebody's wall clock, as the service writes it: no zone of the reader's may change it.
const wall = (text) => new Date(`${text.slice(0, 19)}Z`);
const written = (options) => {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...options });
  return (text) => format.format(wall(text));
};
export const clock = (text) => text.slice(11, 19);
export const moment = written({ weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" });

// An instant, in the reader's own zone.
const instant = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
export const local = (text) => instant.format(new Date(text));
