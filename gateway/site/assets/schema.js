// JSON Schema (2020-12) made readable, and an example made of it. Schemas come from OpenAPI documents of the services.

export function element(tag, properties = {}, ...children) {
  const { data, ...rest } = properties;
  const node = Object.assign(document.createElement(tag), rest);
  Object.assign(node.dataset, data);
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

// Docstrings write names in backticks and break their lines where the source does; blank lines and lists are meant.
export function prose(text) {
  return (text ?? "").replace(/(\S)\n(?=[^\s*-])/g, "$1 ").split("`").map((part, at) => (at % 2 ? element("code", {}, part) : part));
}

export class Schemas {
  #named;
  #marksRequired;

  // In an answer every field is there: only requests mark what is required.
  constructor(document, { marksRequired = true } = {}) {
    this.#named = document.components?.schemas ?? {};
    this.#marksRequired = marksRequired;
  }

  resolve(schema) {
    if (!schema?.$ref) return schema ?? {};
    const { $ref, ...beside } = schema;
    return { ...this.#named[$ref.split("/").at(-1)], ...beside };
  }

  name(schema) {
    return schema?.$ref?.split("/").at(-1) ?? null;
  }

  // The choices a value has. `null` as one of them says no more than that the field may be empty.
  choices(schema) {
    return (schema.anyOf ?? schema.oneOf ?? []).filter((choice) => choice.type !== "null");
  }

  type(schema) {
    const resolved = this.resolve(schema);
    const orNull = (resolved.anyOf ?? resolved.oneOf ?? []).some((choice) => choice.type === "null") ? " or null" : "";
    const choices = this.choices(resolved);
    if (choices.length) return choices.map((choice) => this.type(choice)).join(" or ") + orNull;
    if (resolved.const !== undefined) return JSON.stringify(resolved.const);
    if (resolved.enum) return resolved.enum.map((value) => JSON.stringify(value)).join(" or ");
    if (resolved.type === "array") return `list of ${this.type(resolved.items)}`;
    if (resolved.type === "object" && resolved.additionalProperties?.type) return `object of ${this.type(resolved.additionalProperties)}`;
    return [this.name(schema) ?? resolved.type ?? "any", resolved.format && `(${resolved.format})`].filter(Boolean).join(" ");
  }

  limits(schema) {
    const found = this.resolve(schema);
    const range = (low, high, unit) => low === undefined && high === undefined ? null
      : `${low ?? ""}…${high ?? ""}${unit}`;
    return [
      range(found.minimum ?? found.exclusiveMinimum, found.maximum ?? found.exclusiveMaximum, ""),
      range(found.minLength, found.maxLength, " characters"),
      range(found.minItems, found.maxItems, " items"),
      found.pattern && `matches ${found.pattern}`,
      found.default !== undefined && found.default !== null && `default ${JSON.stringify(found.default)}`,
    ].filter(Boolean).join(", ");
  }

  // The fields of an object, or of what a list or a choice leads to. `seen` ends recursive schemas.
  tree(schema, seen = []) {
    const name = this.name(schema);
    if (name && seen.includes(name)) return null;
    const resolved = this.resolve(schema);
    const within = name ? [...seen, name] : seen;
    if (resolved.type === "array") return this.tree(resolved.items, within);
    const choices = this.choices(resolved);
    if (choices.length === 1) return this.tree(choices[0], within);
    if (choices.length) {
      const trees = choices.map((choice) => [this.type(choice), this.tree(choice, within)]).filter(([, tree]) => tree);
      if (!trees.length) return null;
      return element("div", { className: "schema" }, ...trees.map(([title, tree]) =>
        element("details", { className: "field", open: seen.length === 0 }, element("summary", { className: "type" }, title), tree)));
    }
    const fields = Object.entries(resolved.properties ?? {});
    if (!fields.length) return null;
    return element("div", { className: "schema" },
      ...fields.map(([key, value]) => this.field(key, value, resolved.required?.includes(key), within)));
  }

  field(key, schema, required, seen = []) {
    const head = [
      element("span", { className: "name" }, key), " ", element("span", { className: "type" }, this.type(schema)), " ",
      required && this.#marksRequired ? element("span", { className: "required" }, "required ") : "",
      element("span", { className: "limits" }, this.limits(schema)),
    ];
    const about = this.resolve(schema).description;
    const inner = this.tree(schema, seen);
    const note = about ? element("div", { className: "about" }, ...prose(about)) : "";
    return inner ? element("details", { className: "field", open: seen.length < 2 }, element("summary", {}, ...head), note, inner)
      : element("div", { className: "field" }, ...head, note);
  }

  // A value that the schema takes: its own example or default, else the plainest one. Optional empty fields are left out.
  example(schema, seen = []) {
    const name = this.name(schema);
    if (name && seen.includes(name)) return {};
    const found = this.resolve(schema);
    const within = name ? [...seen, name] : seen;
    const given = found.examples?.[0] ?? found.example ?? found.const ?? found.default;
    if (given !== undefined && given !== null) return given;
    if (found.enum) return found.enum[0];
    const choices = this.choices(found);
    if (choices.length) return this.example(choices[0], within);
    switch (Array.isArray(found.type) ? found.type[0] : found.type) {
      case "array": return [this.example(found.items, within)];
      case "integer": case "number": return found.minimum ?? 1;
      case "boolean": return true;
      case "string": return found.format === "uuid" ? "00000000-0000-0000-0000-000000000000" : "text";
      default: return Object.fromEntries(Object.entries(found.properties ?? {})
        .filter(([key]) => found.required?.includes(key))
        .map(([key, value]) => [key, this.example(value, within)]));
    }
  }
}
