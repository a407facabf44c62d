// The items of a workspace.
import { $, arrows, attempt, count, el, empty, options, plain } from "./dom.js";
import { page, send } from "./api.js";
import { goesOn, scope, segment, watch } from "./context.js";
import { elements, member } from "./json.js";
import { close, edit, isDirty } from "./editor.js";

const step = 300; // items that are put on the page at once
const many = 20000; // that are only read when somebody wants them

const list = $("item-rows");
let state; // its text; undefined until it is read
let raws = []; // of the collection, as texts
let collection;
let chosen; // identity
let limit = step;
let wanted = false; // although there are many

const named = (name) => page.collections.find((c) => c.name === name);

// identityOf returns the identity of an item as the control's paths have it.
export function identityOf(c, raw) {
  if (c.singleton) return "only";
  const value = member(raw, c.identity);
  return value === undefined ? undefined : value.startsWith('"') ? JSON.parse(value) : value;
}

// titleOf returns what people would call an item.
function titleOf(raw) {
  for (const name of ["name", "title", "displayName", "label", "subject", "email", "description"]) {
    const value = member(raw, name);
    if (value?.startsWith('"') && value.length > 2) return JSON.parse(value);
  }
  return undefined;
}

function rowOf(raw) {
  const id = identityOf(collection, raw) ?? "?";
  const title = titleOf(raw);
  const status = member(raw, "status");
  const current = id === chosen;
  return el("li", {}, el("a", {
    class: "row", href: `#/items/${segment(collection.name)}/${segment(id)}`, "data-id": id,
    tabindex: current ? "0" : "-1", "aria-current": current && "true",
  }, el("span", {}, el("span", { class: "name" }, plain(title ?? id)), title !== undefined && el("span", { class: "id mono" }, plain(id))),
  status?.startsWith('"') && el("span", { class: "badge" }, plain(JSON.parse(status)))));
}

function render() {
  const terms = $("items-filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = terms.length === 0 ? raws : raws.filter((raw) => {
    const text = raw.toLowerCase();
    return terms.every((term) => text.includes(term));
  });
  const focused = list.contains(document.activeElement) && document.activeElement.dataset.id;
  list.replaceChildren(...found.slice(0, limit).map(rowOf));
  list.hidden = found.length === 0;
  if (!list.querySelector('[tabindex="0"]')) list.querySelector(".row")?.setAttribute("tabindex", "0");
  if (focused) [...list.querySelectorAll(".row")].find((row) => row.dataset.id === focused)?.focus();
  const foot = $("items-foot");
  foot.textContent = found.length === raws.length ? count(raws.length, "item") : `${found.length} of ${count(raws.length, "item")}`;
  if (found.length > limit) {
    foot.append(" ", el("button", { type: "button", onclick: () => { limit += 10 * step; render(); } }, "Show more"));
  }
  const place = $("items-empty");
  place.replaceChildren();
  if (raws.length === 0) {
    place.append(empty(`No ${plain(collection.name)} here`, el("p", {}, page.health?.scope ? "The workspace has none. " : "",
      el("a", { href: "#/state" }, "Seed some"), " or ", el("a", { href: "#/operations" }, "create one"), ".")));
  } else if (found.length === 0) place.append(empty("No item matches"));
}

function ask(n) {
  list.replaceChildren();
  $("items-foot").textContent = "";
  $("items-empty").replaceChildren(empty(`The session has ${count(n, "item")}`, el("p", {}, "To read them all may take a while."),
    el("button", { type: "button", onclick: () => { wanted = true; load(); } }, "Read them")));
}

async function load() {
  const total = Object.values(page.health?.items ?? {}).reduce((sum, n) => sum + n, 0);
  if (total > many && !wanted) return ask(total);
  const text = await send("GET", "/state", { query: scope() });
  if (text === state) return undefined;
  state = text;
  return take();
}

function take() {
  if (!collection) {
    $("items-empty").replaceChildren(empty("The document has no collections", el("p", {}, "Its operations are answered by example.")));
    return close();
  }
  raws = elements(member(state ?? "{}", collection.name) ?? "[]");
  render();
  const raw = chosen !== undefined && raws.find((item) => identityOf(collection, item) === chosen);
  if (chosen !== undefined && !raw) return close(`There is no ${plain(chosen)} among the ${plain(collection.name)} any more`);
  if (raw && !isDirty(raw)) edit(collection, chosen, raw, saved);
  else if (!raw) close();
  return undefined;
}

// saved takes over an item as it is after a change.
function saved(before, raw) {
  const i = raws.indexOf(before);
  if (i >= 0) raws[i] = raw;
  state = undefined;
  render();
  load().catch(() => {});
}

export function show(name, id) {
  collection = named(name) ?? page.collections[0];
  options($("collection"), page.collections.map((c) => [c.name, c.name]), collection?.name);
  $("collection").hidden = page.collections.length < 2;
  chosen = id;
  $("items").classList.toggle("open", id !== undefined);
  if (state !== undefined) take();
  return load().catch((error) => {
    $("items-empty").replaceChildren(empty("The state cannot be read", el("p", {}, plain(error.message))));
  });
}

export function start() {
  $("items-filter").addEventListener("input", () => { limit = step; render(); });
  $("items-filter").addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") list.querySelector(".row")?.focus();
  });
  $("collection").addEventListener("change", (event) => { location.hash = "#/items/" + segment(event.target.value); });
  $("items-refresh").addEventListener("click", () => attempt(async () => { wanted = true; await load(); }, "These are the items as they are now."));
  arrows(list, ".row");
  let later;
  watch((what) => {
    if (what === "document") {
      collection = collection && named(collection.name);
      state = undefined;
    }
    if (what === "session" || what === "workspace") {
      state = undefined;
      wanted = false;
      limit = step;
      raws = [];
      if (chosen !== undefined && !$("items").hidden) location.hash = "#/items/" + segment(collection?.name ?? "");
    }
    if (!["document", "session", "workspace", "state"].includes(what) || $("items").hidden) return;
    later ??= setTimeout(() => {
      later = undefined;
      goesOn().then((there) => there && load()).catch(() => {});
    }, what === "state" && state?.length > 1e6 ? 5000 : 200);
  });
}

