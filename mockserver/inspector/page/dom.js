// Builds the page. Text from elsewhere becomes text nodes and attribute values, never markup: the policy that the
// page is served with (require-trusted-types-for) makes the browser refuse anything else.

export const $ = (id) => document.getElementById(id);

// el makes an element. Properties that start with "on" are listeners, false and undefined ones are left out.
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === false || value === null) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked" || name === "selected") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(2).filter((c) => c !== undefined && c !== null && c !== false && c !== ""));
  return node;
}

// plain shows what would be invisible, or would change the direction of the text around it, as escapes.
export function plain(text) {
  return String(text).replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"));
}

export const badge = (text, kind = "") => el("span", { class: "badge " + kind }, plain(text));

// faultMark marks what was asked for: "f1: status 503", "latency: delay 80ms".
export function faultMark(text) {
  const mark = badge(text, "fault");
  mark.title = "A fault: " + plain(text);
  return mark;
}

// statusKind is the class of the colour of a status.
export function statusKind(status) {
  if (status >= 500) return "bad";
  if (status >= 400) return "warn";
  return status >= 300 ? "info" : "ok";
}

export const method = (name) => el("span", { class: "method m-" + name.toLowerCase().replace(/[^a-z]/g, "") }, plain(name));

export const empty = (title, ...more) => el("div", { class: "empty" }, el("p", { class: "empty-title" }, title), ...more);

export function options(select, list, chosen) {
  select.replaceChildren(...list.map(([value, label]) => el("option", { value }, plain(label))));
  if (list.some(([value]) => value === chosen)) select.value = chosen;
}

export function timeOf(text) {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return plain(text);
  const two = (n, width = 2) => String(n).padStart(width, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${two(date.getMilliseconds(), 3)}`;
}

export function dateOf(text) {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? plain(text) : date.toLocaleString();
}

export const count = (n, one, many = one + "s") => `${Number(n).toLocaleString("en")} ${n === 1 ? one : many}`;

// announce tells those who do not see the page what has happened.
let announcing;
export function announce(text) {
  clearTimeout(announcing);
  announcing = setTimeout(() => { $("announcer").textContent = text; }, 100);
}

// toast says briefly, in a corner, that something is done or has failed.
let toasting;
export function toast(text, bad = false) {
  const box = $("toast");
  box.textContent = plain(text);
  box.className = bad ? "toast shown bad" : "toast shown";
  clearTimeout(toasting);
  toasting = setTimeout(() => { box.className = "toast"; }, bad ? 8000 : 3500);
}

// attempt runs an action of a button and says why it fails.
export async function attempt(action, done) {
  try {
    const result = await action();
    if (done) toast(done);
    return result;
  } catch (error) {
    if (error.name !== "AbortError") toast(error.message, true);
    return undefined;
  }
}

// copy puts text on the clipboard. The second way is for pages that are not on this machine, which have no access
// to navigator.clipboard without TLS.
export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = el("textarea", { class: "offscreen", "aria-hidden": "true", tabindex: "-1", value: text });
    const back = document.activeElement;
    document.body.append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    back?.focus();
    if (!copied) return toast(`The browser does not let the page copy the ${what}.`, true);
  }
  return toast(`Copied the ${what}.`);
}

// arrows lets the arrow keys, Home and End move the focus through the items of a list, of which Tab reaches one.
export function arrows(list, selector, moved) {
  list.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const steps = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 };
    const items = [...list.querySelectorAll(selector)].filter((item) => !item.closest("[hidden]"));
    const at = items.indexOf(document.activeElement);
    if (at < 0) return;
    let to = at + (steps[event.key] ?? NaN);
    if (event.key === "Home") to = 0;
    if (event.key === "End") to = items.length - 1;
    if (Number.isNaN(to)) return;
    event.preventDefault();
    const item = items[Math.min(Math.max(to, 0), items.length - 1)];
    item.focus();
    moved?.(item);
  });
  list.addEventListener("focusin", (event) => {
    const item = event.target.closest(selector);
    if (!item) return;
    list.querySelector(selector + '[tabindex="0"]')?.setAttribute("tabindex", "-1");
    item.setAttribute("tabindex", "0");
  });
}
