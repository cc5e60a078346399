// A proof that is begun here: the service calls every branch of the flow on a real PBX, and tells how far it is.

import { element, several } from "./dom.js";

const ACTIVE = new Set(["queued", "running"]);
const WAIT = 2; // seconds that the service holds an answer back, for the job's end

// A button with what becomes of it. `done` is called when the proof is there to be shown.
export function prover(service, which, done) {
  const said = element("p", { class: "quiet", role: "status" });
  const button = element(
    "button",
    {
      type: "button",
      class: "plain",
      onclick: async () => {
        button.disabled = true;
        said.className = "quiet";
        said.textContent = "Asking for a PBX …";
        try {
          let job = await service.json("/prove", { ...which });
          while (ACTIVE.has(job.status)) {
            const { done: made, total } = job.progress;
            said.textContent =
              job.status === "queued"
                ? "Waiting for its turn …"
                : total
                  ? `${made} of ${several(total, "call")} made …`
                  : "The PBX is starting …";
            job = await service.json(`/jobs/${job.id}?wait=${WAIT}`);
          }
          if (job.status === "succeeded") await done();
          else throw new Error(job.problem?.detail ?? `The proof was ${job.status}.`);
        } catch (refused) {
          said.className = "error";
          said.textContent = refused.message;
        }
        button.disabled = false;
      },
    },
    "Call every branch on a real PBX",
  );
  return element("div", { class: "prover" }, button, said);
}
