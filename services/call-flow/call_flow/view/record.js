// The record of a version: its test calls, who approved it, where it comes from, and the versions beside it.

import { $, capital, element, local, several } from "./dom.js";
import { inParts } from "./lists.js";

// `prover` offers to make the test calls, and `approver` to approve the version; null where that cannot be.
export function record({ view, versions, proof, prover, approver, go }) {
  const fact = (term, words) => element("div", {}, element("dt", {}, term), element("dd", {}, words));
  $("sheet-record").replaceChildren(
    element("h2", {}, "Test calls"),
    ...proven(view, proof),
    prover ?? "",
    element("h2", {}, "Approval"),
    ...(view.approvals.length
      ? view.approvals.map((item) =>
          element(
            "article",
            { class: "finding good" },
            element("p", { class: "says" }, `${item.name}${item.role ? `, ${item.role}` : ""}`),
            item.comment ? element("p", { class: "fix" }, item.comment) : null,
            element("p", { class: "code" }, element("span", { class: "quiet" }, local(item.created_at))),
          ),
        )
      : [element("p", { class: "quiet" }, "Nobody has approved this version yet.")]),
    approver ?? element("p", { class: "quiet" }, "Only the latest version can be approved, and only without errors."),
    element("h2", {}, "This version"),
    element(
      "dl",
      {},
      fact("Made", `${local(view.created_at)} by ${view.author}`),
      fact("From", capital(view.origin)),
      fact("Client", view.client),
      fact("Hash", element("code", { class: "hash" }, view.version)),
    ),
    element("h2", {}, "Versions"),
    element(
      "ol",
      { class: "versions" },
      versions.map((item) =>
        element(
          "li",
          {},
          item.version === view.version
            ? element("strong", { "aria-current": "true" }, `Version ${item.number}`)
            : element("button", { type: "button", class: "link", onclick: () => go(item.version) }, `Version ${item.number}`),
          element("span", { class: "quiet" }, `${local(item.created_at)} · ${item.origin} · ${item.author}`),
        ),
      ),
    ),
  );
}

function proven(view, proof) {
  if (!view.proof) return [element("p", { class: "quiet" }, "No test call has been made with this version yet.")];
  const { report, created_at } = proof;
  const failed = report.cases.filter((item) => !item.passed);
  const branches = `${report.edges_covered} of ${several(report.edges, "branch", "branches")} were taken`;
  const pbx = report.pbx.replace(/^Asterisk /, "");
  return [
    element(
      "article",
      { class: `finding ${view.proof === "passed" ? "good" : "error"}` },
      element("p", { class: "says" }, `${report.passed} of ${several(report.cases.length, "call")} went as they should.`),
      element("p", { class: "fix" }, `${branches}, in ${Math.round(report.seconds)} s, on Asterisk ${pbx}.`),
      element("p", { class: "code" }, element("span", { class: "quiet" }, local(created_at))),
    ),
    ...inParts(failed, (item) =>
      element(
        "article",
        { class: "finding error" },
        element("p", { class: "says" }, item.title),
        element("p", { class: "fix" }, item.difference),
      ),
    ),
  ];
}
