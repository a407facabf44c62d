// Reads JSON as text, so that numbers keep their digits and members their order: what JSON.parse would lose, an editor
// must not. All functions but check expect text that is JSON.

// check throws the browser's message for text that is not JSON.
export function check(text) { JSON.parse(text); }

function space(text, i) {
  while (i < text.length && text.charCodeAt(i) <= 32) i++;
  return i;
}

// after returns the index behind the value that starts at i.
function after(text, i) {
  let depth = 0;
  for (;;) {
    const c = text[i];
    if (c === '"') {
      for (i++; text[i] !== '"'; i++) if (text[i] === "\\") i++;
      i++;
    } else if (c === "{" || c === "[") {
      depth++;
      i++;
    } else if (c === "}" || c === "]") {
      depth--;
      i++;
    } else if (depth > 0) {
      i++;
      continue;
    } else {
      while (i < text.length && !",]}".includes(text[i]) && text.charCodeAt(i) > 32) i++;
    }
    if (depth === 0) return i;
  }
}

function* parts(text, keys) {
  let i = space(text, space(text, 0) + 1);
  while (i < text.length && text[i] !== "}" && text[i] !== "]") {
    let key;
    if (keys) {
      const end = after(text, i);
      key = JSON.parse(text.slice(i, end));
      i = space(text, space(text, end) + 1);
    }
    const end = after(text, i);
    yield [key, text.slice(i, end)];
    i = space(text, end);
    if (text[i] === ",") i = space(text, i + 1);
  }
}

export const kindOf = (text) => text[space(text, 0)];
export const isObject = (text) => kindOf(text) === "{";
export const isList = (text) => kindOf(text) === "[";

// members returns the members of an object as pairs of name and text.
export const members = (text) => (isObject(text) ? [...parts(text, true)] : []);

// elements returns the texts of the elements of a list.
export const elements = (text) => (isList(text) ? [...parts(text, false)].map(([, value]) => value) : []);

// member returns the text of a member, or undefined.
export const member = (text, name) => members(text).find(([key]) => key === name)?.[1];

const join = (list) => "{" + list.map(([key, value]) => JSON.stringify(key) + ":" + value).join(",") + "}";

// compact returns the value without white space.
export function compact(text) {
  if (isObject(text)) return join(members(text).map(([key, value]) => [key, compact(value)]));
  if (isList(text)) return "[" + elements(text).map(compact).join(",") + "]";
  return text.trim();
}

// pretty returns the value over several lines.
export function pretty(text, indent = "") {
  const more = indent + "  ";
  const list = isObject(text)
    ? members(text).map(([key, value]) => `${JSON.stringify(key)}: ${pretty(value, more)}`)
    : isList(text) && elements(text).map((value) => pretty(value, more));
  if (!list) return text.trim();
  const [open, close] = isObject(text) ? "{}" : "[]";
  return list.length ? `${open}\n${more}${list.join(",\n" + more)}\n${indent}${close}` : open + close;
}

export const tokens = (pointer) => pointer.split("/").slice(1).map((t) => t.replace(/~1/g, "/").replace(/~0/g, "~"));
export const escaped = (name) => name.replace(/~/g, "~0").replace(/\//g, "~1");

// at returns the text of the value at a JSON Pointer, or undefined.
export function at(text, pointer) {
  return tokens(pointer).reduce((value, token) => {
    if (value === undefined) return undefined;
    return isList(value) ? elements(value)[token] : member(value, token);
  }, text);
}

// put returns the value with another one at a JSON Pointer. Objects on the way that are not there are made; undefined
// takes the value away.
export function put(text, pointer, value) {
  const step = (old, path) => {
    if (path.length === 0) return value;
    const [token, ...rest] = path;
    if (old !== undefined && isList(old)) {
      return "[" + elements(old).map((e, i) => (String(i) === token ? step(e, rest) : e)).join(",") + "]";
    }
    const list = old !== undefined && isObject(old) ? members(old) : [];
    const found = list.find(([key]) => key === token);
    const changed = step(found?.[1], rest);
    if (changed === undefined) return join(list.filter(([key]) => key !== token));
    if (found) found[1] = changed;
    else list.push([token, changed]);
    return join(list);
  };
  return step(text, tokens(pointer));
}

// changes returns the object that turns one object into another when it is merged: null for what has gone. It is
// undefined where they are equal.
export function changes(from, to) {
  const before = new Map(members(from).map(([key, value]) => [key, compact(value)]));
  const now = members(to).map(([key, value]) => [key, compact(value)]);
  const names = new Set(now.map(([key]) => key));
  const list = now.filter(([key, value]) => before.get(key) !== value);
  for (const key of before.keys()) if (!names.has(key)) list.push([key, "null"]);
  return list.length ? join(list) : undefined;
}

// lines returns the value as lines to show: of each the depth, the name, the text, its kind and the pointer to the
// value that begins in it. Closing lines have none.
export function lines(text, depth = 0, pointer = "", key, comma = "") {
  const kind = kindOf(text);
  const object = kind === "{";
  const list = object ? members(text) : kind === "[" ? elements(text).map((value, i) => [i, value]) : [];
  const [open, close] = object ? "{}" : "[]";
  if (list.length === 0) {
    const value = object || kind === "[" ? open + close : text.trim();
    return [{ depth, key, text: value, kind: kind === '"' ? "string" : "value", comma, pointer }];
  }
  const all = [{ depth, key, text: open, kind: "", comma: "", pointer }];
  list.forEach(([name, value], i) => {
    all.push(...lines(value, depth + 1, pointer + "/" + escaped(String(name)), object ? name : undefined,
      i < list.length - 1 ? "," : ""));
  });
  all.push({ depth, text: close, kind: "", comma });
  return all;
}
