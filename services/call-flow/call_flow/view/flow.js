// A flow, and what its parts are called. A part is named as its card in the picture: "node:main-menu", "extension:101".

export const KINDS = {
  time_switch: "Opening hours",
  menu: "Menu",
  ring_group: "Group",
  queue: "Queue",
  announcement: "Announcement",
  voicemail: "Voicemail",
  directory: "Name directory",
  external: "Outside number",
  caller_match: "Who is calling",
  toggle: "Staff switch",
  page: "Loudspeakers",
  conference: "Meeting room",
  hangup: "End of call",
  number: "Telephone number",
  extension: "Telephone",
  mailbox: "Mailbox",
};
const CAUSES = {
  normal: "The call ends.",
  busy: "The caller hears the busy tone.",
  no_answer: "The call ends unanswered.",
  congestion: "The caller hears the tone of a full network.",
  rejected: "The call is refused.",
  unallocated: "The caller hears that the number is not in use.",
};
const LISTS = { numbers: ["number", "e164"], nodes: ["node", "id"], extensions: ["extension", "number"], mailboxes: ["mailbox", "number"] };

const human = (id) => {
  const words = id.replace(/[-_]+/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
};

export class Flow {
  #parts = new Map();

  constructor(content) {
    this.content = content;
    for (const [list, [kind, name]] of Object.entries(LISTS)) {
      content[list].forEach((item, at) => {
        const id = `${kind}:${item[name]}`;
        if (!this.#parts.has(id)) this.#parts.set(id, { id, kind, item, pointer: `/${list}/${at}` });
      });
    }
    for (const list of ["schedules", "holiday_sets", "prompts"])
      this[list] = new Map(content[list].toReversed().map((item) => [item.id, item]));
  }

  part(id) {
    return this.#parts.get(id);
  }

  nodes(kind) {
    return this.content.nodes.filter((node) => node.kind === kind);
  }

  // The part that a JSON pointer leads to or into.
  at(pointer) {
    const [, list, position] = pointer.split("/");
    const item = LISTS[list] && this.content[list][position];
    return item && this.#parts.get(`${LISTS[list][0]}:${item[LISTS[list][1]]}`);
  }

  name(id) {
    const [kind, name] = [id.slice(0, id.indexOf(":")), id.slice(id.indexOf(":") + 1)];
    const item = this.#parts.get(id)?.item;
    if (kind === "node") return item?.name || human(name);
    if (kind === "number") return item?.label ? `${item.label} (${name})` : name;
    if (kind === "mailbox") return item?.name ? `${item.name} (mailbox ${name})` : `Mailbox ${name}`;
    if (kind === "extension") {
      if (name === "*") return "Anyone by name or number";
      const called = item && (item.display || [item.first, item.last].filter(Boolean).join(" "));
      return called ? `${called} (${name})` : `Extension ${name}`;
    }
    return name;
  }

  member({ extension, number }) {
    return extension ? this.name(`extension:${extension}`) : (number ?? "Nobody");
  }

  // The words of a prompt by language.
  said(prompt) {
    return Object.entries(this.prompts.get(prompt)?.texts ?? {});
  }

  // Whoever and whatever a scenario may give a state, with the states: the words of the service's own check.
  states() {
    const telephone = ["busy", "no_answer", "offline", "answer"];
    const outside = new Set();
    const look = (value) => {
      // numbers that members, nodes, followers and destinations name
      if (Array.isArray(value)) value.forEach(look);
      else if (value && typeof value === "object") {
        if (typeof value.number === "string" && value.number.startsWith("+") && !value.extension) outside.add(value.number);
        Object.values(value).forEach(look);
      }
    };
    for (const list of ["nodes", "numbers", "mailboxes", "extensions"]) look(this.content[list]);
    const named = (nodes, states) => nodes.map((node) => [node.id, this.name(`node:${node.id}`), states]);
    return [
      ["Telephones", this.content.extensions.map(({ number }) => [number, this.name(`extension:${number}`), telephone])],
      ["Outside", [...outside].map((number) => [number, number, telephone])],
      [
        "Queues",
        named(
          this.nodes("queue").filter((node) => node.max_callers),
          ["full", "answer"],
        ),
      ],
      ["Staff switches", named(this.nodes("toggle"), ["on", "off"])],
      [
        "Hours set by hand",
        this.content.schedules.filter((item) => item.override).map((item) => [item.id, item.name || human(item.id), item.override.states]),
      ],
    ].filter(([, items]) => items.length);
  }

  // How a call ended, in a sentence; `last` is the last step of its path.
  ending({ type, target }, last) {
    const id = this.part(`node:${target}`) ? `node:${target}` : `extension:${target}`;
    if (type === "answered") return /^[*#]/.test(target) ? `The system answers to ${target}.` : `${this.name(id)} answers.`;
    if (type === "message_left") return `The caller leaves a message: ${this.name(`mailbox:${target}`)}.`;
    if (type === "external")
      return last.kind === "external" && this.part(`node:${last.node}`)
        ? `${this.name(`node:${last.node}`)} answers at ${target}.`
        : `The call goes out to ${target} and is answered.`;
    if (type === "emergency") return `Emergency services are called: ${target}.`;
    return CAUSES[target] ?? "The call ends.";
  }
}
