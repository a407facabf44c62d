// The document's operations, each with a form that sends a request which the document allows.
import { $, arrows, attempt, badge, el, empty, method, plain, statusKind } from "./dom.js";
import { page, root } from "./api.js";
import { segment, watch } from "./context.js";
import { check, compact, pretty } from "./json.js";
import { message } from "./message.js";

const list = $("operation-rows");
const detail = $("operation-detail");
let chosen;

// forbidden are the names of headers that no page may set (Fetch §2.2.2), of those that documents have.
const forbidden = /^(accept-encoding|connection|content-length|cookie|date|dnt|expect|host|origin|referer|te|trailer|upgrade|via)$/i;

function render() {
  const terms = $("operations-filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = page.operations.filter((o) => {
    const words = `${o.method} ${o.path} ${o.id} ${o.summary ?? ""}`.toLowerCase();
    return terms.every((term) => words.includes(term));
  });
  list.replaceChildren(...found.slice(0, 1000).map((o) => el("li", {}, el("a", {
    class: "row", href: "#/operations/" + segment(o.id), tabindex: o.id === chosen ? "0" : "-1",
    "aria-current": o.id === chosen && "true",
  }, method(o.method), el("span", {}, el("span", { class: "mono" }, plain(o.path)),
    el("span", { class: "hint" }, plain(o.summary || o.id)))))));
  list.hidden = found.length === 0;
  if (!list.querySelector('[tabindex="0"]')) list.querySelector(".row")?.setAttribute("tabindex", "0");
  $("operations-empty").replaceChildren(...(found.length ? [] : [empty("No operation matches")]));
}

const back = () => el("a", { class: "back", href: "#/operations" }, "← Operations");

function inputName(p) { return `${p.in}:${p.name}`; }

function valueOf(p) {
  if (p.in === "header" && page.health?.scope?.toLowerCase() === p.name.toLowerCase() && page.workspace) return page.workspace;
  if (p.example === undefined || p.example === null) return "";
  return typeof p.example === "string" ? p.example : JSON.stringify(p.example);
}

function parameter(p) {
  const cannot = p.in === "cookie" || p.in === "header" && forbidden.test(p.name);
  const needed = p.in === "path" || p.required;
  return el("label", { title: p.description && plain(p.description) },
    el("span", {}, el("span", { class: "mono" }, plain(p.name)), " ", badge(p.in), needed && " *"),
    el("input", { name: inputName(p), value: needed ? valueOf(p) : "", disabled: cannot, spellcheck: "false",
      placeholder: cannot ? "a page cannot send it" : needed ? "" : plain(valueOf(p) || "not sent") }));
}

// answers are what a request can ask to be answered (Prefer).
function answers(o) {
  const all = [["", "as the request deserves"]];
  for (const status of o.statuses ?? []) {
    all.push([`code=${status}`, String(status)]);
    for (const name of o.examples?.[status] ?? []) all.push([`code=${status}, example="${name}"`, `${status} ${name}`]);
  }
  return all;
}

// bodiless is true for requests with which a page cannot send a body (Fetch §5.4).
const bodiless = (o) => o.method === "GET" || o.method === "HEAD";

function form(o) {
  const takesBody = o.body !== undefined && o.body !== null && !bodiless(o);
  const text = takesBody && (typeof o.body === "string" && !/json/i.test(o.mediaType ?? "") ? o.body : pretty(JSON.stringify(o.body)));
  return el("form", { class: "form", autocomplete: "off", onsubmit: (event) => submit(event, o) },
    o.parameters?.length > 0 && el("div", { class: "fields" }, o.parameters.map(parameter)),
    takesBody && el("label", {}, el("span", {}, "Body ", badge(o.mediaType ?? "application/json")),
      el("textarea", { name: "body", rows: Math.min(24, text.split("\n").length + 1), spellcheck: "false", value: text })),
    el("div", { class: "fields" }, el("label", {}, "Answer", el("select", { name: "prefer" },
      answers(o).map(([value, label]) => el("option", { value }, plain(label)))))),
    el("p", { class: "buttons" }, el("button", { type: "submit", class: "main" }, "Send"),
      el("button", { type: "button", onclick: () => open(o.id, true) }, "Start again"),
      takesBody && el("button", { type: "button", onclick: (event) => attempt(() => tidy(event)) }, "Format the body")),
    el("div", { id: "answer", role: "region", "aria-label": "Answer", tabindex: "-1" }));
}

function tidy(event) {
  const area = event.target.closest("form").elements.body;
  check(area.value);
  area.value = pretty(compact(area.value));
}

function requestOf(o, elements) {
  const query = new URLSearchParams();
  const headers = { Accept: "application/json, */*;q=0.5" };
  let path = o.path;
  for (const p of o.parameters ?? []) {
    const { value, disabled } = elements[inputName(p)];
    if (p.in === "path") path = path.replace(`{${p.name}}`, encodeURIComponent(value));
    else if (value === "" || disabled) continue;
    else if (p.in === "query") query.append(p.name, value);
    else headers[p.name] = value;
  }
  const body = elements.body?.value || undefined;
  if (body !== undefined) headers["Content-Type"] = o.mediaType ?? "application/json";
  if (elements.prefer.value) headers.Prefer = elements.prefer.value;
  if (page.session) headers["X-Mock-Session"] = page.session;
  const search = query.toString();
  return [root + path + (search && "?" + search), { method: o.method, headers, body, cache: "no-store", redirect: "manual",
    credentials: "omit" }];
}

async function submit(event, o) {
  event.preventDefault();
  const button = event.submitter ?? event.target.querySelector("[type=submit]");
  button.disabled = true;
  const began = performance.now();
  const place = $("answer");
  try {
    const response = await fetch(...requestOf(o, event.target.elements));
    const content = await response.text();
    place.replaceChildren(...answer(response, content, Math.round(performance.now() - began)));
  } catch (error) {
    place.replaceChildren(el("p", { class: "error", role: "alert" }, "No answer: " + plain(error.message),
      ". Is it a fault that drops the connection?"));
  }
  button.disabled = false;
  place.scrollIntoView({ block: "nearest" });
}

function answer(response, content, took) {
  const headers = {};
  for (const [name, value] of response.headers) headers[name] = [value];
  let body = JSON.stringify(content);
  try {
    check(content);
    body = content;
  } catch { /* it is shown as text */ }
  const raw = `{"headers":${JSON.stringify(headers)}${content === "" ? "" : `,"body":${body}`}}`;
  return [el("div", { class: "headline" }, el("span", { class: "code " + statusKind(response.status), id: "answer-status" },
    String(response.status)), el("span", { class: "hint" }, `${took} ms · `, el("a", { href: "#/requests" }, "in the list of requests"))),
  message("Answer", raw)];
}

function open(id, again) {
  if (id === chosen && !again && detail.querySelector("form")) return;
  chosen = id;
  render();
  const o = page.operations.find((each) => each.id === id);
  if (!o) {
    detail.replaceChildren(back(), id === undefined ? empty("No operation chosen",
      el("p", {}, "Choose one to send a request that the document allows, and others.")) : empty("The document has no such operation"));
    return;
  }
  detail.replaceChildren(back(),
    el("div", { class: "headline" }, method(o.method), el("h2", {}, plain(o.path))),
    el("div", { class: "facts" }, el("span", {}, "operation ", el("b", {}, plain(o.id))), o.summary && el("span", {}, plain(o.summary))),
    form(o));
  detail.scrollTop = 0;
}

export function show(id) {
  $("operations").classList.toggle("open", id !== undefined);
  open(id);
}

export function start() {
  $("operations-filter").addEventListener("input", render);
  $("operations-filter").addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") list.querySelector(".row")?.focus();
  });
  arrows(list, ".row");
  watch((what) => {
    if (what === "document") render();
    if (what === "workspace" && !$("operations").hidden) open(chosen, true);
  });
}

