// The approval of the version that is shown: by name, and bound to its hash.

import { element } from "./dom.js";

const FIELDS = [
  ["name", "Name", { autocomplete: "name", required: true, maxlength: 200 }],
  ["role", "Role", { autocomplete: "organization-title", maxlength: 200 }],
  ["comment", "Remark", { autocomplete: "off", maxlength: 4000 }],
];

// A form. `done` is called when the approval is kept, `latest` to look at the version that took this one's place.
export function approver({ service, which, done, latest }) {
  const failed = element("p", { class: "error", role: "alert" });
  const button = element("button", { class: "button" }, "Approve this version");
  const inputs = FIELDS.map(([name, , attributes]) => element("input", { id: `approve-${name}`, name, ...attributes }));
  const [name] = inputs;
  const form = element(
    "form",
    {
      id: "approve",
      class: "fields",
      novalidate: true,
      onsubmit: async (event) => {
        event.preventDefault();
        failed.textContent = "";
        name.setAttribute("aria-invalid", String(!name.value.trim()));
        if (!name.value.trim()) {
          failed.textContent = "Who approves it? Enter a name.";
          name.focus();
          return;
        }
        button.disabled = true;
        try {
          await service.json("/approve", { ...which, ...Object.fromEntries(inputs.map((input) => [input.name, input.value.trim()])) });
          await done();
        } catch (refused) {
          failed.replaceChildren(refused.message);
          if (refused.status === 409) failed.append(" ", element("button", { type: "button", class: "link", onclick: latest }, "Show the latest version"));
        }
        button.disabled = false;
      },
    },
    ...FIELDS.map(([field, words], at) => element("div", {}, element("label", { for: `approve-${field}` }, words), inputs[at])),
    element("p", { class: "hint" }, "You approve the content with this hash, and no other: ", element("code", { class: "hash" }, which.version)),
    failed,
    button,
  );
  return form;
}
