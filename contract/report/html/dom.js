// Builds the page. What comes from the report becomes text nodes and values of attributes, never markup; the page's own
// policy (require-trusted-types-for) makes the browser refuse anything else.

const byId = (id) => document.getElementById(id);
const svgTags = new Set(["svg", "rect", "line"]);

// make returns an element. Attributes named on… are listeners; those that are undefined, null or false are left out.
function make(tag, attributes, ...content) {
  const node = svgTags.has(tag) ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const name in attributes) {
    const value = attributes[name];
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  for (const part of content.flat(2)) {
    if (part !== undefined && part !== null && part !== false && part !== "") node.append(part);
  }
  return node;
}

// visible returns a text in which nothing hides: what is not seen, or turns the text around it, is escaped.
function visible(text) {
  return String(text).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (c) => {
    if (c === "\n" || c === "\t") return c;
    const code = c.codePointAt(0).toString(16);
    return code.length > 4 ? `\\u{${code}}` : "\\u" + code.padStart(4, "0");
  });
}

const label = (text, kind = "") => make("span", { class: "badge " + kind }, visible(text));
const button = (text, onclick, kind = "") => make("button", { type: "button", class: kind || undefined, onclick }, text);

// methodLabel shows GET /path with the method in its colour.
function methodLabel(request) {
  const [method, ...rest] = request.split(" ");
  const name = method.toLowerCase().replace(/[^a-z]/g, "");
  return [make("span", { class: "method m-" + name }, visible(method)), " ", visible(rest.join(" "))];
}

const number = (n) => n.toLocaleString("en");
const plural = (n, one, many = one + "s") => `${number(n)} ${n === 1 ? one : many}`;

// milliseconds returns a duration with about three digits.
function milliseconds(ms) {
  if (ms >= 100_000) return (ms / 1000).toFixed(0) + " s";
  if (ms >= 1000) return (ms / 1000).toFixed(ms >= 10_000 ? 1 : 2) + " s";
  return (ms >= 100 ? ms.toFixed(0) : ms >= 10 ? ms.toFixed(1) : ms.toFixed(2)) + " ms";
}

// place returns a position in the document, or in a fixture file, as editors open it.
const place = (position) => (position?.file ? position.file + (position.line ? ":" + position.line : "") : "");

// oneLine returns a JSON value on one line, "nothing" where there is none.
function oneLine(value) {
  if (value === undefined || value === null) return "nothing";
  const text = JSON.stringify(value);
  return text.length > 400 ? text.slice(0, 400) + "…" : text;
}

let fading;
function toast(text) {
  const box = byId("toast");
  box.textContent = text;
  box.classList.add("shown");
  clearTimeout(fading);
  fading = setTimeout(() => box.classList.remove("shown"), 3000);
}

// copy puts a text on the clipboard. Not all browsers give files navigator.clipboard.
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = make("textarea", { class: "offscreen", "aria-hidden": "true", tabindex: "-1" });
    const before = document.activeElement;
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    before?.focus();
    if (!done) return toast("The browser does not let the page copy.");
  }
  return toast("Copied.");
}

// command shows a shell command with a button that copies it: what is seen, escapes included.
function command(name, text) {
  const shown = visible(text);
  return make("div", { class: "command" }, make("pre", { tabindex: "0", "aria-label": name }, shown),
    make("button", { type: "button", class: "quiet", "aria-label": "Copy the " + name, onclick: () => copy(shown) }, "Copy"));
}

// more shows the first elements of a list, and the others on demand.
function more(list, limit, draw, into) {
  let shown = 0;
  const rest = button("", () => next());
  const next = () => {
    const part = list.slice(shown, shown + limit);
    const nodes = part.map((item, i) => draw(item, shown + i));
    shown += part.length;
    rest.remove();
    into.append(...nodes);
    if (shown < list.length) {
      rest.textContent = `Show ${number(Math.min(limit, list.length - shown))} of ${number(list.length - shown)} more`;
      into.append(rest);
    }
  };
  next();
  return into;
}
