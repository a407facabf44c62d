// The sessions that have names.
import { $, attempt, badge, dateOf, el, empty, plain } from "./dom.js";
import { call, page } from "./api.js";
import { chooseSession, listSessions, refresh, segment, watch } from "./context.js";

const shown = 500;

function row(session) {
  const current = session.name === page.session;
  const items = Object.entries(session.items ?? {}).map(([name, n]) => `${n.toLocaleString("en")} ${name}`).join(", ");
  return el("tr", {},
    el("td", { class: "wide mono" }, plain(session.name), " ", current && badge("shown", "ok")),
    el("td", {}, dateOf(session.created)), el("td", {}, dateOf(session.lastUsed)), el("td", {}, String(session.requests ?? 0)),
    el("td", {}, plain(items)), el("td", {}, String(session.faults ?? 0)),
    el("td", { class: "actions" },
      el("button", { type: "button", "aria-label": "Show " + session.name, disabled: current, onclick: () => choose(session.name) }, "Show"), " ",
      el("button", { type: "button", class: "quiet", "aria-label": "End " + session.name, onclick: () => end(session.name) }, "End")));
}

function choose(name) {
  chooseSession(name);
  return attempt(load);
}

const end = (name) => attempt(async () => {
  if (name === page.session) chooseSession("");
  await call("DELETE", "/sessions/" + segment(name), { session: "" });
  await refresh();
  await load();
}, `Session ${name} has ended.`);

async function load() {
  const list = await listSessions();
  const place = $("session-rows");
  if (list.length === 0) {
    place.replaceChildren(empty("No sessions", el("p", {}, "All requests share one world, until some name another: one for each",
      " worker of a test run, say.")));
    return;
  }
  place.replaceChildren(el("div", { class: "table" }, el("table", {},
    el("thead", {}, el("tr", {}, ["Name", "Begun", "Last used", "Requests", "Items", "Faults", ""].map((t) => el("th", { scope: "col" }, t)))),
    el("tbody", {}, list.slice(0, shown).map(row)))),
  list.length > shown ? el("p", { class: "hint" }, `and ${list.length - shown} more`) : "");
}

export const show = () => attempt(load);

export function start() {
  $("sessions-end").addEventListener("click", () => attempt(async () => {
    chooseSession("");
    const n = (await listSessions()).length;
    await call("DELETE", "/sessions", { session: "" });
    await refresh();
    await load();
    return n;
  }, "All sessions have ended."));
  $("session-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const name = event.target.elements.name.value.trim();
    event.target.reset();
    chooseSession(name);
    attempt(async () => {
      await refresh(); // which begins it
      await load();
    }, `This is session ${name}.`);
  });
  watch((what) => {
    if ((what === "session" || what === "health") && !$("sessions").hidden) load().catch(() => {});
  });
}

