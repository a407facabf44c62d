// Shows violations, and JSON with violations at the lines that they are about.
import { badge, el, plain } from "./dom.js";
import { lines, tokens } from "./json.js";

const shownValues = 24;
const shownLines = 3000;

const text = (value) => plain(typeof value === "string" ? value : JSON.stringify(value));

function allowed(violation) {
  if (violation.expected === undefined) return null;
  const list = Array.isArray(violation.expected) ? violation.expected : [violation.expected];
  const chip = (value) => el("code", { class: value === violation.suggestion ? "near" : undefined }, text(value));
  const first = list.slice(0, shownValues);
  if (violation.suggestion !== undefined && !first.includes(violation.suggestion)
    && list.includes(violation.suggestion)) first.unshift(violation.suggestion);
  const more = list.length - first.length;
  return el("div", { class: "allowed" }, el("span", {}, list.length > 1 ? "allowed" : "expected"), first.map(chip),
    more > 0 && el("span", {}, `and ${more} more`));
}

// placeOf returns where a violation is, in words.
export const placeOf = (v) => plain([v.in, v.name ?? v.pointer].filter(Boolean).join(" "));

// documentOf returns the place of a rule in the document as editors open it.
export const documentOf = (v) => (v.document?.file
  ? plain(v.document.line ? `${v.document.file}:${v.document.line}` : v.document.file) : "");

// card shows a violation with what would be right.
export function card(violation) {
  return el("div", { class: "violation" },
    el("div", { class: "what" }, badge(violation.rule, "warn"), el("span", { class: "place mono" }, placeOf(violation)),
      documentOf(violation) && el("code", { title: "where the document says so" }, documentOf(violation))),
    inWords(violation), allowed(violation));
}

// inWords is the message; where the allowed values stand beside it, without their list.
function inWords(v) {
  if (!Array.isArray(v.expected) || v.expected.length < 2 || v.actual === undefined) return el("div", {}, plain(v.message));
  return el("div", { title: plain(v.message) }, "found ", el("code", {}, plain(JSON.stringify(v.actual))),
    v.suggestion !== undefined && [", did you mean ", el("code", { class: "near" }, text(v.suggestion)), "?"]);
}

// nearest returns the line that a pointer leads to, or to what is around it.
function nearest(byPointer, pointer) {
  for (let list = tokens(pointer); ; list = list.slice(0, -1)) {
    const line = byPointer.get(list.map((t) => "/" + t.replace(/~/g, "~0").replace(/\//g, "~1")).join(""));
    if (line || list.length === 0) return line;
  }
}

// json shows a value, given as text, with violations below the lines that they are about.
export function json(raw, found = [], label = "JSON") {
  const all = lines(raw);
  const block = el("div", { class: "code-block", tabindex: "0", role: "group", "aria-label": label });
  const byPointer = new Map();
  const nodes = all.slice(0, shownLines).map((line) => {
    const node = el("div", { class: "line" }, "  ".repeat(line.depth),
      line.key !== undefined && el("span", { class: "key" }, plain(JSON.stringify(line.key))),
      line.key !== undefined && ": ",
      line.kind ? el("span", { class: line.kind }, plain(line.text)) : line.text, line.comma);
    if (line.pointer !== undefined) byPointer.set(line.pointer, node);
    return node;
  });
  block.append(...nodes);
  if (all.length > shownLines) block.append(el("p", { class: "hint" }, `and ${all.length - shownLines} more lines`));
  for (const violation of found) {
    const line = nearest(byPointer, violation.pointer ?? "");
    if (!line) {
      block.prepend(card(violation));
      continue;
    }
    line.classList.add("at");
    let after = line;
    while (after.nextSibling?.classList?.contains("violation")) after = after.nextSibling;
    after.after(card(violation));
  }
  return block;
}
