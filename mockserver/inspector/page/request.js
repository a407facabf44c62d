// One request in detail.
import { $, copy, dateOf, el, empty, faultMark, method, plain, statusKind, timeOf } from "./dom.js";
import { page, send } from "./api.js";
import { member } from "./json.js";
import { message, queryOf } from "./message.js";
import { card, documentOf, placeOf } from "./violations.js";

const detail = $("request-detail");
let asked;

export function close() {
  asked?.abort();
  detail.replaceChildren(empty("No request chosen", el("p", {}, "Choose one in the list to see what was sent and answered.")));
}

export async function open(sequence) {
  asked?.abort();
  asked = new AbortController();
  const { signal } = asked;
  try {
    const raw = await send("GET", "/requests/" + sequence, { signal });
    if (!signal.aborted) detail.replaceChildren(...render(raw));
  } catch (error) {
    if (error.name === "AbortError") return;
    detail.replaceChildren(back(), empty(error.status === 404 ? "This request is no longer kept" : "It cannot be shown",
      el("p", {}, plain(error.message))));
  }
  detail.scrollTop = 0;
}

const back = () => el("a", { class: "back", href: "#/requests" }, "← Requests");

function fact(name, value) {
  return value && el("span", {}, name, " ", el("b", {}, plain(value)));
}

function render(raw) {
  const entry = JSON.parse(raw);
  const violations = entry.violations ?? [];
  const answered = entry.responseViolations ?? [];
  const operation = page.operations.find((o) => o.id === entry.operation);
  const placed = ["query", "header", "cookie", "body"];
  const elsewhere = violations.filter((v) => !placed.includes(v.in));
  return [
    back(),
    el("div", { class: "headline" }, el("span", { class: "code " + statusKind(entry.status) }, String(entry.status || "—")),
      method(entry.method), el("h2", {}, plain(entry.path))),
    el("div", { class: "facts" },
      el("span", { title: dateOf(entry.time) }, "at ", el("b", {}, timeOf(entry.time))),
      fact("took", `${entry.durationMs} ms`),
      entry.operation && el("span", {}, "operation ", el("a", { href: "#/operations/" + encodeURIComponent(entry.operation) },
        plain(entry.operation))),
      fact("workspace", entry.workspace), fact("session", entry.session), fact("no.", String(entry.sequence)),
      operation?.summary && el("span", {}, plain(operation.summary))),
    el("div", { class: "buttons" },
      entry.curl && el("button", { type: "button", onclick: () => copy(entry.curl, "curl command") }, "Copy as curl"),
      entry.fixture && el("button", { type: "button", onclick: () => copy(entry.fixture, "fixture") }, "Copy as fixture")),
    entry.fault && el("p", { class: "note" }, faultMark(entry.fault),
      " This was asked for, by a fault, a flag or the request itself: no defect to look for. ", el("a", { href: "#/faults" }, "Faults")),
    entry.unjudged && el("p", { class: "note" }, "Not judged: ", plain(entry.unjudged.join("; "))),
    violations.length + answered.length > 0 && overview([...violations, ...answered]),
    message("Request", member(raw, "request") ?? "{}", violations, [elsewhere.map(card), queryOf(entry.path, violations)]),
    message("Response", member(raw, "response") ?? "{}", answered, answered.filter((v) => !placed.includes(v.in)).map(card)),
  ].filter(Boolean);
}

// overview links to the violations at their places.
function overview(violations) {
  return el("ul", { class: "links", "aria-label": "Violations" }, violations.map((v) => el("li", {}, el("button", {
    type: "button", class: "link", onclick: () => {
      const target = [...detail.querySelectorAll(".violation")].find((c) => c.querySelector(".place").textContent === placeOf(v)
        && c.querySelector(".badge").textContent === plain(v.rule));
      target?.scrollIntoView({ block: "center" });
    },
  }, `${plain(v.rule)} · ${placeOf(v)}${documentOf(v) && " · " + documentOf(v)}`))));
}
