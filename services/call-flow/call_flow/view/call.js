// The simulator: somebody calls, in words or exactly, and the path that the call takes is shown.

import { $, capital, clock, element, moment } from "./dom.js";

const STATES = {
  answer: "answers",
  busy: "is busy",
  no_answer: "does not answer",
  offline: "is not reachable",
  full: "is full",
  on: "on",
  off: "off",
  open: "open",
  closed: "closed",
  holiday: "holiday",
};
//: Places that say one thing once; a menu may say its prompt several times.
const ONCE = new Set(["announcement", "ring_group", "hangup", "mailbox"]);

//: Pixels of the result that are to be seen without scrolling.
const LEAST = 160;

export class Caller {
  #asked = 0;

  // `ask(body)` simulates; `lit(path, glides)` lights a path, or nothing when it is null; `go(id)` shows a place.
  constructor({ ask, lit, go, asked }) {
    Object.assign(this, { ask, lit, go, asked });
    $("ask").addEventListener("submit", (event) => {
      event.preventDefault();
      this.question($("question").value);
    });
    $("scenario").addEventListener("submit", (event) => {
      event.preventDefault();
      this.exactly();
    });
    $("add-state").addEventListener("click", () => this.#addState().querySelector("select").focus());
    $("clear").addEventListener("click", () => {
      this.clear();
      $("question").focus();
    });
  }

  // What may be called, by whom, and who may be what.
  begin(flow) {
    this.flow = flow;
    const { numbers, extensions, customer } = flow.content;
    const options = (items) => items.map(([value, label]) => element("option", { value, label }));
    $("to-list").replaceChildren(...options(numbers.map((item) => [item.e164, item.label ?? ""])));
    $("to").placeholder = numbers[0] ? `${numbers[0].e164}${numbers[0].label ? ` (${numbers[0].label})` : ""}` : "the flow has no number";
    $("from-list").replaceChildren(
      ...options([["anonymous", "Hides the number"], ...extensions.map((item) => [item.number, flow.name(`extension:${item.number}`)])]),
    );
    if (!$("at").value) $("at").value = now(customer.time_zone);
    this.groups = flow.states();
    $("add-state").hidden = !this.groups.length;
    $("examples").replaceChildren(
      ...examples(flow).map((text) => element("li", {}, element("button", { type: "button", onclick: () => this.question(text) }, text))),
    );
    this.#forget();
  }

  async question(text) {
    $("question").value = text;
    this.#forgive();
    if (!text.trim()) {
      this.#complain("question", "Write when somebody calls and what they press: Saturday 19:00, presses 2.");
      return;
    }
    await this.#simulate({ question: text }, (refused) => this.#complain("question", refused.message));
  }

  async exactly() {
    this.#forgive();
    const scenario = { at: $("at").value, keys: this.#keys(), states: {} };
    if (!scenario.at) {
      this.#complain("at", "Give a date and a time.");
      return;
    }
    if (scenario.keys === null) return;
    if ($("to").value.trim()) scenario.to = $("to").value.trim();
    if ($("from").value.trim()) scenario.from = $("from").value.trim();
    for (const row of $("states").children) {
      const [who, state] = row.querySelectorAll("select");
      scenario.states[who.value] = state.value;
    }
    await this.#simulate({ scenario }, (refused) => {
      const named = /#\/scenario\/(at|to|from|keys|states)\b/.exec(refused.errors[0]?.pointer ?? "")?.[1] ?? fieldOf(refused.message);
      this.#complain(named ?? "scenario", refused.errors[0]?.detail ? capital(refused.errors[0].detail) : refused.message);
    });
  }

  clear() {
    this.#forget();
    this.asked("");
  }

  #forget() {
    this.#asked += 1;
    this.#forgive();
    this.steps = null;
    $("told").textContent = "";
    $("result").hidden = true;
    this.lit(null);
  }

  // The picture has changed: light the path in the new one.
  again() {
    if (this.steps) this.lit(this.steps);
  }

  async #simulate(body, refuse) {
    const asked = (this.#asked += 1);
    $("sheet-call").setAttribute("aria-busy", "true");
    try {
      const found = await this.ask(body);
      if (asked === this.#asked) this.#show(found, body.question ?? "");
    } catch (refused) {
      if (asked === this.#asked) {
        this.clear();
        refuse(refused);
      }
    } finally {
      $("sheet-call").removeAttribute("aria-busy");
    }
  }

  #show({ terminal, path, prompts, scenario }, question) {
    this.steps = path;
    $("ending").textContent = this.flow.ending(terminal, path.at(-1));
    $("understood").textContent = this.#inWords(scenario);
    $("told").textContent = `${$("ending").textContent} ${$("understood").textContent}`;
    const heard = [...prompts];
    const language = this.flow.part(`number:${path[0]?.node}`)?.item.language;
    $("steps").replaceChildren(...path.map((step) => this.#step(step, heard, language)));
    $("steps").append(...heard.map((id) => element("li", { class: "unnumbered" }, this.#quote(id, language))));
    $("result").hidden = false;
    this.#fill(scenario);
    this.asked(question);
    this.lit(this.steps, true);
    const [sheet, top] = [$("sheet-call"), $("result").getBoundingClientRect().top];
    const room = sheet.getBoundingClientRect();
    if (top > room.bottom - LEAST) sheet.scrollTop += top - room.top - 12;
  }

  #step(step, heard, language) {
    const id = /^[a-z]/.test(step.node) && !step.node.includes("@") ? `node:${step.node}` : `${step.kind}:${step.node}`;
    const part = this.flow.part(id);
    const name = part ? this.flow.name(id) : step.node;
    return element(
      "li",
      {},
      element(
        "div",
        { class: "step" },
        part ? element("button", { type: "button", class: "link", onclick: () => this.go(id) }, name) : element("span", {}, name),
        element("time", {}, clock(step.at)),
      ),
      this.#heardAt(part, heard).map((prompt) => this.#quote(prompt, language)),
      element("p", { class: "reason" }, capital(step.reason)),
    );
  }

  // Prompts come as one list; each place takes from it what it says.
  #heardAt(part, heard) {
    if (!part) return [];
    const { item } = part;
    const own = new Set(
      [item.prompt, item.invalid_prompt, item.greeting, item.announce?.prompt, item.unavailable_greeting, item.busy_greeting].filter(
        Boolean,
      ),
    );
    const found = [];
    while (own.has(heard[0]) && !(found.length && ONCE.has(item.kind ?? part.kind))) found.push(heard.shift());
    return found;
  }

  #quote(prompt, language) {
    const texts = this.flow.said(prompt);
    const [spoken, words] = texts.find(([one]) => one === language) ?? texts[0] ?? ["", prompt];
    return element("p", { class: "quote", lang: spoken || null }, words);
  }

  #inWords({ at, to, from, keys, states }) {
    const pressed = keys.map(({ press }) => press || "nothing").join(", then ");
    const others = Object.entries(states);
    const who = ([name, state]) => `${this.groups.flatMap(([, items]) => items).find(([id]) => id === name)?.[1] ?? name} ${STATES[state]}`;
    return [
      moment(at),
      to ? `to ${to}` : "",
      from ? `from ${from}` : "",
      pressed ? `presses ${pressed}` : "",
      others.length > 4 ? `${others.slice(0, 3).map(who).join(", ")} and ${others.length - 3} more` : others.map(who).join(", "),
    ]
      .filter(Boolean)
      .join(" · ");
  }

  // What was understood goes into the form, where it can be changed.
  #fill({ at, to, from, keys, states }) {
    $("at").value = at.slice(0, 19);
    $("to").value = to ?? "";
    $("from").value = from ?? "";
    $("keys").value = keys.map(({ press }) => press || "-").join(", ");
    $("states").replaceChildren();
    for (const [who, state] of Object.entries(states).slice(0, 20)) this.#addState(who, state);
  }

  // An entry after another: so late that no menu takes two for one.
  #keys() {
    const pause = 1 + Math.max(0, ...this.flow.nodes("menu").map((menu) => menu.digit_timeout_s));
    const entries = $("keys")
      .value.split(/[\s,;]+/)
      .filter(Boolean);
    const wrong = entries.find((entry) => !/^([0-9*#]{1,32}|-)$/.test(entry));
    if (wrong) {
      this.#complain("keys", `“${wrong}” cannot be pressed. There are 0 to 9, * and #.`);
      return null;
    }
    return entries.map((entry, at) => (entry === "-" ? { press: "" } : { press: entry, after: at ? pause : 1 }));
  }

  #addState(name = null, state = null) {
    const who = element(
      "select",
      { "aria-label": "Who" },
      this.groups.map(([title, items]) =>
        element(
          "optgroup",
          { label: title },
          items.map(([value, label]) => element("option", { value, selected: value === name }, label)),
        ),
      ),
    );
    const what = element("select", { "aria-label": "State" });
    const offer = (chosen) => {
      const states = this.groups.flatMap(([, items]) => items).find(([value]) => value === who.value)?.[2] ?? [];
      what.replaceChildren(...states.map((value) => element("option", { value, selected: value === chosen }, STATES[value])));
    };
    who.addEventListener("change", () => offer(null));
    offer(state);
    const row = element(
      "li",
      {},
      who,
      what,
      element(
        "button",
        {
          type: "button",
          class: "plain",
          "aria-label": "Remove",
          onclick: () => {
            row.remove();
            $("add-state").focus();
          },
        },
        "×",
      ),
    );
    $("states").append(row);
    return row;
  }

  #complain(field, sentence) {
    if (field !== "question") $("exact").open = true;
    $(`${field}-error`).textContent = sentence;
    const input = $(field);
    if (input?.matches("input")) {
      input.setAttribute("aria-invalid", "true");
      input.focus();
    }
  }

  #forgive() {
    for (const node of $("sheet-call").querySelectorAll(".error")) node.textContent = "";
    for (const node of $("sheet-call").querySelectorAll("[aria-invalid]")) node.removeAttribute("aria-invalid");
  }
}

// Refusals about the whole name the field in quotes.
function fieldOf(message) {
  const field = /'(at|to|from|states)'/.exec(message)?.[1];
  return field ?? (/^Nobody outside can call/.test(message) ? "to" : null);
}

// The customer's clock, as the field for a time writes it.
function now(zone) {
  try {
    return new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" })
      .format(new Date())
      .replace(" ", "T");
  } catch {
    return "";
  }
}

function examples(flow) {
  const menu = flow.nodes("menu")[0];
  const [first, second] = Object.keys(menu?.keys ?? {});
  return [
    "Monday 10:00",
    first && `Monday 10:00, presses ${second ?? first}`,
    menu && "Monday 10:00, presses nothing",
    flow.content.extensions.length && "Monday 10:00, nobody answers",
    "Saturday 19:00",
    flow.nodes("time_switch").length && "Christmas",
  ].filter(Boolean);
}
