// The service as this page's reader meets it: their key goes along, and every refusal comes back as a sentence.

const SECONDS = 90;
//: Signs that turn the direction of all text after them; what one customer wrote must not turn what stands beside it.
const TURNING = /[\u202a-\u202e\u2066-\u2069]/g;

// `problem` is the problem document (RFC 9457); status 0 stands for no answer at all.
class Refused extends Error {
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
    try {
      this.#key = sessionStorage.getItem("key") ?? "";
    } catch {
      /* where storage is forbidden, the key lives as long as the page */
    }
  }

  get hasKey() {
    return this.#key !== "";
  }

  set key(text) {
    this.#key = text.trim();
    try {
      sessionStorage.setItem("key", this.#key);
    } catch {
      /* as above */
    }
  }

  async json(path, body) {
    const text = await this.#ask(path, "text", body);
    try {
      return JSON.parse(text, (_, value) => (typeof value === "string" ? value.replace(TURNING, "") : value));
    } catch {
      throw new Refused(0, { detail: "Something else than the service answered." });
    }
  }

  text(path) {
    return this.#ask(path, "text");
  }

  blob(path) {
    return this.#ask(path, "blob");
  }

  async #ask(path, form, body) {
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
      if (response.ok) return await response[form]();
    } catch (error) {
      const isLate = error.name === "TimeoutError";
      throw new Refused(0, { detail: isLate ? `The service did not answer within ${SECONDS} seconds.` : "The service cannot be reached." });
    }
    throw new Refused(response.status, await response.json().catch(() => ({})));
  }
}
