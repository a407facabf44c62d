// The live list of requests.
import { $, announce, arrows, attempt, count, badge, el, empty, faultMark, method, plain, statusKind, timeOf } from "./dom.js";
import { call, page } from "./api.js";
import { goesOn, tell, watch } from "./context.js";
import { close, open } from "./request.js";

const most = 1000; // rows
const waiting = 20; // seconds of one call
const breath = 150; // milliseconds between two calls, so that a storm of requests is shown in heaps

const list = $("request-rows");
const rows = new Map(); // by sequence: {entry, node, words}
let last = 0;
let dropped = 0;
let only = "all";
let following;
let shown; // sequence

// wrongIn returns the violations of both sides; a mock's answers have none.
const wrongIn = (entry) => [...entry.violations ?? [], ...entry.responseViolations ?? []];

const refused = (entry) => wrongIn(entry).length > 0;

const took = (ms) => (ms < 1 ? ms.toFixed(2) : ms < 10 ? ms.toFixed(1) : String(Math.round(ms)));

function nodeOf(entry) {
  const marks = [];
  for (const [side, violations] of [["", entry.violations ?? []], ["answer: ", entry.responseViolations ?? []]]) {
    if (!violations.length) continue;
    const mark = badge(side + violations[0].rule + (violations.length > 1 ? ` +${violations.length - 1}` : ""), "warn");
    mark.title = violations.map((v) => plain(v.message)).join("\n").slice(0, 2000);
    marks.push(mark);
  }
  if (entry.fault) marks.push(faultMark(entry.fault));
  const kind = [refused(entry) && "refused", entry.fault && "faulty"].filter(Boolean).join(" ");
  return el("li", {}, el("a", {
    class: "row " + kind, href: "#/requests/" + entry.sequence, tabindex: "-1", "data-sequence": entry.sequence,
  }, el("span", { class: "code " + statusKind(entry.status) }, String(entry.status || "—")),
  el("span", { class: "when" }, timeOf(entry.time)), method(entry.method),
  el("span", { class: "path" }, el("span", { class: "mono", title: plain(entry.path) }, plain(entry.path)), marks),
  el("span", { class: "took right" }, took(entry.durationMs))));
}

function wordsOf(e) {
  const found = wrongIn(e).map((v) => `${v.rule} ${v.pointer ?? ""} ${v.name ?? ""} ${v.message}`);
  return [e.method, e.path, e.status, Math.floor(e.status / 100) + "xx", e.operation, e.workspace, e.fault && "fault " + e.fault, e.unjudged && "unjudged",
    ...found].join(" ").toLowerCase();
}

const terms = () => $("filter").value.toLowerCase().split(/\s+/).filter(Boolean);

function matches({ entry, words }, wanted) {
  if (only === "refused" && !refused(entry) || only === "faults" && !entry.fault) return false;
  return wanted.every((term) => words.includes(term));
}

function glow(link) {
  link.classList.add("fresh");
  link.addEventListener("animationend", () => link.classList.remove("fresh"), { once: true });
}

// add puts entries, oldest first, at the top of the list, and drops what is too old.
function add(entries, fresh) {
  const wanted = terms();
  const nodes = [];
  for (const entry of entries) {
    const row = { entry, node: nodeOf(entry), words: wordsOf(entry) };
    row.node.hidden = !matches(row, wanted);
    if (fresh && entries.length < 20) glow(row.node.firstChild);
    if (entry.sequence === shown) row.node.firstChild.setAttribute("aria-current", "true");
    rows.set(entry.sequence, row);
    nodes.unshift(row.node);
  }
  list.prepend(...nodes);
  for (const [sequence, row] of rows) {
    if (rows.size <= most) break;
    drop(sequence, row);
  }
}

function drop(sequence, row) {
  row.node.remove();
  rows.delete(sequence);
}

// settle makes the rows those of the whole journal: it may have been emptied, or be another one.
function settle(entries) {
  const there = new Map(entries.map((e) => [e.sequence, e]));
  for (const [sequence, row] of rows) {
    if (there.get(sequence)?.time !== row.entry.time) drop(sequence, row);
  }
  const newest = Math.max(0, ...rows.keys());
  add(entries.filter((e) => e.sequence > newest), false);
}

function summarize() {
  const visible = [...rows.values()].filter((row) => !row.node.hidden).length;
  $("n-requests").textContent = rows.size ? rows.size.toLocaleString("en") : "";
  $("requests-foot").textContent = rows.size === 0 ? ""
    : (visible === rows.size ? count(visible, "request") : `${visible} of ${count(rows.size, "request")}`)
      + (dropped > 0 ? `; ${count(dropped, "older one")} gone` : "");
  list.hidden = visible === 0;
  if (!list.querySelector('.row[tabindex="0"]')) list.querySelector("li:not([hidden]) .row")?.setAttribute("tabindex", "0");
  const place = $("requests-empty");
  place.replaceChildren();
  if (rows.size === 0) {
    place.append(empty("No requests yet", el("p", {}, "Requests to ", el("code", {}, location.origin), page.session
      ? " with ": "", page.session && el("code", {}, "X-Mock-Session: " + page.session), " appear here as they come in."),
    el("p", {}, el("a", { href: "#/operations" }, "Send one from here"))));
  } else if (visible === 0) {
    place.append(empty("No request matches", el("button", { type: "button", onclick: unfilter }, "Show all")));
  }
}

function refilter() {
  const wanted = terms();
  for (const row of rows.values()) row.node.hidden = !matches(row, wanted);
  summarize();
}

function unfilter() {
  $("filter").value = "";
  choose("all");
  $("filter").focus();
}

function choose(what) {
  only = what;
  for (const button of document.querySelectorAll("[data-only]")) {
    button.setAttribute("aria-pressed", String(button.dataset.only === what));
  }
  refilter();
}

function live(on, text) {
  $("live").className = on ? "live on" : "live off";
  if ($("live").textContent !== text) $("live").textContent = text;
}

const pause = (ms, signal) => new Promise((resolve) => {
  const timer = setTimeout(resolve, ms);
  signal.addEventListener("abort", () => { clearTimeout(timer); resolve(); }, { once: true });
});

let unheard = 0;
let heard = 0;

// hear tells those who do not see the list of new requests, not more often than every few seconds.
function hear(n) {
  unheard += n;
  if (performance.now() - heard < 4000 || $("requests").hidden) return;
  heard = performance.now();
  announce(count(unheard, "new request"));
  unheard = 0;
}

// follow reads the journal until it is told to stop: all of it, and then what comes.
async function follow(signal) {
  let whole = true;
  let trouble = 0;
  while (!signal.aborted) {
    try {
      const query = whole ? { view: "summary", limit: most } : { view: "summary", after: last, wait: waiting };
      const answer = await call("GET", "/requests", { query, signal });
      if (signal.aborted) return;
      trouble = 0;
      live(true, "live");
      if (!whole && answer.last < last) { // another mock
        whole = true;
        continue;
      }
      if (whole) settle(answer.requests);
      else add(answer.requests, true);
      dropped = answer.dropped;
      last = answer.last ?? answer.requests.at(-1)?.sequence ?? last;
      summarize();
      if (answer.requests.length && !whole) {
        hear(answer.requests.length);
        tell("requests");
        if (answer.requests.some((e) => e.method !== "GET" && e.method !== "HEAD" && e.status < 400)) tell("state");
      }
      if (!whole && !answer.requests.length && !await goesOn()) return;
      whole = false;
      await pause(breath, signal);
    } catch (error) {
      if (error.name === "AbortError") return;
      live(false, error.status ? "refused: " + error.message : "no connection");
      whole = true;
      await pause(Math.min(1000 * ++trouble, 5000), signal);
    }
  }
}

// restart follows anew. A page that nobody sees asks for nothing: a browser has few connections to one server.
function restart(anew) {
  following?.abort();
  if (anew) {
    rows.clear();
    list.replaceChildren();
    last = 0;
    summarize();
  }
  following = undefined;
  if (document.hidden) return;
  following = new AbortController();
  follow(following.signal);
}

export function show(sequence) {
  list.querySelector("[aria-current]")?.removeAttribute("aria-current");
  shown = sequence ? Number(sequence) : undefined;
  $("requests").classList.toggle("open", shown !== undefined);
  if (shown === undefined) return close();
  const row = rows.get(shown)?.node.firstChild;
  row?.setAttribute("aria-current", "true");
  row?.dispatchEvent(new FocusEvent("focusin", { bubbles: true })); // so that Tab comes back to it
  return open(shown);
}

export function start() {
  $("filter").addEventListener("input", refilter);
  $("filter").addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    list.querySelector("li:not([hidden]) .row")?.focus();
  });
  for (const button of document.querySelectorAll("[data-only]")) {
    button.addEventListener("click", () => choose(button.dataset.only));
  }
  $("clear").addEventListener("click", () => attempt(async () => {
    await call("DELETE", "/requests");
    if (shown !== undefined) location.hash = "#/requests";
    restart(true);
  }, "The list is empty."));
  let moving;
  arrows(list, ".row", (row) => {
    if (shown === undefined || getComputedStyle($("request-detail")).display === "none") return;
    clearTimeout(moving); // those who hold a key down want the last one
    moving = setTimeout(() => location.replace(row.getAttribute("href")), 60);
  });
  document.addEventListener("visibilitychange", () => restart(false));
  addEventListener("focus", () => restart(false)); // it may have been emptied meanwhile
  watch((what) => { if (what === "session") restart(true); });
  restart(true);
}
