// The API reference: reads a service's OpenAPI 3.1 document and shows it, with a form to try each operation.

import { Schemas, element, prose } from "/assets/schema.js";

const $ = (id) => document.getElementById(id);
const SERVICES = [...$("services").children].map((tab) => [tab.hash.slice(1), tab.textContent]);
const nameOf = (service) => SERVICES.find(([prefix]) => prefix === service)[1];
const METHODS = ["get", "post", "put", "patch", "delete"];
const MAX_SHOWN = 200_000;

let current = null;
let isExpected = false; // whether a service that is starting may answer soon, so that asking again makes sense

// The key lives as long as the tab; it is sent to the platform and nowhere else.
$("key").value = sessionStorage.getItem("key") ?? "";
$("key").addEventListener("change", () => {
  sessionStorage.setItem("key", $("key").value.trim());
  current = null;
  show();
});
$("key").form.addEventListener("submit", (event) => event.preventDefault());
const credential = () => ($("key").value.trim() ? { "X-API-Key": $("key").value.trim() } : {});

function code(text) {
  const button = element("button", { className: "copy", type: "button" }, "Copy");
  const pre = element("pre", {}, element("code", {}, text));
  button.addEventListener("click", async () => {
    try { await navigator.clipboard.writeText(pre.textContent); button.textContent = "Copied"; }
    catch { getSelection().selectAllChildren(pre); button.textContent = "Press Ctrl+C"; }
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
  return element("div", { className: "code" }, pre, button);
}

const section = (title, ...content) => element("section", {}, element("h4", {}, title), ...content);
const method = (name) => element("span", { className: "method", data: { method: name } }, name.toUpperCase());

function path(text) {
  const parts = text.split(/(\{\w+\}|(?=\/))/).flatMap((part) => (part.startsWith("{") ? element("i", {}, part) : [element("wbr"), part]));
  return element("span", { className: "path mono" }, ...parts);
}

// What an operation takes as a body: JSON, files, or nothing.
function bodyOf(operation) {
  const content = operation.requestBody?.content ?? {};
  const [type, media] = Object.entries(content)[0] ?? [];
  return type ? { type, schema: media.schema, isJson: type === "application/json" } : null;
}

function curl(verb, route, operation, schemas) {
  const query = (operation.parameters ?? []).filter((item) => item.in === "query" && item.required)
    .map((item) => `${item.name}=${encodeURIComponent(schemas.example(item.schema))}`).join("&");
  const lines = [`curl${verb === "get" ? "" : ` -X ${verb.toUpperCase()}`} '${location.origin}${route}${query && `?${query}`}'`];
  if ($("key").value) lines.push(`-H "X-API-Key: $OBERA_KEY"`);
  const body = bodyOf(operation);
  if (body?.isJson) {
    lines.push("-H 'Content-Type: application/json'");
    lines.push(`-d '${JSON.stringify(schemas.example(body.schema), null, 2).replaceAll("'", String.raw`'\''`)}'`);
  } else if (body) {
    lines.push("-F file=@document.pdf");
  }
  return lines.join(" \\\n  ");
}

function responses(operation, schemas) {
  return Object.entries(operation.responses ?? {}).filter(([status]) => status !== "default").map(([status, response]) => {
    const types = Object.keys(response.content ?? {});
    const schema = response.content?.["application/json"]?.schema;
    return element("div", {},
      element("div", { className: "field" }, element("span", { className: "name" }, status), " ",
        element("span", { className: "type" }, schema ? schemas.type(schema) : ""), " ",
        element("span", { className: "about" }, ...prose(response.description)), " ",
        element("span", { className: "limits" }, types.filter((type) => type !== "application/json").join(", "))),
      schema ? schemas.tree(schema) : "");
  });
}

function tryIt(verb, route, operation, schemas) {
  const body = bodyOf(operation);
  const canSend = verb === "get" || (verb === "post" && (!body || body.isJson));
  if (!canSend) return null;
  const inputs = (operation.parameters ?? []).map((item) => {
    const input = element("input", { name: item.name, required: Boolean(item.required), placeholder: schemas.type(item.schema), spellcheck: false });
    return { item, input, label: element("label", {}, element("span", { className: "mono" }, item.name), input) };
  });
  const text = body ? element("textarea", { spellcheck: false, value: JSON.stringify(schemas.example(body.schema), null, 2) }) : null;
  text?.setAttribute("aria-label", "Request body");
  const answer = element("div", { className: "answer" });
  const button = element("button", { className: "button" }, "Send");
  const form = element("form", { className: "try" }, ...inputs.map(({ label }) => label), text, button, answer);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const query = new URLSearchParams();
    let address = route;
    for (const { item, input } of inputs) {
      if (item.in === "path") address = address.replace(`{${item.name}}`, encodeURIComponent(input.value));
      else if (input.value) query.append(item.name, input.value);
    }
    const headers = { ...credential(), ...(text ? { "Content-Type": "application/json" } : {}) };
    button.disabled = true;
    await send(query.size ? `${address}?${query}` : address, { method: verb.toUpperCase(), headers, body: text?.value }, answer);
    button.disabled = false;
  });
  return section("Try it", form);
}

// Shown while it arrives, so that event streams are seen to stream.
async function send(address, options, answer) {
  const started = performance.now();
  const pre = element("pre", {}, "…");
  try {
    const response = await fetch(address, { ...options, cache: "no-store" });
    const line = element("span", { className: "status", data: { good: String(response.ok) } }, `${response.status} ${response.statusText}`);
    const facts = element("span", { className: "quiet" });
    answer.replaceChildren(element("div", { role: "status" }, line, " ", facts), pre);
    const type = response.headers.get("Content-Type") ?? "";
    let received = "";
    if (response.body) {
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        received += part.value;
        pre.textContent = received.slice(0, MAX_SHOWN);
      }
    }
    facts.textContent = `${Math.round(performance.now() - started)} ms · ${type || "no content"} · request ${response.headers.get("X-Request-Id") ?? ""}`;
    pre.textContent = (/json/.test(type) ? pretty(received) : received).slice(0, MAX_SHOWN);
    pre.hidden = !received;
  } catch (error) {
    answer.replaceChildren(element("span", { className: "status", data: { good: "false" } }, `No answer: ${error.message}`));
  }
}

function pretty(text) {
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
}

function operationItem({ verb, route, operation, id }, schemas, answers) {
  const item = element("details", { className: "operation", id },
    element("summary", {}, method(verb), path(route), element("span", {}, ...prose(operation.summary))));
  item.addEventListener("toggle", () => { // built when first opened: a large document opens at once
    if (!item.open || item.children.length > 1) return;
    const body = bodyOf(operation);
    const parameters = (operation.parameters ?? []).map((one) => schemas.field(one.name, { description: one.description, ...one.schema }, one.required));
    item.append(element("div", { className: "body" },
      operation.description ? element("p", { className: "prose" }, ...prose(operation.description)) : "",
      operation["x-scope"] ? element("p", { className: "quiet" }, "Needs the scope ", element("code", {}, operation["x-scope"])) : "",
      parameters.length ? section("Parameters", element("div", { className: "schema" }, ...parameters)) : "",
      body ? section(`Body: ${body.type}`, schemas.tree(body.schema) ?? schemas.type(body.schema)) : "",
      section("Answer", ...responses(operation, answers)),
      section("Example", code(curl(verb, route, operation, schemas))),
      tryIt(verb, route, operation, schemas)));
  });
  return item;
}

function listed(document, service) {
  const found = Object.entries(document.paths ?? {}).flatMap(([route, verbs]) => METHODS.filter((verb) => verbs[verb]).map((verb) => ({
    verb, route, operation: verbs[verb], tag: verbs[verb].tags?.[0] ?? "Operations", id: `${service}/${verbs[verb].operationId ?? verb + route}`,
  })));
  return Map.groupBy ? Map.groupBy(found, (one) => one.tag)
    : found.reduce((groups, one) => groups.set(one.tag, [...(groups.get(one.tag) ?? []), one]), new Map());
}

function render(document, service) {
  const schemas = new Schemas(document);
  const answers = new Schemas(document, { marksRequired: false });
  const wanted = $("filter").value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const matches = ({ verb, route, operation }) => wanted.every((word) =>
    `${verb} ${route} ${operation.summary} ${operation.description}`.toLowerCase().includes(word));
  $("head").replaceChildren(element("h1", {}, document.info.title), element("p", {}, ...prose(document.info.description)),
    element("p", { className: "quiet" }, `Version ${document.info.version} · `, element("a", { href: `/api/${service}/openapi.json` }, "OpenAPI 3.1")));
  const groups = [...listed(document, service)].map(([tag, all]) => [tag, all.filter(matches)]).filter(([, all]) => all.length);
  $("operations").replaceChildren(...groups.flatMap(([tag, all]) => [element("h2", { className: "tag" }, tag), ...all.map((one) => operationItem(one, schemas, answers))]),
    groups.length ? "" : element("p", { className: "notice" }, wanted.length ? "Nothing matches the filter." : "This service has no operations of its own yet."));
  const count = groups.reduce((sum, [, all]) => sum + all.length, 0);
  $("found").textContent = `${count} operation${count === 1 ? "" : "s"}`;
  $("contents").replaceChildren(...groups.flatMap(([tag, all]) => [element("h3", {}, tag),
    ...all.map(({ verb, operation, route, id }) => element("a", { href: `#${id}`, title: route }, method(verb), element("span", {}, ...prose(firstSentence(operation.summary ?? route)))))]));
}

const firstSentence = (text) => text.split(/[.;:](?:\s|$)/)[0];

function notice(service, text) {
  if ($("operations").textContent === text && $("head").textContent === nameOf(service)) return; // announced once
  $("head").replaceChildren(element("h1", {}, nameOf(service)));
  $("operations").replaceChildren(element("p", { className: "notice", role: "alert" }, text));
  $("contents").replaceChildren();
  $("found").textContent = "";
}

// The address says what is shown: #rag, or #rag/query with that operation open.
async function show() {
  const address = decodeURIComponent(location.hash.slice(1));
  const service = SERVICES.find(([prefix]) => prefix === address.split("/")[0])?.[0] ?? SERVICES[0][0];
  document.title = `${nameOf(service)} · API reference · OberaConnect`;
  for (const tab of $("services").children) tab.setAttribute("aria-current", tab.hash === `#${service}` ? "page" : "false");
  if (current?.service !== service) {
    const response = await fetch(`/api/${service}/openapi.json`, { headers: credential() }).catch(() => null);
    const answer = await response?.json().catch(() => null);
    if (address !== decodeURIComponent(location.hash.slice(1))) return; // the reader has gone on meanwhile
    if (!response?.ok || !answer) {
      current = null;
      isExpected = !response || response.status === 503;
      return notice(service, response?.status === 401 ? "This platform asks for a key: put one into the field above."
        : answer?.detail ?? "The gateway does not answer.");
    }
    current = { service, document: answer };
    render(answer, service);
  }
  const target = document.getElementById(address);
  if (target instanceof HTMLDetailsElement) {
    target.open = true;
    target.scrollIntoView();
  }
}

$("filter").addEventListener("input", () => current && render(current.document, current.service));
addEventListener("hashchange", show);
show();
setInterval(() => !document.hidden && !current && isExpected && show(), 5000);
