// The landing page: what runs, asked every five seconds while somebody looks.

const STATES = { pass: "works", warn: "partly", fail: "failing", off: "off" };

const $ = (id) => document.getElementById(id);

// The list speaks of this machine as "localhost"; the reader may have come by another name, port or scheme.
function reachable(service) {
  if (!service.url) return null;
  if (service.path) return service.path;
  const url = new URL(service.url);
  url.hostname = location.hostname;
  return url.href;
}

// The list itself is in the page; what changes is written into it, so that nothing jumps and no focus is lost.
function showServices(services) {
  for (const service of services) {
    const item = document.querySelector(`[data-name="${service.name}"]`);
    const isKnown = !service.detail.startsWith("Not known");
    item.dataset.status = isKnown ? service.status : "off";
    const name = item.querySelector("a");
    name.href = (service.path ? null : reachable(service)) ?? service.docs; // its own page, else what to read about it
    item.querySelector(".state").textContent = isKnown ? STATES[service.status] : "unknown";
    item.querySelector(".detail").replaceChildren(...(service.detail === "It works." ? [] : withCommands(service.detail)));
  }
}

function withCommands(text) {
  return text.split(/'?(make \w+(?: \w+=[\w-]+)?)'?/).map((part, at) => {
    if (at % 2 === 0) return part;
    const code = document.createElement("code");
    code.textContent = part;
    return code;
  });
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
    ["See which agents there are; with a language model they work, and ask before they change or send something", `curl ${origin}/api/agents/agents${key}`],
  ];
}

let shownWithKey = null;
function showExamples(needsKey) {
  if (shownWithKey === needsKey) return; // rebuilding would throw away the reader's selection
  shownWithKey = needsKey;
  if (needsKey) $("hint").replaceChildren(...withCommands("First: export OBERA_KEY=… with a key from make key"));
  $("examples").replaceChildren(...examples(needsKey).map(([title, command]) => {
    const item = $("example").content.firstElementChild.cloneNode(true);
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
      showServices(services);
      showOverall(services);
      showLinks(services);
      // To whom the version is not told, nothing is: the platform asks for keys.
      showExamples(services.some((service) => service.layer === "services" && service.url && service.status !== "fail" && !service.version));
    }
    $("layers").classList.remove("stale");
    $("checked").textContent = `As of ${new Date().toLocaleTimeString()}`;
  } catch {
    $("layers").classList.add("stale");
    setOverall("fail", "The gateway does not answer any more");
  }
}

showExamples(false);
refresh();
setInterval(refresh, 5000);
document.addEventListener("visibilitychange", refresh);
