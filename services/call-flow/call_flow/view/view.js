// The page of a flow. It is the same for every flow and holds no data: they come from the service, with the reader's key.

import { approver } from "./approve.js";
import { Caller } from "./call.js";
import { show } from "./details.js";
import { $, element, local, several } from "./dom.js";
import { files } from "./files.js";
import { Flow } from "./flow.js";
import { assumptions, findings } from "./lists.js";
import { Picture } from "./picture.js";
import { prover } from "./prove.js";
import { record } from "./record.js";
import { Service } from "./service.js";
import { Stage } from "./stage.js";
import { trace } from "./trace.js";

//: A flow with more numbers and nodes than these is drawn for one number at first.
const LARGE = 25;
const TABS = ["call", "findings", "confirm", "files", "record"];

const [, base, flowId] = /^(.*)\/flows\/([^/]+)\/view\/?$/.exec(location.pathname);
const service = new Service(base);
const stage = new Stage($("ground"), (id) => (id === null ? leave() : go(id)));
const caller = new Caller({
  ask: (body) => service.json("/simulate", { ...which, ...body }),
  lit: (path, glides) => light(path, glides),
  go,
  asked: (question) => remember({ ask: question }),
});

let which = {}; // the flow, its version and client, as every request names them
let view = null;
let flow = null;
let drawings = 0; // of pictures asked for, so that a late one cannot take the place of a later one
let origin = null; // where the focus was before details were shown

start();

// The address says which flow; what comes after its # says what is looked at, so that a link shows the same.
const settings = () => new URLSearchParams(location.hash.slice(1));
function remember(changed) {
  const now = settings();
  for (const [key, value] of Object.entries(changed)) {
    if (value) now.set(key, value);
    else now.delete(key);
  }
  history.replaceState(null, "", `${location.pathname}${location.search}${now.size ? `#${now}` : ""}`);
}

async function start() {
  message("Fetching the flow …");
  const given = new URLSearchParams(location.search);
  const query = new URLSearchParams([...given].filter(([key, value]) => value && ["version", "client"].includes(key)));
  try {
    view = await service.json(`/flows/${flowId}?${query}`);
    which = { flow_id: view.flow_id, version: view.version, client: view.client };
    const client = new URLSearchParams({ client: view.client });
    const [versions, targets, proof] = await Promise.all([
      service.json(`/flows/${flowId}/versions?${client}`),
      service.json("/targets"),
      view.proof_id ? service.json(`/proofs/${view.proof_id}`) : null,
    ]);
    arrange(versions.items, targets, proof);
  } catch (refused) {
    if (refused.status === undefined) throw refused;
    explain(refused, given);
    return;
  }
  await draw();
  const question = settings().get("ask");
  if (question) await caller.question(question);
}

// What keeps the page from showing the flow, and what can be done about it.
function explain(refused, given) {
  const name = readable(flowId);
  const again = element("button", { type: "button", class: "button", onclick: start }, "Try again");
  const other = (words, removed) => {
    const query = new URLSearchParams(given);
    query.delete(removed);
    return element("a", { class: "button", href: `?${query}` }, words);
  };
  if (refused.status === 401) {
    message(
      service.hasKey ? "This key is not valid" : "This flow needs a key",
      service.hasKey ? refused.message : "Whoever runs this platform makes keys with: make key",
      [],
      true,
    );
  } else if (refused.status === 403) {
    message("This key does not allow that", refused.message, [], true);
  } else if (refused.status === 404) {
    const isOld = given.get("version");
    const whose = given.get("client") ? ` of the client “${given.get("client")}”` : "";
    if (isOld && /version/i.test(refused.message))
      message("There is no such version", `The flow “${name}” has no version ${isOld.slice(0, 8)}…`, [
        other("Show the latest version", "version"),
      ]);
    else
      message("There is no such flow", `No flow “${name}”${whose} is kept here. It may have been deleted, or belong to another client.`, [
        again,
      ]);
  } else if (refused.status === 422 && given.get("version") && /version/.test(refused.message)) {
    message("This is no version", "A version is named by its whole hash: 64 letters and digits.", [
      other("Show the latest version", "version"),
    ]);
  } else {
    message(refused.status ? "The flow cannot be shown" : "No answer", refused.message, [again]);
  }
}

function readable(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // no text: the address was cut
  }
}

function message(title, text = "", ways = [], asksKey = false) {
  const hadFocus = document.activeElement === $("key");
  $("message").hidden = false;
  $("work").hidden = true;
  $("message-title").textContent = title;
  $("message-text").textContent = text;
  $("message-ways").replaceChildren(...ways);
  $("key-form").hidden = !asksKey;
  if (asksKey) {
    $("key").setAttribute("aria-invalid", String(service.hasKey));
    if (!hadFocus) $("key").focus();
    $("key").select();
  }
}

$("key-form").addEventListener("submit", (event) => {
  event.preventDefault();
  service.key = $("key").value;
  start();
});

// Everything but the picture.
function arrange(versions, targets, proof) {
  flow = new Flow(view.flow);
  $("message").hidden = true;
  $("work").hidden = false;
  document.title = `${flow.content.customer.name} · Call flow`;
  $("customer").textContent = flow.content.customer.name;
  $("made").textContent = `${view.flow_id} · ${local(view.created_at)}`;
  standing(proof);
  choices(versions);
  findings(view.findings, (pointer) => flow.at(pointer)?.id, go);
  assumptions(view.assumptions);
  const isSound = !view.findings.some((item) => item.severity === "error");
  files({ service, which, targets: targets.items, isSound, drawn: () => options() });
  record({
    view,
    versions,
    proof,
    go: toVersion,
    prover: targets.can_prove && isSound ? prover(service, which, start) : null,
    approver: view.is_latest && isSound ? approver({ service, which, done: start, latest: () => toVersion(null) }) : null,
  });
  $("tab-findings").querySelector(".count").textContent = view.findings.filter((item) => item.severity !== "info").length || "";
  $("tab-confirm").querySelector(".count").textContent = view.assumptions.length || "";
  caller.begin(flow);
}

// The state of the version in a few words, each the way to more about it.
function standing(proof) {
  const counted = (severity) => view.findings.filter((item) => item.severity === severity).length;
  const [errors, warnings] = [counted("error"), counted("warning")];
  const found = errors ? ["bad", several(errors, "error")] : warnings ? ["fair", several(warnings, "warning")] : ["good", "No findings"];
  const proven = { passed: ["good", `${several(proof?.report.passed ?? 0, "test call")} passed`], failed: ["bad", "Test calls failed"] };
  const [approval] = view.approvals;
  const said = [
    ["findings", ...found],
    ["record", ...(proven[view.proof] ?? ["open", "Not proven by calls yet"])],
    ["record", ...(approval ? ["good", `Approved by ${approval.name}`] : ["open", "Not approved yet"])],
  ];
  $("standing").replaceChildren(
    ...said.map(([tab, level, words]) =>
      element(
        "li",
        {},
        element(
          "button",
          {
            type: "button",
            class: `state ${level}`,
            onclick: () => {
              leave();
              open(tab);
            },
          },
          words,
        ),
      ),
    ),
  );
}

function choices(versions) {
  $("versions-field").hidden = versions.length < 2;
  $("versions").replaceChildren(
    ...versions.map((item) =>
      element("option", { value: item.version, selected: item.version === view.version }, `${item.number} · ${local(item.created_at)}`),
    ),
  );
  $("notice").hidden = view.is_latest;
  if (!view.is_latest)
    $("notice").replaceChildren(
      `This is version ${view.number}, not the latest. `,
      element("button", { type: "button", class: "link", onclick: () => toVersion(null) }, "Show the latest"),
    );
  const { numbers, nodes } = flow.content;
  $("numbers-field").hidden = numbers.length < 2;
  $("numbers").replaceChildren(
    element("option", { value: "" }, "All numbers"),
    ...numbers.map((item) => element("option", { value: item.e164 }, item.label ? `${item.e164} ${item.label}` : item.e164)),
  );
  const wished = settings().get("number");
  const usual = numbers.length + nodes.length > LARGE ? (numbers.find((item) => item.entry.node) ?? numbers[0])?.e164 : "";
  $("numbers").value = wished !== null && numbers.some((item) => item.e164 === wished) ? wished : (numbers.length > 1 && usual) || "";
  const { clientWidth, clientHeight } = $("ground");
  direct(
    ["right", "down"].includes(settings().get("direction")) ? settings().get("direction") : clientWidth < clientHeight ? "down" : "right",
  );
}

$("versions").addEventListener("change", () => toVersion($("versions").value));
function toVersion(version) {
  const query = new URLSearchParams(location.search);
  if (version) query.set("version", version);
  else query.delete("version");
  location.search = query.toString();
}

// How the picture is drawn.
function options() {
  const number = $("numbers").value;
  return { direction: $("down").getAttribute("aria-pressed") === "true" ? "down" : "right", ...(number && { number }) };
}

function direct(direction) {
  for (const name of ["right", "down"]) $(name).setAttribute("aria-pressed", String(name === direction));
  document.documentElement.dataset.direction = direction;
}

for (const name of ["right", "down"])
  $(name).addEventListener("click", () => {
    direct(name);
    remember({ direction: name });
    draw();
  });
$("numbers").addEventListener("change", () => {
  remember({ number: $("numbers").value });
  draw();
});
$("closer").addEventListener("click", () => stage.zoom(1.3));
$("farther").addEventListener("click", () => stage.zoom(1 / 1.3));
$("fit").addEventListener("click", () => stage.fit());
$("print").addEventListener("click", () => print());

async function draw() {
  const drawing = (drawings += 1);
  $("ground").setAttribute("aria-busy", "true");
  if (!stage.picture) $("drawing").textContent = "Drawing …";
  try {
    const text = await service.text(`/render/svg?${new URLSearchParams({ ...which, ...options() })}`);
    if (drawing !== drawings) return;
    stage.show(new Picture(text));
    $("drawing").textContent = stage.picture.cards.length ? "" : "There is nothing to draw yet: this flow has no numbers and no places.";
    caller.again();
  } catch (refused) {
    if (drawing !== drawings) return;
    stage.clear();
    $("drawing").replaceChildren(refused.message, " ", element("button", { type: "button", class: "button", onclick: draw }, "Draw again"));
  } finally {
    if (drawing === drawings) $("ground").removeAttribute("aria-busy");
  }
}

function light(path, glides = false) {
  if (!stage.picture) return;
  if (!path) {
    stage.picture.dark();
    return;
  }
  const cards = stage.picture.light(trace(path, stage.picture));
  if (cards.length && glides) stage.fit({ cards });
}

// The details of a place, and the way back from them.
function go(id) {
  if ($("details").hidden) origin = document.activeElement;
  stage.picture?.choose(id);
  stage.reveal(id);
  $("sheets").hidden = true;
  $("details").hidden = false;
  show({ flow, picture: stage.picture, findings: view.findings, id, go, back: leave });
}

function leave() {
  stage.picture?.choose(null);
  if ($("details").hidden) return;
  $("details").hidden = true;
  $("sheets").hidden = false;
  if (origin?.isConnected) origin.focus({ preventScroll: true });
  origin = null;
}

$("details").addEventListener("keydown", (event) => {
  if (event.key === "Escape") leave();
});

function open(name) {
  for (const tab of TABS) {
    const isOpen = tab === name;
    $(`tab-${tab}`).setAttribute("aria-selected", String(isOpen));
    $(`tab-${tab}`).tabIndex = isOpen ? 0 : -1;
    $(`sheet-${tab}`).hidden = !isOpen;
  }
  $(`tab-${name}`).scrollIntoView({ block: "nearest", inline: "nearest" });
}

for (const [at, name] of TABS.entries()) {
  $(`tab-${name}`).addEventListener("click", () => open(name));
  $(`tab-${name}`).addEventListener("keydown", (event) => {
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: TABS.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = TABS[(to + TABS.length) % TABS.length];
    open(next);
    $(`tab-${next}`).focus();
  });
}
