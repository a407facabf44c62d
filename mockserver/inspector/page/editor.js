// Edits one item, by its fields or as JSON. Both change the same draft; only the members that differ are sent.
import { $, attempt, copy, el, empty, plain, toast } from "./dom.js";
import { send } from "./api.js";
import { scope, segment } from "./context.js";
import { at, changes, check, compact, escaped, isObject, members, pretty, put } from "./json.js";
import { field } from "./field.js";
import { card } from "./violations.js";

const detail = $("item-detail");
let item; // {collection, id, raw, saved}
let draft = "";
let problems = [];
let tab = "fields";

export function close(why) {
  item = undefined;
  detail.replaceChildren(back(), why ? empty(why) : empty("No item chosen", el("p", {}, "Choose one to see and change any of its fields.")));
}

// isDirty reports whether the item that is edited has changes that are not saved, or is this one already.
export const isDirty = (raw) => item !== undefined && (item.raw === raw || changes(item.raw, draft) !== undefined);

export function edit(collection, id, raw, saved) {
  if (item?.id === id && item.collection === collection && item.raw === raw) return;
  item = { collection, id, raw, saved };
  draft = raw;
  problems = [];
  render();
  detail.scrollTop = 0;
}

const back = () => el("a", { class: "back", href: "#/items" + (item ? "/" + segment(item.collection.name) : "") }, "← Items");

const tabs = [["fields", "Fields"], ["json", "JSON"]];

function choose(name) {
  if (name !== tab && tab === "json" && !readText()) return;
  tab = name;
  render();
  detail.querySelector(`[data-tab="${name}"]`).focus();
}

function render() {
  detail.replaceChildren(
    back(),
    el("div", { class: "headline" }, el("h2", {}, plain(item.id))),
    el("div", { class: "buttons" },
      el("div", { class: "chips", role: "group", "aria-label": "Edit by" }, tabs.map(([name, label]) => el("button", {
        type: "button", "aria-pressed": String(name === tab), "data-tab": name, onclick: () => choose(name) }, label))),
      el("button", { type: "button", onclick: () => copy(pretty(draft), "item") }, "Copy as JSON")),
    el("form", { id: "item-form", onsubmit: save, autocomplete: "off" },
      tab === "fields" ? fields() : text(),
      el("div", { id: "item-problems" }),
      el("div", { class: "save" },
        el("button", { type: "submit", class: "main", id: "item-save" }, "Save"),
        el("button", { type: "button", id: "item-revert", onclick: revert }, "Revert"),
        el("span", { class: "hint", id: "item-changes", role: "status" }))));
  settle();
}

// settle shows what the draft changes.
function settle() {
  const changed = changes(item.raw, draft);
  const names = members(changed ?? "{}").map(([name]) => name);
  $("item-save").disabled = names.length === 0 && tab === "fields";
  $("item-revert").disabled = names.length === 0 && tab === "fields";
  $("item-changes").textContent = names.length === 0 ? "" : "Changes " + plain(names.slice(0, 6).join(", "))
    + (names.length > 6 ? ` and ${names.length - 6} more` : "");
  for (const node of detail.querySelectorAll(".field")) {
    const { pointer } = node.dataset;
    const [before, now] = [at(item.raw, pointer), at(draft, pointer)].map((v) => v !== undefined && compact(v));
    node.classList.toggle("changed", before !== now);
  }
  const unplaced = problems.filter((v) => {
    const node = [...detail.querySelectorAll(".field")].find((f) => v.pointer && f.dataset.pointer === v.pointer);
    if (node && !node.querySelector(".violation")) node.append(card(v));
    return !node;
  });
  $("item-problems").replaceChildren(...unplaced.map(card));
}

const deepest = 3; // objects in objects that become fields of their own
const widest = 20; // members of such an object

// listed returns the fields that an object has: those that the document declares in its order, and then others.
// Objects become fields of their members, if those are few.
function listed(raw, pointer, depth) {
  const known = item.collection.fields.filter((f) => f.pointer.slice(0, f.pointer.lastIndexOf("/")) === pointer);
  const there = new Map(members(raw).map(([name, value]) => [`${pointer}/${escaped(name)}`, value]));
  const others = [...there.keys()].filter((p) => !known.some((f) => f.pointer === p)).map((p) => ({ pointer: p, types: [] }));
  return [...known, ...others].filter((f) => there.has(f.pointer)).flatMap((f) => {
    const value = there.get(f.pointer);
    const n = isObject(value) ? members(value).length : 0;
    return n > 0 && n <= widest && depth < deepest ? listed(value, f.pointer, depth + 1) : [f];
  });
}

function fields() {
  const there = listed(draft, "", 1);
  const absent = item.collection.fields.filter((f) => at(draft, f.pointer) === undefined && !isPartOfAbsent(f.pointer));
  const make = (f) => field(f, at(draft, f.pointer), (value) => {
    draft = put(draft, f.pointer, value);
    problems = problems.filter((v) => v.pointer !== f.pointer);
    detail.querySelectorAll(".field").forEach((n) => n.dataset.pointer === f.pointer && n.querySelector(".violation")?.remove());
    settle();
  });
  return there.map(make).concat(absent.length === 0 ? [] : el("details", { class: "block" },
    el("summary", {}, `Not set (${absent.length})`), absent.map(make)));
}

// isPartOfAbsent reports whether a field stands in an object that is not there: then that one is shown alone.
function isPartOfAbsent(pointer) {
  const parent = pointer.slice(0, pointer.lastIndexOf("/"));
  if (parent === "") return false;
  const value = at(draft, parent);
  return value === undefined || !isObject(value);
}

function text() {
  return [
    el("label", { class: "offscreen", for: "item-text" }, "The item as JSON"),
    el("textarea", { id: "item-text", rows: Math.min(40, pretty(draft).split("\n").length + 1), spellcheck: "false",
      value: pretty(draft), oninput: () => { problems = []; } }),
    el("p", { class: "error", id: "item-text-error", role: "alert", hidden: true }),
  ];
}

// readText makes the text the draft, and reports whether it is a JSON object.
function readText() {
  const value = $("item-text").value;
  const error = $("item-text-error");
  error.hidden = true;
  try {
    check(value);
    if (!isObject(value)) throw new Error("An item is an object: { … }");
  } catch (problem) {
    error.textContent = plain(problem.message);
    error.hidden = false;
    return false;
  }
  draft = value;
  return true;
}

function revert() {
  draft = item.raw;
  problems = [];
  render();
}

async function save(event) {
  event.preventDefault();
  if (tab === "json" && !readText()) return;
  const body = changes(item.raw, draft);
  if (body === undefined) {
    toast("Nothing has changed.");
    return;
  }
  await attempt(async () => {
    const was = item;
    const path = `/state/${segment(was.collection.name)}/${segment(was.id)}`;
    let raw;
    try {
      raw = await send("PATCH", path, { query: scope(), body });
    } catch (error) {
      problems = error.details ?? [];
      settle();
      detail.querySelector(".violation")?.scrollIntoView({ block: "nearest" });
      throw error;
    }
    problems = [];
    was.saved(was.raw, raw);
    if (item !== was) return; // another one has been chosen meanwhile
    item = { ...was, raw };
    draft = raw;
    const top = detail.scrollTop;
    render();
    detail.scrollTop = top;
    $("item-changes").textContent = "Saved.";
  }, "Saved.");
}
