// What the page shows: the session, the workspace, the document. Others are told of changes.
import { $, options, plain, toast } from "./dom.js";
import { call, page, remember } from "./api.js";

const watchers = new Set();

// watch calls a function with "session", "workspace", "health" or "state" after each change.
export const watch = (f) => watchers.add(f);
export const tell = (what) => watchers.forEach((f) => f(what));

// isProxy reports whether the page is that of a proxy, which has requests and no state, sessions and faults.
export const isProxy = () => page.health?.upstream !== undefined;

let names = []; // of sessions

// path returns a path's part that may have any characters.
export const segment = (text) => encodeURIComponent(text);

let begun = false; // the session that is shown has been seen

export function chooseSession(name) {
  if (name === page.session) return;
  page.session = name;
  begun = false;
  remember();
  fillSessions();
  tell("session");
  refresh().catch(() => {}); // the list of requests says that there is no connection
}

// goesOn reports whether the session that is shown is still there. To call in one that has ended would begin it
// anew: the page then shows the shared one.
export async function goesOn() {
  const name = page.session;
  if (!name || !begun || (await listSessions()).some((s) => s.name === name) || name !== page.session) return true;
  toast(`Session ${name} has ended; this is the shared one.`);
  chooseSession("");
  return false;
}

export function chooseWorkspace(name) {
  if (name === page.workspace) return;
  page.workspace = name;
  remember();
  fillWorkspaces();
  tell("workspace");
}

// scope returns the query that selects the workspace, for documents that have any.
export const scope = () => (page.health?.scope ? { workspace: page.workspace } : {});

export async function listSessions() {
  const answer = await call("GET", "/sessions", { session: "" });
  names = answer.sessions.map((s) => s.name);
  fillSessions();
  return answer.sessions;
}

function fillSessions() {
  const all = [...new Set(page.session ? [...names.slice(0, 1000), page.session] : names.slice(0, 1000))].sort();
  options($("session"), [["", "shared"], ...all.map((name) => [name, name])], page.session);
}

function fillWorkspaces() {
  const scoped = Boolean(page.health?.scope);
  $("workspace-pick").hidden = !scoped;
  if (!scoped) return;
  const all = page.health.workspaces ?? [];
  const list = page.workspace && !all.includes(page.workspace) ? [page.workspace, ...all] : all;
  options($("workspace"), [...list.map((name) => [name, name]), ["\u0000", "another …"]], page.workspace);
}

let sessions = -1;

// refresh asks how the mock is.
export async function refresh() {
  if (!await goesOn()) return;
  const before = page.health;
  page.health = await health();
  begun = true;
  const { document: served, workspaces = [] } = page.health;
  $("document").textContent = plain(`${served.title} ${served.version} · ${served.name}`)
    + (isProxy() ? plain(` · proxy of ${page.health.upstream}`) : "");
  if (isProxy() && !document.body.classList.contains("proxy")) {
    document.body.classList.add("proxy");
    document.querySelector('[data-only="refused"]').textContent = "Violations";
  }
  if (before && before.document.sha256 !== served.sha256) await describe(); // a changed file
  if (page.health.scope && !page.workspace) page.workspace = workspaces[0] ?? "";
  fillWorkspaces();
  const items = Object.values(page.health.items).reduce((sum, n) => sum + n, 0);
  $("n-items").textContent = items.toLocaleString("en");
  $("n-sessions").textContent = page.health.sessions || "";
  if (page.health.sessions !== undefined && page.health.sessions !== sessions) {
    sessions = page.health.sessions;
    await listSessions();
  }
  tell("health");
}

// health asks in the session that is shown; a proxy has none, though this tab may have shown one of a mock before.
async function health() {
  try {
    return await call("GET", "/health");
  } catch (error) {
    if (!page.session || error.details?.[0]?.rule !== "no-mock") throw error;
    page.session = "";
    remember();
    tell("session");
    return call("GET", "/health");
  }
}

// describe reads what the document has.
export async function describe() {
  const [{ operations }, { collections }] = await Promise.all([
    call("GET", "/operations", { session: "" }),
    isProxy() ? { collections: [] } : call("GET", "/collections", { session: "" })]);
  page.operations = operations;
  page.collections = collections;
  $("n-operations").textContent = operations.length;
  tell("document");
}

export function start() {
  $("session").addEventListener("change", (event) => chooseSession(event.target.value));
  $("session").addEventListener("focus", () => listSessions().catch(() => {}));
  $("workspace").addEventListener("change", (event) => {
    const name = event.target.value === "\u0000" ? prompt("The name of the workspace:")?.trim() : event.target.value;
    if (name) chooseWorkspace(name);
    else fillWorkspaces();
  });
  fillSessions();
}

