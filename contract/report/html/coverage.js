// What of the document the run has exercised.

const kindNames = { operation: "Operations", parameter: "Parameters", enum: "Allowed values", property: "Properties",
  status: "Statuses", law: "Laws" };

function elementPlace(e) {
  if (e.kind === "operation") return "any request";
  if (e.kind === "status") return "status " + e.name;
  const value = e.kind === "enum" ? JSON.stringify(e.value ?? null) : "";
  return [e.in, e.name, e.pointer, value].filter(Boolean).join(" ");
}

function share(percent) {
  const bar = make("span", { class: "share", "aria-hidden": "true" });
  bar.append(make("span", {}));
  bar.firstChild.style.width = percent + "%";
  return bar;
}

function coverageRow(name, s) {
  return make("tr", {}, make("th", { scope: "row" }, name), make("td", { class: "right" }, s.percent + " %"),
    make("td", { class: "right" }, `${number(s.hit)} of ${number(s.total)}`), make("td", { class: "wide" }, share(s.percent)));
}

// holes shows of an operation what was not exercised.
function holes(name, elements) {
  const counted = elements.filter((e) => e.hit || !e.beyond);
  const missing = counted.filter((e) => !e.hit);
  if (missing.length === 0) return null;
  const box = make("details", {}, make("summary", {}, visible(name), make("span", { class: "hint" },
    ` ${number(counted.length - missing.length)} of ${number(counted.length)}, ${plural(missing.length, "hole")}`)));
  box.addEventListener("toggle", () => {
    if (box.childElementCount > 1) return;
    more(missing, 100, (e) => make("li", {}, make("span", { class: "mono" }, visible(elementPlace(e))), " ",
      make("span", { class: "hint" }, visible(e.aspect.replaceAll("-", " "))), " ",
      make("span", { class: "mono hint" }, visible(place(e.position)))), box.appendChild(make("ul", {})));
  });
  return box;
}

function showCoverage() {
  const c = report.coverage;
  if (!c) return false;
  const by = Map.groupBy?.(c.elements, (e) => e.operation) ?? c.elements.reduce((m, e) =>
    m.set(e.operation, [...(m.get(e.operation) ?? []), e]), new Map());
  byId("coverage").querySelector(".content").append(
    make("div", { class: "table", tabindex: "0", role: "region", "aria-label": "Coverage by kind" },
      make("table", { class: "coverage" }, make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Of the document"),
        make("th", { scope: "col", class: "right" }, "Exercised"), make("th", { scope: "col", class: "right" }, "Elements"),
        make("th", { scope: "col", class: "wide" }, make("span", { class: "offscreen" }, "Share")))),
      make("tbody", {}, coverageRow("All", c), c.kinds.map((k) => coverageRow(kindNames[k.kind] ?? k.kind, k))))),
    c.omitted > 0 && make("p", { class: "hint" }, `${plural(c.omitted, "place")} too deep or too large to be told apart.`) || "",
    make("h3", {}, "Holes by operation"),
    ...[...by].map(([name, elements]) => holes(name, elements)).filter(Boolean));
  return true;
}
