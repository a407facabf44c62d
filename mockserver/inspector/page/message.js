// Shows a request or a response.
import { el, plain } from "./dom.js";
import { check, kindOf, member, members } from "./json.js";
import { card, json } from "./violations.js";

// pairs shows names and values, with violations below the ones that they are about.
function pairs(list, found, label) {
  const rest = [...found];
  const rows = list.map(([name, value]) => {
    const about = found.filter((v) => v.name?.toLowerCase() === name.toLowerCase());
    about.forEach((v) => rest.splice(rest.indexOf(v), 1));
    return row(name, value, about);
  });
  for (const v of rest) rows.unshift(row(v.name ?? v.in, "", [v]));
  return el("table", { class: "pairs", "aria-label": label }, el("tbody", {}, rows));
}

function row(name, value, about) {
  return el("tr", { class: about.length ? "at" : undefined }, el("th", { scope: "row" }, plain(name)),
    el("td", {}, value === "" && about.length ? el("em", {}, "not sent") : plain(value), about.map(card)));
}

function headers(raw, found) {
  const list = [];
  for (const [name, values] of members(raw ?? "{}")) for (const value of JSON.parse(values)) list.push([name, value]);
  if (list.length === 0 && found.length === 0) return null;
  return el("details", { open: found.length > 0 || list.length < 7 },
    el("summary", {}, `Headers (${list.length})`), pairs(list, found, "Headers"));
}

// body shows the body of a message, which may be any text.
function body(raw, contentType, found, label) {
  const text = kindOf(raw) === '"' ? JSON.parse(raw) : undefined;
  if (text === undefined) return json(raw, found, label);
  if (/json/i.test(contentType)) {
    try {
      check(text);
    } catch {
      return [found.map(card), el("pre", { tabindex: "0", "aria-label": label }, plain(text))];
    }
    return json(raw, found, label); // a text that is JSON
  }
  return [found.map(card), el("pre", { tabindex: "0", "aria-label": label }, plain(text))];
}

// message shows one side of an entry, given as text.
export function message(title, raw, violations = [], extra = []) {
  const about = (...places) => violations.filter((v) => places.includes(v.in));
  const content = member(raw, "body");
  const sent = member(raw, "headers");
  const type = members(sent ?? "{}").find(([name]) => name.toLowerCase() === "content-type");
  return el("section", { class: "block", "aria-label": title },
    el("h3", {}, title), extra, headers(sent, about("header", "cookie")),
    member(raw, "truncated") === "true" && el("p", { class: "hint" }, "The body was too long to be kept; this is its beginning."),
    content !== undefined && body(content, type ? JSON.parse(type[1]).join() : "", about("body"), title + " body"),
    content === undefined && about("body").map(card),
    content === undefined && about("body").length === 0 && el("p", { class: "hint" }, "No body."));
}

// queryOf shows the query of a request.
export function queryOf(path, violations) {
  const query = path.split("?").slice(1).join("?");
  const list = [...new URLSearchParams(query)];
  const found = violations.filter((v) => v.in === "query");
  if (list.length === 0 && found.length === 0) return null;
  return el("details", { open: true }, el("summary", {}, `Query (${list.length})`), pairs(list, found, "Query"));
}
