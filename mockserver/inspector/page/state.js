// Seed, snapshots, reset and the clock.
import { $, attempt, count, el, plain, toast } from "./dom.js";
import { call, page } from "./api.js";
import { isProxy, refresh, scope, segment, tell, watch } from "./context.js";

let clock; // as it was told last
let told = 0;

const now = () => new Date(Date.parse(clock.time) + (clock.running ? performance.now() - told : 0));

const iso = (date) => date.toISOString().replace(/\.\d+Z$/, "Z");

function tick() {
  if (!clock) return;
  const text = iso(now());
  const short = text.replace("T", " ").replace("Z", "");
  $("clock-now").textContent = clock.running ? short : short + " held";
  $("clock-now").className = clock.running ? "clock" : "clock held";
  $("clock-now").setAttribute("aria-label", `The mock's clock: ${short} UTC${clock.running ? "" : ", held"}`);
  if ($("state").hidden) return;
  $("clock-time").textContent = short + " UTC";
  $("clock-time").dateTime = text;
}

function take(answer) {
  clock = answer;
  told = performance.now();
  $("clock-state").textContent = clock.running ? "running" : "held";
  $("clock-state").className = clock.running ? "badge ok" : "badge warn";
  $("clock-buttons").querySelector("[data-clock]").textContent = clock.running ? "Hold" : "Let it run";
  tick();
}

export const loadClock = async () => take(await call("GET", "/clock"));

const change = (body) => attempt(async () => take(await call("PATCH", "/clock", { body })));

function clockButton(event) {
  const { clock: what, advance } = event.target.dataset;
  if (advance) return change({ advance });
  if (what === "hold") return change({ running: !clock.running });
  if (what === "system") {
    return attempt(async () => {
      await call("DELETE", "/clock");
      await loadClock();
    });
  }
  return undefined;
}

async function setClock(event) {
  event.preventDefault();
  const { time, advance } = event.target.elements;
  const body = { time: time.value.trim() || undefined, advance: advance.value.trim() || undefined };
  if (!body.time && !body.advance) return;
  if (await attempt(async () => { take(await call("PATCH", "/clock", { body })); return true; }, "The clock is set.")) event.target.reset();
}

// changed tells the other views that the items are others.
async function changed() {
  tell("state");
  await refresh();
}

async function seed(event) {
  event.preventDefault();
  const { count: n, seed: number, profile, workspace } = event.target.elements;
  // A seed may have more digits than a number of JavaScript.
  const body = ["\"count\":" + Number(n.value), /^\d+$/.test(number.value) && "\"seed\":" + BigInt(number.value),
    profile.value && "\"profile\":" + JSON.stringify(profile.value),
    page.health?.scope && workspace.value.trim() && "\"workspace\":" + JSON.stringify(workspace.value.trim())].filter(Boolean);
  await attempt(async () => {
    const { added } = await call("POST", "/seed", { body: `{${body.join()}}` });
    toast(`${count(added, "item")} added.`);
    await changed();
  });
}

const reset = (query, done) => attempt(async () => {
  await call("POST", "/reset", { query });
  await changed();
}, done);

function snapshotRow(snapshot) {
  const items = Object.entries(snapshot.items ?? {}).map(([name, n]) => `${n.toLocaleString("en")} ${name}`).join(", ");
  const button = (label, action, done, kind = "") => el("button", { type: "button", class: kind, "aria-label": `${label} ${plain(snapshot.name)}`,
    onclick: () => attempt(action, done) }, label);
  return el("tr", {}, el("td", { class: "wide mono" }, plain(snapshot.name)), el("td", {}, plain(items)),
    el("td", { class: "actions" },
      button("Restore", async () => {
        await call("POST", "/restore", { body: { name: snapshot.name } });
        await changed();
      }, `The state is that of ${snapshot.name}.`), " ",
      snapshot.name !== "start" && button("Delete", async () => {
        await call("DELETE", "/snapshots/" + segment(snapshot.name));
        await loadSnapshots();
      }, "The snapshot is deleted.", "quiet")));
}

async function loadSnapshots() {
  const { snapshots } = await call("GET", "/snapshots");
  $("snapshot-rows").replaceChildren(snapshots.length === 0 ? el("p", { class: "hint" }, "None yet.")
    : el("div", { class: "table" }, el("table", {}, el("thead", {}, el("tr", {}, ["Name", "Items", ""].map((t) => el("th", { scope: "col" }, t)))),
      el("tbody", {}, snapshots.map(snapshotRow)))));
}

async function snapshot(event) {
  event.preventDefault();
  const { name } = event.target.elements;
  const done = await attempt(async () => {
    await call("POST", "/snapshot", { body: { name: name.value.trim() } });
    await loadSnapshots();
    return true;
  }, "Snapshot taken.");
  if (done) event.target.reset();
}

function settle() {
  const scoped = Boolean(page.health?.scope);
  $("state-hint").textContent = page.session ? `of session ${plain(page.session)}` : "of the shared session";
  $("seed-workspace-pick").hidden = !scoped;
  $("reset-workspace").hidden = !scoped || !page.workspace;
  $("reset-workspace").textContent = "Reset workspace " + plain(page.workspace);
  const { workspace } = $("seed-form").elements;
  if (document.activeElement !== workspace) workspace.value = page.workspace;
}

export function show() {
  settle();
  return attempt(() => Promise.all([loadClock(), loadSnapshots()]));
}

export function start() {
  $("clock-buttons").addEventListener("click", clockButton);
  $("clock-form").addEventListener("submit", setClock);
  $("seed-form").addEventListener("submit", seed);
  $("snapshot-form").addEventListener("submit", snapshot);
  $("reset").addEventListener("click", () => reset({}, "The state is as at start."));
  $("reset-workspace").addEventListener("click", () => reset(scope(), `${page.workspace} is as at start.`));
  setInterval(tick, 1000);
  watch((what) => {
    if (isProxy()) return;
    if (what === "health" || what === "session") loadClock().catch(() => {});
    if ($("state").hidden) return;
    settle();
    if (what === "session") loadSnapshots().catch(() => {});
  });
}

