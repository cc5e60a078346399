// The lists of the panel: findings, what is to be confirmed, files, and the record of a version.

import { $, capital, element, local, several } from "./dom.js";

const SEVERITIES = [["error", "Errors", "They keep the flow from being exported, proven and approved."], ["warning", "Warnings", "Look at these before you go on."], ["info", "Good to know", ""]];
const FORMATS = [
  ["To sign", [["pdf", "PDF"], ["docx", "Word"]]],
  ["Picture", [["svg", "SVG"], ["png", "PNG"], ["drawio", "draw.io"], ["mermaid", "Mermaid"], ["dot", "Graphviz"]]],
];
const ENDINGS = { mermaid: "mmd", dot: "gv" };
const ASSURANCES = { proven: "Proven by real calls", schema: "Checked against the maker’s schema", structure: "Structure checked" };
const SHOWN = 60;

export function finding(item, show = null) {
  return element("article", { class: `finding ${item.severity}` },
    element("p", { class: "says" }, item.message), item.fix ? element("p", { class: "fix" }, item.fix) : null,
    element("p", { class: "code" }, element("code", {}, item.code), show ? element("button", { type: "button", class: "link", onclick: show }, "Show the place") : null));
}

export function findings(items, placeOf, go) {
  const groups = SEVERITIES.map(([severity, title, words]) => [title, words, items.filter((item) => item.severity === severity)]).filter(([, , found]) => found.length);
  $("sheet-findings").replaceChildren(...(groups.length ? groups.flatMap(([title, words, found]) => [
    element("h2", {}, title, " ", element("span", { class: "quiet" }, found.length)), words ? element("p", { class: "quiet" }, words) : "",
    ...inParts(found, (item) => { const place = placeOf(item.pointer); return finding(item, place ? () => go(place) : null); }),
  ]).filter(Boolean) : [element("p", { class: "empty" }, "Nothing was found: every rule is kept.")]));
}

export function assumptions(items) {
  const one = (item) => element("article", { class: "assumption" },
    element("p", { class: "says" }, item.question ?? item.message), item.question ? element("p", { class: "fix" }, item.message) : null,
    element("p", { class: "code" }, element("code", {}, item.pointer || "/"), item.places > 1 ? element("span", { class: "quiet" }, several(item.places, "place")) : null));
  const [asked, others] = [items.filter((item) => item.question), items.filter((item) => !item.question)];
  $("sheet-confirm").replaceChildren(...(items.length ? [
    element("p", { class: "quiet" }, "Nobody stated these. Ask the customer, and make the flow again with the answers."),
    ...(asked.length ? [element("h2", {}, "Questions ", element("span", { class: "quiet" }, asked.length)), ...inParts(asked, one)] : []),
    ...(others.length ? [element("h2", {}, "Taken as usual ", element("span", { class: "quiet" }, others.length)), ...inParts(others, one)] : []),
  ] : [element("p", { class: "empty" }, "Nothing is taken for granted: the customer stated everything.")]));
}

// Long lists come in parts: thousands of entries at once would hold the page up.
function inParts(items, made) {
  if (items.length <= SHOWN) return items.map(made);
  const more = element("button", { type: "button", class: "plain", onclick: () => more.replaceWith(...inParts(items.slice(SHOWN), made)) }, `Show ${Math.min(SHOWN, items.length - SHOWN)} more of ${items.length - SHOWN}`);
  return [...items.slice(0, SHOWN).map(made), more];
}

// `which` names the flow and version; `drawn()` tells how it is drawn at the moment.
export function files({ service, which, targets, isSound, drawn }) {
  const name = which.flow_id;
  const address = (path, more = {}) => `${path}?${new URLSearchParams({ ...which, ...more })}`;
  const problem = element("p", { class: "error", role: "alert" });
  const link = (path, words, file, described = "") => element("a", {
    href: service.base + path(), download: file, class: "file", "aria-label": `${words}${described}`,
    onclick: async (event) => { // fetched here, so that the key goes along and a refusal is a sentence
      event.preventDefault();
      const target = event.currentTarget;
      problem.textContent = "";
      target.setAttribute("aria-busy", "true");
      try { save(await service.blob(path()), file); } catch (refused) { problem.textContent = `${words}: ${refused.message}`; problem.scrollIntoView({ block: "nearest" }); }
      target.removeAttribute("aria-busy");
    },
  }, words);
  $("sheet-files").replaceChildren(problem,
    ...FORMATS.flatMap(([title, formats]) => [element("h2", {}, title), element("p", { class: "files" }, formats.map(([format, words]) =>
      link(() => address(`/render/${format}`, drawn()), words, `${name}.${ENDINGS[format] ?? format}`)))]),
    element("h2", {}, "Configuration"),
    isSound ? element("p", { class: "quiet" }, "A zip with a report of what the system cannot do. It holds passwords.") : element("p", { class: "error" }, "The flow has errors. Mend them first: nothing is exported until then."),
    element("ul", { class: "targets" }, targets.map((target) => element("li", {},
      element("div", {}, element("strong", {}, target.title), element("span", { class: `assurance ${target.assurance}` }, ASSURANCES[target.assurance])),
      element("p", { class: "quiet" }, target.description),
      element("p", { class: "files" }, isSound ? link(() => address(`/export/${target.name}`), "Zip", `${name}-${target.name}.zip`, `, ${target.title}`) : null, fidelity(service, target, which))))));
}

function save(blob, file) {
  const address = URL.createObjectURL(blob);
  element("a", { href: address, download: file }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

// How faithfully a target takes the flow; asked for when somebody wants to know.
function fidelity(service, target, which) {
  const answer = element("div", { class: "fidelity" });
  const made = element("details", {}, element("summary", { "aria-label": `What ${target.title} takes over` }, "What it takes over"), answer);
  made.addEventListener("toggle", async () => {
    if (!made.open || answer.childElementCount) return;
    answer.replaceChildren(element("p", { class: "quiet" }, "Asking …"));
    try {
      const report = await service.json(`/export/${target.name}/report`, which);
      const lines = report.fidelity.filter((line) => line.status !== "exact");
      answer.replaceChildren(element("p", {}, `${report.exact} exact, ${report.approximated} approximated, ${report.unsupported} unsupported`),
        ...inParts(lines, (line) => element("p", { class: `line ${line.status}` }, element("strong", {}, `${capital(line.element)}: ${line.status}. `), line.how)));
    } catch (refused) { answer.replaceChildren(element("p", { class: "error" }, refused.message)); }
  });
  return made;
}

// `prover` offers to make the test calls; null where they cannot be made.
export function record({ view, versions, proof, prover, go }) {
  const fact = (term, words) => element("div", {}, element("dt", {}, term), element("dd", {}, words));
  $("sheet-record").replaceChildren(
    element("h2", {}, "Test calls"), ...proven(view, proof), prover ?? "",
    element("h2", {}, "Approval"),
    ...(view.approvals.length ? view.approvals.map((item) => element("article", { class: "finding good" }, element("p", { class: "says" }, `${item.name}${item.role ? `, ${item.role}` : ""}`),
      item.comment ? element("p", { class: "fix" }, item.comment) : null, element("p", { class: "code" }, element("span", { class: "quiet" }, local(item.created_at)))))
      : [element("p", { class: "quiet" }, "Nobody has approved this version yet.")]),
    element("h2", {}, "This version"),
    element("dl", {}, fact("Made", `${local(view.created_at)} by ${view.author}`), fact("From", capital(view.origin)), fact("Client", view.client), fact("Hash", element("code", { class: "hash" }, view.version))),
    element("h2", {}, "Versions"),
    element("ol", { class: "versions" }, versions.map((item) => element("li", {}, item.version === view.version
      ? element("strong", { "aria-current": "true" }, `Version ${item.number}`) : element("button", { type: "button", class: "link", onclick: () => go(item.version) }, `Version ${item.number}`),
    element("span", { class: "quiet" }, `${local(item.created_at)} · ${item.origin} · ${item.author}`)))),
  );
}

function proven(view, proof) {
  if (!view.proof) return [element("p", { class: "quiet" }, "No test call has been made with this version yet.")];
  const { report, created_at } = proof ?? {};
  if (!report) return [element("p", {}, view.proof === "passed" ? "All test calls went as they should." : "Test calls did not go as they should.")];
  const failed = report.cases.filter((item) => !item.passed);
  return [
    element("article", { class: `finding ${view.proof === "passed" ? "good" : "error"}` },
      element("p", { class: "says" }, `${report.passed} of ${several(report.cases.length, "call")} went as they should.`),
      element("p", { class: "fix" }, `${report.edges_covered} of ${several(report.edges, "branch", "branches")} were taken, in ${Math.round(report.seconds)} s, on Asterisk ${report.pbx.replace(/^Asterisk /, "")}.`),
      element("p", { class: "code" }, element("span", { class: "quiet" }, local(created_at)))),
    ...inParts(failed, (item) => element("article", { class: "finding error" }, element("p", { class: "says" }, item.title), element("p", { class: "fix" }, item.difference))),
  ];
}
