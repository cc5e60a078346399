"use strict";
// Which hook comes next, from what jambonz reports. Everything it knows stands in the rule.

function own(object, name) {
  return Object.prototype.hasOwnProperty.call(object, name);
}

// rule: {by, cases: {word: hook}, otherwise: hook}; said: what was asked of the schedule, if the rule is by hours.
function next(rule, report, said) {
  let word = "";
  if (rule.by === "digits") { word = String(report.digits || ""); }
  if (rule.by === "dial") { word = String(report.dial_sip_status || ""); }
  if (rule.by === "hours") { word = String(said || ""); }
  if (rule.by === "to") { word = String(report.to || "").replace(/^sip:/, "").replace(/@.*$/, "").replace(/^\+/, ""); }
  if (rule.by === "from") {
    const from = String(report.from || "").replace(/^\+/, "");
    const known = (rule.prefixes || []).find(function (item) {
      return item.prefix === "" ? !/^[0-9]{4,}$/.test(from) : from.indexOf(item.prefix.slice(1)) === 0;
    });
    return known === undefined ? rule.otherwise : known.hook;
  }
  return own(rule.cases, word) ? rule.cases[word] : rule.otherwise;
}

// The verbs of a hook, after every decision that needs nothing more from the caller.
function verbs(hooks, name, report, ask) {
  const told = report || {};
  let at = name;
  for (let step = 0; step < 1000; step += 1) {
    if (!own(hooks, at)) { return [{ verb: "hangup" }]; }
    const hook = hooks[at];
    if (hook.verbs !== undefined) { return hook.verbs; }
    at = next(hook.rule, told, hook.rule.by === "hours" ? ask(hook.rule.schedule) : "");
  }
  return [{ verb: "hangup" }];
}

module.exports = { next: next, verbs: verbs };
