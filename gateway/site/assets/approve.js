// What agents ask, and the answers. Everything shown was written by models and outsiders: it only ever becomes text.

import { element } from "/assets/schema.js";

const $ = (id) => document.getElementById(id);
const API = "/api/agents/approvals";
const WORDS = { approve: "Approve", deny: "Deny", retry: "Make it again", skip: "Take it for done" };
const FITTING = { call: ["approve", "deny"], outcome: ["retry", "skip", "deny"] };

// The key lives as long as the tab; it is sent to the platform and nowhere else.
$("key").value = sessionStorage.getItem("key") ?? "";
$("key").addEventListener("change", () => { sessionStorage.setItem("key", $("key").value.trim()); show(); });
$("key").form.addEventListener("submit", (event) => event.preventDefault());
addEventListener("hashchange", () => show());

// Signs that nobody sees, or that turn the order of the others around, are shown as what they are.
const plain = (text) => text.replace(/[\u0080-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu,
  (sign) => `\\u{${sign.codePointAt(0).toString(16)}}`);

function say(sentence, isWrong = false) {
  $("notice").textContent = sentence;
  $("notice").classList.toggle("wrong", isWrong);
}

async function call(path, body) {
  const headers = $("key").value.trim() ? { "X-API-Key": $("key").value.trim() } : {};
  if (body) headers["Content-Type"] = "application/json";
  const response = await fetch(path, { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body) });
  const found = await response.json().catch(() => ({}));
  if (response.ok) return found;
  if (response.status === 401) throw new Error("This platform asks for a key: put one with the right agents:approve into the field above.");
  throw new Error(found.detail ?? `The platform answered with status ${response.status}.`);
}

// With `isLook` only what has changed is shown anew.
let shown = "";
async function show(isLook = false) {
  const id = location.hash.slice(1);
  $("all").hidden = !id;
  try {
    const found = /^[0-9a-f-]{36}$/.test(id) ? [await call(`${API}/${id}`)] : (await call(`${API}?status=pending&limit=100`)).items;
    const now = found.map((asked) => asked.id + asked.status).join();
    if (isLook && now === shown) return;
    shown = now;
    $("questions").replaceChildren(...found.map(question));
    say(found.length ? "" : "Nothing waits for a decision.");
  } catch (error) {
    shown = "";
    $("questions").replaceChildren();
    say(error.message, true);
  }
}

// Nobody loses what they have begun to write.
function look() {
  const isBusy = [...document.querySelectorAll("#questions input")].some((field) => field.value && field.type === "text" || field.checked || field === document.activeElement);
  if (!document.hidden && !isBusy) show(true);
}

function question(asked) {
  const head = element("h2", {}, asked.tool, element("span", { className: `class ${asked.class}` }, asked.class));
  const until = new Date(asked.expires_at).toLocaleString();
  const about = element("p", { className: "about" }, `Agent ${asked.agent}, client ${asked.client}. Until ${until}. `,
    // A link carries no key.
    $("key").value ? `Run ${asked.run_id}` : element("a", { href: `/api/agents/runs/${asked.run_id}/steps` }, "What the run did so far"));
  const shown = [head, about, element("p", {}, plain(asked.why)), element("pre", {}, element("code", {}, plain(JSON.stringify(asked.args, null, 2))))];
  if (asked.status !== "pending") {
    const by = asked.decided_by ? ` by ${asked.decided_by}` : "";
    return element("article", { className: "question" }, ...shown, element("p", {}, `This was ${asked.status}${by}. ${asked.reason ?? ""}`));
  }
  const reason = element("input", { type: "text", id: `reason-${asked.id}`, maxLength: 2000 });
  const whole = element("input", { type: "checkbox" });
  const buttons = FITTING[asked.kind].map((decision) => {
    const button = element("button", { type: "button", className: decision === "deny" ? "button no" : "button" }, WORDS[decision]);
    button.addEventListener("click", () => decide(asked, decision, reason.value, whole.checked));
    return button;
  });
  const label = element("label", { htmlFor: reason.id }, "Why (it is kept, and the agent is told)");
  const scope = asked.kind === "call" ? [element("label", { className: "choice" }, whole, "Do not ask about this tool again in this run")] : [];
  return element("article", { className: "question" }, ...shown, label, reason, ...scope, element("div", { className: "buttons" }, ...buttons));
}

async function decide(asked, decision, reason, isWhole) {
  for (const button of document.querySelectorAll("button")) button.disabled = true;
  try {
    await call(`${API}/${asked.id}`, { decision, reason, scope: isWhole ? "run" : "once", args_hash: asked.args_hash });
    await show();
    say(`${WORDS[decision]}: ${asked.tool}. The run goes on.`);
  } catch (error) {
    await show();
    say(error.message, true);
  }
}

show();
setInterval(look, 5000);
document.addEventListener("visibilitychange", look);
