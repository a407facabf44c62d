// Shows bodies. JSON is laid out by its tokens, so that numbers keep their digits and members their order and number.

const tokenOf = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;
const maxLaidOut = 200_000; // characters

// layOut returns nodes for a text that is JSON.
function layOut(text) {
  const out = [];
  const tokens = text.match(tokenOf) ?? [];
  let depth = 0;
  const line = () => "\n" + "  ".repeat(depth);
  tokens.forEach((token, i) => {
    const before = tokens[i - 1];
    const next = tokens[i + 1];
    if (token === "}" || token === "]") {
      depth--;
      out.push(before === "{" || before === "[" ? token : line() + token);
    } else if (token === "{" || token === "[") {
      depth++;
      out.push(next === "}" || next === "]" ? token : token + line());
    } else if (token === ",") {
      out.push(token + line());
    } else if (token === ":") {
      out.push(": ");
    } else {
      const kind = next === ":" ? "key" : token[0] === '"' ? "string" : "value";
      out.push(make("span", { class: kind }, visible(token)));
    }
  });
  return out;
}

function isJSON(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

// bodyOf shows a body, which may be any bytes: then it has base64 instead of text.
function bodyOf(body, name) {
  if (!body) return make("p", { class: "hint" }, "No body.");
  const text = textOfBody(body);
  const remarks = [];
  if (body.base64 !== undefined) remarks.push("Not UTF-8: what is no text is shown as \ufffd.");
  if (body.cut) remarks.push(`The beginning of ${plural(body.size, "byte")}.`);
  const laidOut = text.length <= maxLaidOut && isJSON(text);
  return [remarks.length > 0 && make("p", { class: "hint" }, remarks.join(" ")),
    make("pre", { tabindex: "0", "aria-label": name }, laidOut ? layOut(text) : visible(text))];
}
