// The lists of the panel: findings, and what is to be confirmed.

import { $, element, several } from "./dom.js";

const SEVERITIES = [
  ["error", "Errors", "They keep the flow from being exported, proven and approved."],
  ["warning", "Warnings", "Look at these before you go on."],
  ["info", "Good to know", ""],
];
const SHOWN = 60;

export function finding(item, show = null) {
  return element(
    "article",
    { class: `finding ${item.severity}` },
    element("p", { class: "says" }, item.message),
    item.fix ? element("p", { class: "fix" }, item.fix) : null,
    element(
      "p",
      { class: "code" },
      element("code", {}, item.code),
      show ? element("button", { type: "button", class: "link", onclick: show }, "Show the place") : null,
    ),
  );
}

export function findings(items, placeOf, go) {
  const groups = SEVERITIES.map(([severity, title, words]) => [title, words, items.filter((item) => item.severity === severity)]).filter(
    ([, , found]) => found.length,
  );
  $("sheet-findings").replaceChildren(
    ...(groups.length
      ? groups
          .flatMap(([title, words, found]) => [
            element("h2", {}, title, " ", element("span", { class: "quiet" }, found.length)),
            words ? element("p", { class: "quiet" }, words) : "",
            ...inParts(found, (item) => {
              const place = placeOf(item.pointer);
              return finding(item, place ? () => go(place) : null);
            }),
          ])
          .filter(Boolean)
      : [element("p", { class: "empty" }, "Nothing was found: every rule is kept.")]),
  );
}

export function assumptions(items) {
  const one = (item) =>
    element(
      "article",
      { class: "assumption" },
      element("p", { class: "says" }, item.question ?? item.message),
      item.question ? element("p", { class: "fix" }, item.message) : null,
      element(
        "p",
        { class: "code" },
        element("code", {}, item.pointer || "/"),
        item.places > 1 ? element("span", { class: "quiet" }, several(item.places, "place")) : null,
      ),
    );
  const [asked, others] = [items.filter((item) => item.question), items.filter((item) => !item.question)];
  $("sheet-confirm").replaceChildren(
    ...(items.length
      ? [
          element("p", { class: "quiet" }, "Nobody stated these. Ask the customer, and make the flow again with the answers."),
          ...(asked.length
            ? [element("h2", {}, "Questions ", element("span", { class: "quiet" }, asked.length)), ...inParts(asked, one)]
            : []),
          ...(others.length
            ? [element("h2", {}, "Taken as usual ", element("span", { class: "quiet" }, others.length)), ...inParts(others, one)]
            : []),
        ]
      : [element("p", { class: "empty" }, "Nothing is taken for granted: the customer stated everything.")]),
  );
}

// Long lists come in parts: thousands of entries at once would hold the page up.
export function inParts(items, made) {
  if (items.length <= SHOWN) return items.map(made);
  const more = element(
    "button",
    { type: "button", class: "plain", onclick: () => more.replaceWith(...inParts(items.slice(SHOWN), made)) },
    `Show ${Math.min(SHOWN, items.length - SHOWN)} more of ${items.length - SHOWN}`,
  );
  return [...items.slice(0, SHOWN).map(made), more];
}
