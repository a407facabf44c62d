// Faults: what the next requests are to suffer.
import { $, attempt, badge, count, el, empty, options, plain } from "./dom.js";
import { call, kept, page } from "./api.js";
import { goesOn, isProxy, segment, watch } from "./context.js";

// kinds are what can happen, with the members of a fault that say so, and a hint.
const kinds = [
  ["status", "It is refused with a status", "Nothing is done; the body is the documented one of the status."],
  ["delay", "It is only slow", "The answer is as ever, and comes later. A spread is drawn anew for each request."],
  ["drop:request", "The connection drops before", "The connection is closed, and nothing was done."],
  ["drop:response", "The connection drops after", "It is done, and the connection is closed instead of an answer."],
  ["body:truncated", "The answer breaks off", "It is done, and the body ends in the middle."],
  ["body:malformed", "The answer is malformed", "It is done, and the body is no JSON."],
  ["omit", "A member is missing", "It is done, and the answer lacks a member that the document promises."],
  ["retype", "A member has another type", "It is done, and the answer has a member of a type that the document does not allow."],
  ["rateLimit", "Too many requests", "More requests than this are answered as the document says, with Retry-After."],
];

const form = $("fault-form");
let faults = [];

// off are the faults that were switched off here, by session: they can be switched on again.
const off = () => kept.read("faults-off-" + page.session) ?? [];
const keepOff = (list) => kept.write("faults-off-" + page.session, list.slice(-20));

// wish returns what was asked for, without what the mock has added.
function wish(fault) {
  const { id, left, count: felt, ...asked } = fault;
  return asked;
}

const same = (a, b) => JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());

function describe(fault) {
  const parts = [];
  if (fault.status) parts.push(`status ${fault.status}` + (fault.example ? ` (${fault.example})` : ""));
  if (fault.drop) parts.push(fault.drop === "request" ? "connection drops before" : "connection drops after");
  if (fault.body) parts.push(`body ${fault.body}`);
  if (fault.omit !== undefined) parts.push(`without ${fault.omit}`);
  if (fault.retype !== undefined) parts.push(`${fault.retype} of another type`);
  if (fault.rateLimit) parts.push(`at most ${fault.rateLimit}`);
  if (fault.delay) parts.push(`${fault.delay} late`);
  if (fault.headers) parts.push(`headers ${Object.keys(fault.headers).join(", ")}`);
  return parts.join(", ");
}

function selects(fault) {
  const of = [fault.operation ?? "any operation"];
  if (fault.item) of.push("item " + fault.item);
  if (fault.workspace) of.push("in " + fault.workspace);
  return of.join(", ");
}

function row(fault, on) {
  const what = describe(fault);
  const words = `${what}, ${selects(fault)}`;
  const left = fault.times ? `${on ? fault.left ?? 0 : 0} of ${fault.times}` : "until it is off";
  return el("tr", { class: on ? undefined : "off" },
    el("td", {}, el("label", { class: "switch" }, el("input", { type: "checkbox", role: "switch", checked: on,
      "aria-label": plain(words), onchange: () => (on ? switchOff(fault) : switchOn(fault)) }), badge(on ? fault.id : "off", on ? "fault" : ""))),
    el("td", { class: "wide" }, plain(what)), el("td", { class: "wide" }, plain(selects(fault))), el("td", {}, plain(left)),
    el("td", {}, on ? String(fault.count ?? 0) : "–"),
    el("td", { class: "actions" }, el("button", { type: "button", class: "quiet", "aria-label": "Remove: " + plain(words),
      onclick: () => remove(fault, on) }, "Remove")));
}

function render() {
  const active = faults.filter((f) => !f.times || f.left === undefined || f.left > 0);
  const spent = faults.filter((f) => !active.includes(f));
  const stored = off();
  $("n-faults").textContent = active.length || "";
  $("n-faults").className = active.length ? "n fault" : "n";
  const rows = [...active.map((f) => row(f, true)), ...spent.map((f) => row(f, true)), ...stored.map((f) => row(f, false))];
  const place = $("fault-rows");
  if (rows.length === 0) {
    place.replaceChildren(empty("No faults", el("p", {}, "Every request gets the answer that it deserves.")));
    return;
  }
  const at = [...place.querySelectorAll("input, button")].indexOf(document.activeElement);
  place.replaceChildren(el("div", { class: "table" }, el("table", {},
    el("thead", {}, el("tr", {}, ["On", "What happens", "To which requests", "Left", "Felt", ""].map((t) => el("th", { scope: "col" }, t)))),
    el("tbody", {}, rows))));
  if (at >= 0) [...place.querySelectorAll("input, button")][at]?.focus();
}

export async function load() {
  faults = (await call("GET", "/faults")).faults;
  render();
}

const switchOn = (fault) => attempt(async () => {
  await call("POST", "/faults", { body: wish(fault) });
  keepOff(off().filter((f) => !same(wish(f), wish(fault))));
  await load();
});

const switchOff = (fault) => attempt(async () => {
  await call("DELETE", "/faults/" + segment(fault.id));
  keepOff([...off().filter((f) => !same(f, wish(fault))), wish(fault)]);
  await load();
});

const remove = (fault, on) => attempt(async () => {
  if (on) await call("DELETE", "/faults/" + segment(fault.id));
  else keepOff(off().filter((f) => !same(f, fault)));
  await load();
});

const operation = () => page.operations.find((o) => o.id === form.elements.operation.value);

// settle shows the fields of the kind of fault that is chosen.
function settle() {
  const kind = form.elements.kind.value;
  for (const label of form.querySelectorAll("[data-for]")) label.hidden = !label.dataset.for.split(" ").includes(kind);
  $("fault-hint").textContent = kinds.find(([name]) => name === kind)[2];
  form.elements.delay.required = kind === "delay";
  for (const name of ["status", "rateLimit"]) form.elements[name].required = kind === name;
  form.elements.pointer.required = kind === "omit" || kind === "retype";
  const statuses = operation()?.statuses ?? [...new Set(page.operations.flatMap((o) => o.statuses ?? []))].sort();
  $("fault-statuses").replaceChildren(...[...new Set([...statuses.filter((s) => s >= 400), 500, 502, 503, 504])]
    .map((value) => el("option", { value: String(value) })));
  const names = operation()?.examples?.[form.elements.status.value] ?? [];
  options(form.elements.example, [["", "the first"], ...names.map((n) => [n, n])], form.elements.example.value);
}

function fromForm() {
  const value = (name) => form.elements.namedItem(name).value.trim() || undefined; // elements.item is a function
  const [kind, what] = form.elements.kind.value.split(":");
  const fault = { operation: value("operation"), item: value("item"), workspace: value("workspace"), delay: value("delay"),
    times: value("times") && Number(value("times")) };
  if (kind === "status") Object.assign(fault, { status: Number(value("status")), example: value("example") });
  if (what) fault[kind] = what;
  if (kind === "omit" || kind === "retype") fault[kind] = value("pointer");
  if (kind === "rateLimit") fault.rateLimit = value("rateLimit");
  return fault;
}

async function submit(event) {
  event.preventDefault();
  const error = $("fault-error");
  error.hidden = true;
  try {
    await call("POST", "/faults", { body: fromForm() });
  } catch (problem) {
    error.textContent = plain(problem.message);
    error.hidden = false;
    return;
  }
  await attempt(load, "The fault is on.");
}

function fill() {
  options($("fault-operation"), [["", "any"], ...page.operations.map((o) => [o.id, `${o.id} (${o.method} ${o.path})`])],
    form.elements.operation.value);
  settle();
}

export function show() {
  $("fault-workspace-pick").hidden = !page.health?.scope;
  fill();
  return attempt(load);
}

export function start() {
  options($("fault-kind"), kinds, "status");
  form.addEventListener("change", settle);
  form.addEventListener("submit", submit);
  form.addEventListener("input", (event) => { if (event.target.name === "status") settle(); });
  $("faults-off").addEventListener("click", () => attempt(async () => {
    await call("DELETE", "/faults");
    keepOff([...off(), ...faults.map(wish).filter((f) => !off().some((o) => same(o, f)))]);
    await load();
  }, count(faults.length, "fault") + " off."));
  let later;
  watch((what) => {
    if (what === "document") fill();
    if (!["session", "health", "requests"].includes(what) || isProxy()) return;
    later ??= setTimeout(() => {
      later = undefined;
      goesOn().then((there) => there && load()).catch(() => {});
    }, 200);
  });
}
