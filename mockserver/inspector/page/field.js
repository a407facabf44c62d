// A form element for one field of an item.
import { el, plain } from "./dom.js";
import { check, compact, pretty } from "./json.js";

const unset = ""; // no JSON value

function select(choices, raw, change, attributes) {
  const now = raw === undefined ? unset : compact(raw);
  const all = choices.some(([value]) => value === now) ? choices : [[now, now], ...choices];
  const node = el("select", { ...attributes, onchange: () => change(node.value === unset ? undefined : node.value) },
    all.map(([value, label]) => el("option", { value }, plain(label))));
  node.value = now;
  return node;
}

function number(raw, change, attributes) {
  const node = el("input", { ...attributes, inputmode: "decimal", spellcheck: "false", value: raw ?? "", oninput: () => {
    const text = node.value.trim();
    const good = text === "" || /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text);
    node.setCustomValidity(good ? "" : "This is no number.");
    if (good) change(text === "" ? undefined : text);
  } });
  return node;
}

function string(raw, change, attributes, suggested = []) {
  const text = raw === undefined ? "" : JSON.parse(raw);
  const long = text.length > 70 || text.includes("\n");
  const list = suggested.length > 0 && !long && attributes.id + "-list";
  const node = el(long ? "textarea" : "input", { list, ...attributes, rows: long && Math.min(10, 1 + Math.ceil(text.length / 60)),
    spellcheck: "false", placeholder: raw === undefined && "not set", value: text,
    oninput: () => change(JSON.stringify(node.value)) });
  return list ? [node, el("datalist", { id: list }, suggested.map((v) => el("option", { value: String(v) })))] : node;
}

// anything is for lists, objects, and what may be of several types: its JSON.
function anything(raw, change, attributes) {
  const text = raw === undefined ? "" : pretty(raw);
  const node = el("textarea", { ...attributes, rows: Math.min(12, text.split("\n").length), spellcheck: "false", value: text,
    placeholder: "not set; JSON", oninput: () => {
      let problem = "";
      try {
        if (node.value.trim() !== "") check(node.value);
      } catch (error) {
        problem = error.message;
      }
      node.setCustomValidity(problem);
      if (problem === "") change(node.value.trim() === "" ? undefined : node.value.trim());
    } });
  return node;
}

function inputFor(f, raw, change, attributes) {
  const types = (f.types ?? []).filter((t) => t !== "null");
  const kind = raw === undefined ? undefined : raw.trim()[0];
  if (f.enum && (raw === undefined || kind !== "{" && kind !== "[")) {
    return select([[unset, "not set"], ...f.enum.map((v) => [JSON.stringify(v), typeof v === "string" ? v : JSON.stringify(v)])],
      raw, change, attributes);
  }
  const isBoolean = kind === "t" || kind === "f" || types.length === 1 && types[0] === "boolean" && raw === undefined;
  if (isBoolean) return select([[unset, "not set"], ["true", "true"], ["false", "false"]], raw, change, attributes);
  const isNumber = kind !== undefined && "-0123456789".includes(kind)
    || raw === undefined && types.length === 1 && (types[0] === "number" || types[0] === "integer");
  if (isNumber) return number(raw, change, attributes);
  if (kind === '"' || (raw === undefined || raw === "null") && types.length === 1 && types[0] === "string") {
    return string(raw === "null" ? undefined : raw, change, attributes, f.suggested);
  }
  return anything(raw, change, attributes);
}

// field returns a labelled element that calls change with the JSON text of a new value, or with undefined.
export function field(f, raw, change) {
  const id = "field-" + f.pointer;
  const input = inputFor(f, raw, change, { id, title: f.description && plain(f.description) });
  return el("div", { class: "field", "data-pointer": f.pointer },
    el("label", { class: "label", for: id, title: f.description && plain(f.description) },
      plain(f.pointer.slice(1).replaceAll("/", " › ").replace(/~1/g, "/").replace(/~0/g, "~")),
      f.readOnly && el("span", { class: "badge", title: "The API's clients cannot write it; here it can be." }, "read-only"),
      f.secret && el("span", { class: "badge" }, "secret")),
    el("div", { class: "input" }, input));
}
