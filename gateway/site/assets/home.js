// The landing page: what runs, asked every five seconds while somebody looks.

const LAYERS = [
  ["interface", "Interface"],
  ["orchestration", "Orchestration"],
  ["services", "Services"],
  ["persistence", "Persistence"],
  ["models", "Models"],
];
const STATES = { pass: "works", warn: "partly", fail: "failing", off: "off" };

const $ = (id) => document.getElementById(id);
const copyOf = (id) => $(id).content.firstElementChild.cloneNode(true);

// The list speaks of this machine as "localhost"; the reader may have come by another name, port or scheme.
function reachable(service) {
  if (!service.url) return null;
  if (service.path) return service.path;
  const url = new URL(service.url);
  url.hostname = location.hostname;
  return url.href;
}

function serviceItem(service) {
  const item = copyOf("service");
  item.dataset.status = service.status;
  const name = item.querySelector("a");
  name.textContent = service.name;
  name.href = (service.path ? null : reachable(service)) ?? service.docs; // its own page, else what to read about it
  item.querySelector(".state").textContent = STATES[service.status] ?? service.status;
  item.querySelector(".summary").textContent = service.summary;
  item.querySelector(".detail").textContent = service.status === "pass" && service.detail === "It works." ? "" : service.detail;
  return item;
}

function showLayers(services) {
  $("layers").replaceChildren(...LAYERS.map(([key, title]) => {
    const layer = copyOf("layer");
    layer.querySelector("h3").textContent = title;
    layer.querySelector("ul").append(...services.filter((service) => service.layer === key).map(serviceItem));
    return layer;
  }));
}

function showOverall(services) {
  const core = services.filter((service) => service.status !== "off");
  const bad = core.filter((service) => service.status === "fail");
  const partly = core.filter((service) => service.status === "warn");
  const names = (list) => list.map((service) => service.name).join(", ");
  const silent = services.filter((service) => service.layer === "services").every((service) => service.status === "fail");
  const [status, text] = silent ? ["fail", "The gateway answers, but none of the services does"]
    : bad.length ? ["fail", `Needs attention: ${names(bad)}`]
    : partly.length ? ["warn", `Everything runs; in part only: ${names(partly)}`]
    : ["pass", core.length === services.length ? "All services work" : `Everything works: ${core.length} services run, ${services.length - core.length} are off`];
  setOverall(status, text);
}

function setOverall(status, text) {
  const overall = $("overall");
  if (overall.lastElementChild.textContent === text) return; // it is announced to screen readers: only news
  overall.dataset.status = status;
  overall.lastElementChild.textContent = text;
}

function showLinks(services) {
  for (const name of ["n8n", "open-webui"]) {
    const service = services.find((candidate) => candidate.name === name);
    const anchor = $(`link-${name}`);
    const href = service && service.status !== "fail" ? reachable(service) : null;
    anchor.hidden = !href;
    if (href) anchor.href = href;
  }
  $("version").textContent = services.find((service) => service.version)?.version ?? "";
}

function examples(needsKey) {
  const key = needsKey ? ` \\\n  -H "X-API-Key: $OBERA_KEY"` : "";
  const json = ` \\\n  -H 'Content-Type: application/json'`;
  const origin = location.origin;
  const note = { source: "text", documents: [{ external_id: "acme-vlans", title: "Acme: VLAN plan",
    text: "The guest network of Acme is VLAN 40, subnet 10.40.0.0/24. It has no route to the office network." }] };
  return [
    ["Put a document in, and wait until it can be found",
      `curl '${origin}/api/data/ingest?wait=30'${key}${json} \\\n  -d '${JSON.stringify(note)}'`],
    ["Ask; the answer names its source",
      `curl ${origin}/api/rag/query${key}${json} \\\n  -d '{"query": "Which VLAN is the guest network of Acme?", "top_k": 3}'`],
    ["See what the platform knows", `curl ${origin}/api/data/documents${key}`],
  ];
}

let shownWithKey = null;
function showExamples(needsKey) {
  if (shownWithKey === needsKey) return; // rebuilding would throw away the reader's selection
  shownWithKey = needsKey;
  $("examples").replaceChildren(...examples(needsKey).map(([title, command]) => {
    const item = copyOf("example");
    item.querySelector("h3").textContent = title;
    item.querySelector("code").textContent = command;
    item.querySelector("button").addEventListener("click", (event) => copy(event.currentTarget, command));
    return item;
  }));
}

async function copy(button, text) {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch { // the clipboard is closed to pages served over plain HTTP from another machine
    getSelection().selectAllChildren(button.parentElement.querySelector("code"));
    button.textContent = "Press Ctrl+C";
  }
  setTimeout(() => { button.textContent = "Copy"; }, 2000);
}

let shown = "";
async function refresh() {
  if (document.hidden) return;
  try {
    const response = await fetch("/api/services", { cache: "no-store" });
    if (!response.ok) throw new Error(response.statusText);
    const text = await response.text();
    const { services } = JSON.parse(text);
    if (text !== shown) {
      shown = text;
      showLayers(services);
      showOverall(services);
      showLinks(services);
      // To whom the version is not told, nothing is: the platform asks for keys.
      showExamples(services.some((service) => service.layer === "services" && service.url && service.status !== "fail" && !service.version));
    }
    $("checked").textContent = `As of ${new Date().toLocaleTimeString()}`;
  } catch {
    setOverall("fail", "The gateway does not answer any more");
  }
}

showExamples(false);
refresh();
setInterval(refresh, 5000);
document.addEventListener("visibilitychange", refresh);
