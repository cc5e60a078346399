// What can be had of a flow: documents, pictures and configurations.

import { $, capital, element } from "./dom.js";
import { inParts } from "./lists.js";

const FORMATS = [
  [
    "To sign",
    [
      ["pdf", "PDF"],
      ["docx", "Word"],
    ],
  ],
  [
    "Picture",
    [
      ["svg", "SVG"],
      ["png", "PNG"],
      ["drawio", "draw.io"],
      ["mermaid", "Mermaid"],
      ["dot", "Graphviz"],
    ],
  ],
];
const ENDINGS = { mermaid: "mmd", dot: "gv" };
const ASSURANCES = { proven: "Proven by real calls", schema: "Checked against the maker’s schema", structure: "Structure checked" };

// `which` names the flow and version; `drawn()` tells how it is drawn at the moment.
export function files({ service, which, targets, isSound, drawn }) {
  const name = which.flow_id;
  const address = (path, more = {}) => `${path}?${new URLSearchParams({ ...which, ...more })}`;
  const problem = element("p", { class: "error", role: "alert" });
  const link = (path, words, file, described = "") =>
    element(
      "a",
      {
        href: service.base + path(),
        download: file,
        class: "file",
        "aria-label": `${words}${described}`,
        onclick: async (event) => {
          // fetched here, so that the key goes along and a refusal is a sentence
          event.preventDefault();
          const target = event.currentTarget;
          problem.textContent = "";
          target.setAttribute("aria-busy", "true");
          try {
            save(await service.blob(path()), file);
          } catch (refused) {
            problem.textContent = `${words}: ${refused.message}`;
            problem.scrollIntoView({ block: "nearest" });
          }
          target.removeAttribute("aria-busy");
        },
      },
      words,
    );
  $("sheet-files").replaceChildren(
    problem,
    ...FORMATS.flatMap(([title, formats]) => [
      element("h2", {}, title),
      element(
        "p",
        { class: "files" },
        formats.map(([format, words]) => link(() => address(`/render/${format}`, drawn()), words, `${name}.${ENDINGS[format] ?? format}`)),
      ),
    ]),
    element("h2", {}, "Configuration"),
    isSound
      ? element("p", { class: "quiet" }, "A zip with a report of what the system cannot do. It holds passwords.")
      : element("p", { class: "error" }, "The flow has errors. Mend them first: nothing is exported until then."),
    element(
      "ul",
      { class: "targets" },
      targets.map((target) =>
        element(
          "li",
          {},
          element(
            "div",
            {},
            element("strong", {}, target.title),
            element("span", { class: `assurance ${target.assurance}` }, ASSURANCES[target.assurance]),
          ),
          element("p", { class: "quiet" }, target.description),
          element(
            "p",
            { class: "files" },
            isSound ? link(() => address(`/export/${target.name}`), "Zip", `${name}-${target.name}.zip`, `, ${target.title}`) : null,
            fidelity(service, target, which),
          ),
        ),
      ),
    ),
  );
}

function save(blob, file) {
  const address = URL.createObjectURL(blob);
  element("a", { href: address, download: file }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

// How faithfully a target takes the flow; asked for when somebody wants to know.
function fidelity(service, target, which) {
  const answer = element("div", { class: "fidelity" });
  const made = element(
    "details",
    {},
    element("summary", { "aria-label": `What ${target.title} takes over` }, "What it takes over"),
    answer,
  );
  made.addEventListener("toggle", async () => {
    if (!made.open || answer.childElementCount) return;
    answer.replaceChildren(element("p", { class: "quiet" }, "Asking …"));
    try {
      const report = await service.json(`/export/${target.name}/report`, which);
      const lines = report.fidelity.filter((line) => line.status !== "exact");
      answer.replaceChildren(
        element("p", {}, `${report.exact} exact, ${report.approximated} approximated, ${report.unsupported} unsupported`),
        ...inParts(lines, (line) =>
          element("p", { class: `line ${line.status}` }, element("strong", {}, `${capital(line.element)}: ${line.status}. `), line.how),
        ),
      );
    } catch (refused) {
      answer.replaceChildren(element("p", { class: "error" }, refused.message));
    }
  });
  return made;
}
