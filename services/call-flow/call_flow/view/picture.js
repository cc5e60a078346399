// The picture: an SVG of the service, let into the page, and what it tells about itself.

const SVG = "http://www.w3.org/2000/svg";
//: All that our pictures are made of. Whatever else a file may hold is not let in.
const ELEMENTS = new Set(["svg", "title", "desc", "defs", "marker", "path", "rect", "circle", "g", "text"]);
const FORBIDDEN = /^(on|style$|href$|xlink:|src$)/i;

function shape(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// Raises an Error when the text is no picture.
export function read(text) {
  const root = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  if (root.namespaceURI !== SVG || root.localName !== "svg") throw new Error("The service sent no picture.");
  for (const node of [root, ...root.querySelectorAll("*")]) {
    if (node.namespaceURI !== SVG || !ELEMENTS.has(node.localName)) node.remove();
    else for (const { name } of [...node.attributes]) if (FORBIDDEN.test(name)) node.removeAttribute(name);
  }
  return document.importNode(root, true);
}

export class Picture {
  #cards = new Map();

  constructor(text) {
    this.svg = read(text);
    const { width, height } = this.svg.viewBox.baseVal;
    [this.width, this.height] = [width, height];
    for (const card of this.svg.querySelectorAll(".card")) this.#cards.set(card.dataset.id, card);
    this.links = [...this.svg.querySelectorAll(".link")].map((line) => ({
      from: line.dataset.from,
      to: line.dataset.to,
      port: line.dataset.port ?? "",
      line,
    }));
    this.#prepare();
  }

  get cards() {
    return [...this.#cards.keys()];
  }

  has(id) {
    return this.#cards.has(id);
  }

  card(id) {
    return this.#cards.get(id);
  }

  ports(id) {
    return this.rows(id).map((row) => row.port);
  }

  // What can become of a call at a card: the words of the row, and the card that it leads to, if any.
  rows(id) {
    return [...(this.card(id)?.querySelectorAll(".port") ?? [])].map((node) => {
      const port = node.dataset.port;
      const link = this.links.find((item) => item.from === id && item.port === port);
      return { port, words: node.querySelector("title")?.textContent ?? "", to: link?.to ?? null };
    });
  }

  into(id) {
    return [...new Set(this.links.filter((link) => link.to === id).map((link) => link.from))];
  }

  // Where a card lies, in the picture's own units.
  box(id) {
    const card = this.card(id);
    const { e: x, f: y } = card.transform.baseVal.consolidate().matrix;
    const body = card.querySelector(".body");
    return { x, y, width: body.width.baseVal.value, height: body.height.baseVal.value };
  }

  // Cards become buttons. Their tooltips would lie over what people are reading, so they become names.
  #prepare() {
    this.svg.setAttribute("role", "group");
    this.svg.setAttribute("aria-label", this.svg.querySelector("title")?.textContent ?? "");
    for (const title of this.svg.querySelectorAll(":scope > title, :scope > desc, .card > title")) {
      const owner = title.parentElement;
      if (owner !== this.svg) owner.setAttribute("aria-label", title.textContent);
      title.remove();
    }
    for (const card of this.#cards.values()) {
      card.setAttribute("role", "button");
      card.setAttribute("tabindex", "0");
    }
  }

  // Light the cards, arrows and rows of a trace (see trace.js), number the cards by their steps, and dim the rest.
  light(steps) {
    this.dark();
    const numbers = new Map();
    const lines = shape("g", { class: "lit-lines" });
    steps.forEach(({ card, link, port }, at) => {
      if (!card) return;
      numbers.set(card, [...(numbers.get(card) ?? []), at + 1]);
      this.card(card).classList.add("lit");
      if (port) [...this.card(card).querySelectorAll(".port")].find((node) => node.dataset.port === port)?.classList.add("lit");
      if (link) {
        const line = link.line.cloneNode();
        line.setAttribute("pathLength", "1");
        line.style.setProperty("--step", at);
        lines.append(line);
      }
    });
    if (!numbers.size) return [];
    this.svg.classList.add("has-path");
    this.svg.insertBefore(lines, this.svg.querySelector(".card"));
    this.svg.append(
      shape("g", { class: "lit-numbers", "aria-hidden": "true" }, ...[...numbers].map(([id, found]) => this.#badge(id, found))),
    );
    return [...numbers.keys()];
  }

  dark() {
    this.svg.classList.remove("has-path");
    for (const node of this.svg.querySelectorAll(".lit")) node.classList.remove("lit");
    for (const node of this.svg.querySelectorAll(".lit-lines, .lit-numbers")) node.remove();
  }

  choose(id) {
    for (const node of this.svg.querySelectorAll(".chosen")) node.classList.remove("chosen");
    this.card(id)?.classList.add("chosen");
  }

  #badge(id, found) {
    const { x, y } = this.box(id);
    const words = found.length > 3 ? `${found[0]}–${found.at(-1)}` : found.join(" · ");
    const width = Math.max(24, 10 + words.length * 8.5);
    const label = shape("text", { x: width / 2, y: 16.5, "text-anchor": "middle", "font-size": 13, "font-weight": 700 });
    label.textContent = words;
    return shape("g", { transform: `translate(${x - 10},${y - 11})` }, shape("rect", { width, height: 24, rx: 12 }), label);
  }
}
