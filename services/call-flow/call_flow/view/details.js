// What there is to know about one place of the flow.

import { $, capital, element, seconds } from "./dom.js";
import { KINDS } from "./flow.js";
import { finding } from "./lists.js";

const DAYS = [
  ["mon", "Monday"],
  ["tue", "Tuesday"],
  ["wed", "Wednesday"],
  ["thu", "Thursday"],
  ["fri", "Friday"],
  ["sat", "Saturday"],
  ["sun", "Sunday"],
];
const STRATEGIES = {
  simultaneous: "All at once",
  sequential: "One after the other",
  rotating: "In turn",
  random: "In random order",
  ringall: "Everybody who is free",
  leastrecent: "Who has rested longest",
  fewestcalls: "Who had the fewest calls",
  rrmemory: "In turn",
  linear: "In a fixed order",
};
const GREETINGS = { unavailable: "Says that nobody is available", busy: "Says that the line is busy", none: "None" };
const DEVICES = {
  desk: "Desk telephone",
  softphone: "Softphone",
  cordless: "Cordless telephone",
  door: "Door station",
  analog: "Analogue telephone",
  fax: "Fax machine",
  none: "None",
};
const OUTBOUND = { none: "Nothing but emergency numbers", internal: "Inside only", national: "The country", international: "Anywhere" };
const ORIGINS = {
  default: "Taken as usual: nobody said so",
  assumed: "Worked out from what was said, to be confirmed",
  imported: "Read from another system",
  stated: "As the customer said",
};
const MOST = 40;

// Shows the part `id` in the panel; `go(id)` goes to another place, `back` leaves.
export function show({ flow, picture, findings, id, go, back }) {
  const part = flow.part(id);
  const place = (other, words = flow.name(other)) =>
    picture?.has(other) || flow.part(other) ? element("button", { type: "button", class: "link", onclick: () => go(other) }, words) : words;
  const kind = part?.item.kind && part.kind === "node" ? part.item.kind : (part?.kind ?? id.slice(0, id.indexOf(":")));
  const facts = part ? factsOf(flow, part, place) : [];
  const rows = picture?.rows(id) ?? [];
  const before = picture?.into(id) ?? [];
  const about = part ? findings.filter((item) => item.pointer === part.pointer || item.pointer.startsWith(`${part.pointer}/`)) : [];
  $("details").replaceChildren(
    ...[
      element("button", { type: "button", class: "plain back", onclick: back }, "← Back"),
      element("p", { class: "kind" }, KINDS[kind] ?? capital(kind)),
      element("h2", { tabindex: "-1" }, flow.name(id)),
      ...about.map((item) => finding(item)),
      facts.length
        ? element(
            "dl",
            {},
            facts.map(([term, ...said]) =>
              element(
                "div",
                {},
                element("dt", {}, term),
                said.map((words) => element("dd", {}, words)),
              ),
            ),
          )
        : null,
      rows.length
        ? element(
            "section",
            {},
            element("h3", {}, "What can happen"),
            element(
              "ul",
              { class: "ways" },
              rows.map((row) => element("li", {}, ...way(row, place))),
            ),
          )
        : null,
      before.length
        ? element(
            "section",
            {},
            element("h3", {}, "Calls come from"),
            element(
              "ul",
              { class: "ways" },
              before.map((other) => element("li", {}, place(other))),
            ),
          )
        : null,
      provenance(flow, part),
    ].filter(Boolean),
  );
  $("details").scrollTop = 0;
  $("details").querySelector("h2").focus({ preventScroll: true });
}

// A key with where it leads, or what happened in words.
function way({ port, words, to }, place) {
  const [, key] = /^key:(.+)/.exec(port) ?? [];
  const said = key ? element("kbd", {}, key) : words;
  return [
    element("span", {}, said),
    to ? place(to) : element("span", { class: "quiet" }, key ? words.slice(key.length).trim() : /ends$/.test(words) ? "" : "Ends here"),
  ];
}

function provenance(flow, part) {
  const said = part && flow.content.provenance[part.pointer];
  if (!said) return null;
  return element(
    "section",
    {},
    element("h3", {}, "Where it comes from"),
    element("p", {}, ORIGINS[said.origin]),
    said.evidence ? element("p", { class: "quote" }, said.evidence) : null,
  );
}

// Terms with one or more texts each; what is absent says nothing.
function factsOf(flow, part, place) {
  const of = { node: (item) => NODES[item.kind](item, flow, place), number, extension, mailbox }[part.kind];
  return of(part.item, flow, place)
    .filter(([, ...said]) => said.flat().some(Boolean))
    .map(([term, ...said]) => [term, ...said.flat().filter(Boolean)]);
}

const many = (items) => (items.length <= MOST ? items : [...items.slice(0, MOST), `and ${items.length - MOST} more`]);
const said = (flow, prompt) =>
  flow
    .said(prompt)
    .map(([language, words], _, all) =>
      element("span", { class: "quote", lang: language }, all.length > 1 ? `${language}: ${words}` : words),
    );

const NODES = {
  time_switch: (node, flow) => hours(flow, node.schedule),
  menu: (node, flow) => [
    ["Says", said(flow, node.prompt)],
    ["After a wrong key", said(flow, node.invalid_prompt)],
    ["Waits", `${seconds(node.timeout_s)} for a key, ${seconds(node.digit_timeout_s)} for the next of one entry`],
    ["Tries", node.max_tries],
    ["Says it again on", node.replay_key],
    [
      "Callers may dial",
      node.direct_dial === "none"
        ? ""
        : node.direct_dial === "extensions"
          ? "Any extension"
          : many(node.direct_dial.map((number) => flow.name(`extension:${number}`))),
    ],
  ],
  ring_group: (node, flow, place) => [
    ["Rings", `${STRATEGIES[node.strategy]}, ${seconds(node.ring_s)}${node.strategy === "simultaneous" ? "" : " each"}`],
    ["Says first", said(flow, node.greeting)],
    ["Shown to members", node.caller_prefix],
    [
      "Members",
      many(
        node.members
          .map((member) => [
            member.extension ? place(`extension:${member.extension}`) : flow.member(member),
            [member.delay_s ? `after ${seconds(member.delay_s)}` : "", member.confirm ? "confirms with 1" : ""].filter(Boolean).join(", "),
          ])
          .map(withNote),
      ),
    ],
  ],
  queue: (node, flow, place) => [
    ["Rings", `${STRATEGIES[node.strategy]}, ${seconds(node.ring_s)} a try`],
    ["Callers wait", `Up to ${seconds(node.max_wait_s)}`],
    ["Callers at most", node.max_callers || ""],
    ["Says first", said(flow, node.greeting)],
    ["While they wait", node.announce ? said(flow, node.announce.prompt) : ""],
    ["Pause after a call", node.wrapup_s ? seconds(node.wrapup_s) : ""],
    [
      "Agents",
      many(
        node.agents
          .map((agent) => [
            agent.extension ? place(`extension:${agent.extension}`) : flow.member(agent),
            agent.penalty ? `asked later (${agent.penalty})` : "",
          ])
          .map(withNote),
      ),
    ],
  ],
  announcement: (node, flow) => [["Says", said(flow, node.prompt)]],
  voicemail: (node, flow, place) => [
    ["Mailbox", place(`mailbox:${node.mailbox}`)],
    ["Greeting", GREETINGS[node.greeting]],
  ],
  directory: (node, flow) => [
    ["Callers spell", { last: "The last name", first: "The first name", both: "First or last name" }[node.by]],
    [
      "Knows",
      node.extensions === "listed" ? "Everybody who is listed" : many(node.extensions.map((number) => flow.name(`extension:${number}`))),
    ],
  ],
  external: (node) => [
    ["Number", node.number],
    ["Rings", seconds(node.ring_s)],
    ["Shows", { caller: "The caller’s number", own: "A number of the customer" }[node.caller_id]],
    ["Takes the call by", node.confirm ? "Pressing 1" : ""],
  ],
  caller_match: (node) => [
    ["Rules", many(node.rules.map((rule) => (rule.anonymous ? "Hidden number" : `From ${rule.prefix ?? "nobody"}…`)))],
  ],
  toggle: (node) => [
    ["Staff dial", node.code],
    ["Normally", { on: "On", off: "Off" }[node.default]],
  ],
  page: (node, flow) => [
    ["Speaks through", many(node.members.map((number) => flow.name(`extension:${number}`)))],
    ["Answers can be heard", node.duplex ? "Yes" : "No"],
  ],
  conference: (node) => [
    ["Room", node.room],
    ["Who comes is announced", node.announce ? "Yes" : "No"],
  ],
  hangup: (node, flow) => [["Says first", said(flow, node.prompt)]],
};

const withNote = ([who, note]) => (note ? element("span", {}, who, " ", element("span", { class: "quiet" }, note)) : who);

function number(item) {
  return [
    ["Number", item.e164],
    ["Kind", { fax: "Fax", toll_free: "Toll-free" }[item.kind]],
    ["Language", item.language],
    ["Shown before the caller", item.caller_prefix],
    ["Emergency address", item.emergency_registered ? "Known to the carrier" : "Not registered"],
  ];
}

function extension(item, flow, place) {
  const site = flow.content.sites.find(({ id }) => id === item.site);
  const location = site?.locations.find(({ id }) => id === item.location);
  return [
    ["Device", DEVICES[item.device]],
    ["Place", [site?.name, location?.name].filter(Boolean).join(", ")],
    ["Mail", item.email],
    ["Direct number", item.did],
    ["Rings", seconds(item.ring_s)],
    ["Then also", item.follow_me.map((also) => `${also.number} after ${seconds(also.delay_s)}${also.confirm ? ", confirms with 1" : ""}`)],
    ["Mailbox", item.mailbox ? place(`mailbox:${item.mailbox}`) : ""],
    ["May call", OUTBOUND[item.outbound]],
    ["In the name directory", item.in_directory ? "Yes" : "No"],
  ];
}

function mailbox(item, flow) {
  return [
    ["Messages go to", item.email],
    ["Longest message", seconds(item.max_s)],
    ["Greeting", said(flow, item.unavailable_greeting)],
    ["Greeting when busy", said(flow, item.busy_greeting)],
    ["Written down", item.transcribe ? "Yes" : ""],
    ["Deleted after sending", item.delete_after_send ? "Yes" : ""],
  ];
}

const ranges = (spans) => spans.map(({ start, end }) => `${start}–${end}`).join(", ") || "Closed";

function hours(flow, name) {
  const schedule = flow.schedules.get(name);
  if (!schedule) return [["Hours", `The schedule “${name}” is missing`]];
  const days = flow.holiday_sets.get(schedule.holiday_set);
  const source = days?.source ? `Public holidays of ${[days.source.country, days.source.subdivision].filter(Boolean).join("-")}` : "";
  const dated = schedule.exceptions.map((item) => `${item.date} ${item.name ?? ""} ${ranges(item.ranges)}`);
  return [
    ...DAYS.map(([day, title]) => [title, ranges(schedule.weekly[day] ?? [])]),
    ["Time zone", schedule.time_zone],
    ["Other hours", many(dated)],
    [
      "Holidays",
      [
        source,
        ...(days?.custom ?? []).map((item) => `${item.name} (${item.date ?? item.month_day}${item.until ? ` to ${item.until}` : ""})`),
      ],
    ],
    ["Except", days?.exclude ?? []],
    ["Set by hand", schedule.override ? `Dial ${schedule.override.code}: ${schedule.override.states.join(", ")}` : ""],
  ];
}
