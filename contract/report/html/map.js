// The heat map: operations, which open into their fields, by checks and rules.

const columnOf = (f) => (f.rule === f.check ? f.check : f.check + " " + f.rule);

// operationsOf returns all operations in the order of the document, as far as that is known.
function operationNames() {
  const names = new Set((report.coverage?.elements ?? []).map((e) => e.operation));
  for (const f of report.fixtures) {
    if (f.operation) names.add(f.operation);
    for (const v of f.violations) names.add(operationOf(v, f));
  }
  names.delete("");
  return [...names];
}

const operationOf = (finding, fixture) => finding.operation || fixture.operation || finding.request || "";

// tally counts violations: by operation, then by place, then by column.
function tally() {
  const rows = new Map(operationNames().map((name) => [name, { cells: new Map(), places: new Map(), request: "",
    fixtures: 0, failed: 0 }]));
  const columns = new Map();
  for (const fixture of report.fixtures) {
    const own = rows.get(fixture.operation);
    if (own && !fixture.own) own.fixtures++;
    if (own && fixture.outcome === "failed") own.failed++;
    for (const f of fixture.violations) {
      const row = rows.get(operationOf(f, fixture));
      if (!row) continue;
      row.request ||= f.request ?? "";
      const where = f.place || "—";
      if (!row.places.has(where)) row.places.set(where, new Map());
      for (const cells of [row.cells, row.places.get(where), columns]) {
        const cell = cells.get(columnOf(f)) ?? { n: 0, known: 0 };
        cells.set(columnOf(f), cell);
        if (f.known) cell.known++;
        else cell.n++;
      }
    }
  }
  return { rows, columns: [...columns].sort((a, b) => b[1].n - a[1].n).map(([name]) => name) };
}

// heat is the class of the colour of a number, by the share of the logarithm of the largest.
function heat(n, most) {
  if (n === 0) return "known";
  return "heat" + Math.max(1, Math.ceil(5 * Math.log(n + 1) / Math.log(most + 1)));
}

function heatCells(cells, columns, most, filter, name) {
  return columns.map((column) => {
    const cell = cells.get(column);
    if (!cell) return make("td", {});
    const text = cell.n > 0 ? number(cell.n) : "(" + number(cell.known) + ")";
    const what = `${text} ${cell.n > 0 ? "" : "known "}of ${visible(column)} at ${visible(name)}`;
    return make("td", {}, make("button", { type: "button", class: "cell " + heat(cell.n, most), "aria-label": what, title: what,
      onclick: () => filterBy({ ...filter, check: column }) }, text));
  });
}

function mapRows(name, row, columns, most) {
  const places = [...row.places].sort(([a], [b]) => (a < b ? -1 : 1));
  const under = places.map(([where, cells]) => make("tr", { class: "place", hidden: true },
    make("th", { scope: "row", class: "mono" }, visible(where)), make("td", { colspan: "2" }),
    heatCells(cells, columns, most, { operation: name, place: where }, where)));
  const toggle = make("button", { type: "button", class: "toggle", "aria-expanded": "false", disabled: places.length === 0,
    onclick: () => {
      const open = toggle.getAttribute("aria-expanded") === "false";
      toggle.setAttribute("aria-expanded", String(open));
      under.forEach((tr) => { tr.hidden = !open; });
    } }, make("span", { class: "arrow", "aria-hidden": "true" }), visible(name));
  const head = make("tr", {}, make("th", { scope: "row" }, toggle,
    row.request && make("span", { class: "mono request" }, methodLabel(row.request))),
  make("td", { class: "right" }, button(number(row.fixtures), () => filterBy({ operation: name }), "link plain")),
  make("td", { class: "right" }, number(row.failed)),
  heatCells(row.cells, columns, most, { operation: name }, name));
  return [head, ...under];
}

function showMap() {
  const { rows, columns } = tally();
  if (rows.size === 0) return false;
  const most = Math.max(1, ...[...rows.values()].flatMap((r) => [...r.cells.values()].map((c) => c.n)));
  const box = byId("map").querySelector(".content");
  if (columns.length === 0) box.append(make("p", {}, "There are no violations."));
  box.append(make("div", { class: "table", tabindex: "0", role: "region", "aria-label": "Violations by operation and check" },
    make("table", { class: "map" }, make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Operation"),
      make("th", { scope: "col", class: "right" }, "Fixtures"), make("th", { scope: "col", class: "right" }, "Failed"),
      columns.map((c) => make("th", { scope: "col", class: "column" },
        button(visible(c), () => filterBy({ check: c }), "link plain"))))),
    make("tbody", {}, [...rows].flatMap(([name, row]) => mapRows(name, row, columns, most))))));
  return true;
}
