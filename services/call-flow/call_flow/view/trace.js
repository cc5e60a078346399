// Where a simulated call runs through the picture: which cards, arrows and rows it lights, and after which step.

//: Outcomes that nobody chooses. Where several lead to one place, the picture has one row for them, named as its first.
const TOGETHER = new Set([
  "no_answer",
  "busy",
  "offline",
  "timeout",
  "full",
  "no_agents",
  "no_input",
  "invalid",
  "failed",
  "closed",
  "holiday",
]);
//: Steps of calls from inside that are no places in the picture.
const NOWHERE = new Set(["caller", "code", "outbound", "emergency", "notice"]);

// `picture` knows its cards (`has`), arrows (`links`: {from, to, port}) and rows (`ports(card)`).
// Gives for every step {card, link, port}; what is not in the picture is null.
export function trace(path, picture) {
  const cards = path.map((step, at) => cardOf(step, path[at - 1], picture));
  cards.forEach((card, at) => {
    // many numbers with one beginning are one card, named as the first of them
    if (!card && path[at].kind === "number" && cards[at + 1]) {
      cards[at] = picture.links.find((link) => link.to === cards[at + 1] && link.from.startsWith("number:"))?.from ?? null;
    }
  });
  return path.map((step, at) => {
    const [card, next] = [cards[at], cards[at + 1]];
    if (!card) return { card: null, link: null, port: null };
    const between = next ? picture.links.filter((link) => link.from === card && link.to === next) : [];
    const link = chosen(step.outcome, between, (item) => item.port) ?? (between.length === 1 && step.kind === "number" ? between[0] : null);
    const left = picture.ports(card).filter((port) => !picture.links.some((item) => item.from === card && item.port === port));
    return { card, link, port: link ? link.port : (chosen(step.outcome, left, (port) => port) ?? null) };
  });
}

function cardOf({ node, kind }, before, picture) {
  if (NOWHERE.has(kind)) return null;
  const isDialled = /^(dial|found):/.test(before?.outcome ?? "");
  if (isDialled && kind === "extension" && picture.has("extension:*")) return "extension:*";
  // Ids of nodes begin with a letter, numbers never do: an outside number is a node, or a destination by itself.
  const id = /^[a-z]/.test(node) ? `node:${node}` : `${kind}:${node}`;
  return picture.has(id) ? id : null;
}

function chosen(outcome, items, portOf) {
  const family = outcome.replace(/:.*/, "");
  return (
    items.find((item) => portOf(item) === outcome) ??
    items.find((item) => portOf(item) === family) ??
    (TOGETHER.has(outcome) ? items.find((item) => TOGETHER.has(portOf(item))) : undefined)
  );
}
