// The service as this page's reader meets it: their key goes along, and every refusal comes back as a sentence.

const SECONDS = 90;

// `problem` is the problem document (RFC 9457); status 0 stands for no answer at all.
export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail || problem.title || `The service answered ${status}.`);
    this.status = status;
    this.errors = problem.errors ?? [];
  }
}

export class Service {
  #key = "";

  constructor(base) {
    this.base = base;
    try { this.#key = sessionStorage.getItem("key") ?? ""; } catch { /* where storage is forbidden, the key lives as long as the page */ }
  }

  get hasKey() { return this.#key !== ""; }

  set key(text) {
    this.#key = text.trim();
    try { sessionStorage.setItem("key", this.#key); } catch { /* as above */ }
  }

  async json(path, body) { return (await this.#ask(path, body)).json(); }
  async text(path) { return (await this.#ask(path)).text(); }
  async blob(path) { return (await this.#ask(path)).blob(); }

  async #ask(path, body) {
    const headers = this.#key ? { Authorization: `Bearer ${this.#key}` } : {};
    const options = { headers, cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(SECONDS * 1000) };
    if (body !== undefined) {
      options.method = "POST";
      options.body = JSON.stringify(body);
      headers["Content-Type"] = "application/json";
    }
    let response;
    try {
      response = await fetch(this.base + path, options);
    } catch (error) {
      const isLate = error.name === "TimeoutError";
      throw new Refused(0, { detail: isLate ? `The service did not answer within ${SECONDS} seconds.` : "The service cannot be reached." });
    }
    if (response.ok) return response;
    throw new Refused(response.status, await response.json().catch(() => ({})));
  }
}
