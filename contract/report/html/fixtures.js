// The list of fixtures.

const page = 100; // rows that are added at once
let matches = []; // indices of the fixtures that the filter lets through
let shown = 0;
let search = 0; // counts searches, so that one knows that it is no longer wanted

const kindOf = Object.fromEntries(outcomes);

function detail(i) {
  const f = report.fixtures[i];
  return make("div", { class: "detail" },
    f.summary && make("p", {}, visible(f.summary)),
    make("p", { class: "hint" }, [f.operation, f.source, place(f.position)].filter(Boolean).map(visible).join(" · ")),
    f.reason && make("p", { class: "alert warn" }, visible(f.reason)),
    f.violations.map((v) => findingCard(v, f)), f.notes.map((v) => findingCard(v, f, "note")), exchangeList(i));
}

function fixtureRow(i) {
  const f = report.fixtures[i];
  const fresh = f.violations.filter((v) => !v.known).length;
  const known = f.violations.length - fresh;
  const head = make("button", { type: "button", class: "row", "aria-expanded": "false", tabindex: "-1" },
    label(f.outcome || "run", kindOf[f.outcome] ?? ""),
    make("span", { class: "mono id" }, visible(f.id)),
    make("span", { class: "marks" }, f.flaky && label("flaky", "warn"), known > 0 && label(number(known) + " known", "info"),
      f.notes.length > 0 && label(plural(f.notes.length, "note")), fresh > 0 && label(plural(fresh, "violation"), "bad")),
    make("span", { class: "operation hint" }, visible(f.operation)),
    make("span", { class: "took" }, f.durationMs === undefined ? "" : f.durationMs + " ms"));
  const item = make("li", { "data-fixture": i }, head);
  head.addEventListener("click", () => toggleRow(item, head.getAttribute("aria-expanded") === "false"));
  return item;
}

function toggleRow(item, wanted) {
  const head = item.querySelector(".row");
  head.setAttribute("aria-expanded", String(wanted));
  item.querySelector(".detail")?.remove();
  if (wanted) item.append(detail(Number(item.dataset.fixture)));
  const id = report.fixtures[item.dataset.fixture].id;
  if (wanted) filter.open = id;
  else if (filter.open === id) delete filter.open;
  section = "fixtures";
  writeFragment();
}

function addRows(upTo = shown + page) {
  const list = byId("rows");
  list.append(...matches.slice(shown, upTo).map(fixtureRow));
  shown = Math.min(matches.length, Math.max(shown, upTo));
  byId("more").hidden = shown >= matches.length;
  byId("more").textContent = `Show more (${number(matches.length - shown)})`;
  list.querySelector(".row")?.setAttribute("tabindex", "0");
}

// drawRows shows fixtures, those first that failed or have no verdict.
function drawRows(list) {
  const rank = (i) => ["failed", "errored"].indexOf(report.fixtures[i].outcome) >>> 0;
  matches = list.sort((a, b) => rank(a) - rank(b) || a - b);
  shown = 0;
  byId("rows").replaceChildren();
  addRows();
}

function tellFound(searching) {
  const all = report.fixtures.filter((f) => !f.own).length;
  byId("found").textContent = `${number(matches.filter((i) => !report.fixtures[i].own).length)} of ${plural(all, "fixture")}` +
    (searching ? ", and looking into the exchanges …" : "");
}

// applyFilter shows what the filter lets through: at once what says so itself, then what has it in an exchange.
function applyFilter() {
  const mine = ++search;
  const fits = matcher(filter);
  const text = (filter.q ?? "").trim().toLowerCase();
  const candidates = report.fixtures.map((f, i) => i).filter((i) => fits(report.fixtures[i], i));
  const found = new Set(text === "" ? candidates : candidates.filter((i) => textOfFixture(i).includes(text)));
  drawRows([...found]);
  showFilter();
  const deep = text !== "" && report.index && found.size < candidates.length;
  tellFound(deep);
  if (!deep) return;
  setTimeout(async () => {
    if (mine !== search) return;
    const before = found.size;
    const allowed = new Set(candidates);
    const done = await searchExchanges(text, () => mine === search, (i) => { if (allowed.has(i)) found.add(i); });
    if (!done) return;
    if (found.size > before) drawRows(candidates.filter((i) => found.has(i)));
    tellFound(false);
  }, 250);
}

// filterBy shows the fixtures of a filter that something else on the page stands for.
function filterBy(values) {
  const wanted = fragment("fixtures", values);
  if (wanted === location.hash) route();
  else location.hash = wanted;
}

const showFixture = (i) => filterBy({ open: report.fixtures[i].id });

// openWanted opens the fixture that the address names, wherever it is in the list.
function openWanted() {
  if (!filter.open) return null;
  const at = matches.findIndex((i) => report.fixtures[i].id === filter.open);
  if (at < 0) return null;
  if (at >= shown) addRows(at + page);
  const item = byId("rows").children[at];
  toggleRow(item, true);
  return item;
}

function options(select, all, list, chosen) {
  if (chosen && !list.includes(chosen)) list = [...list, chosen];
  select.replaceChildren(make("option", { value: "" }, all), ...list.map((v) => make("option", { value: v }, visible(v))));
  select.value = chosen ?? "";
}

// showFilter brings the controls in line with the filter.
function showFilter() {
  if (document.activeElement !== byId("q")) byId("q").value = filter.q ?? "";
  options(byId("operation"), "All operations", choices.operations, filter.operation);
  options(byId("check"), "All checks", choices.checks, filter.check);
  for (const chip of byId("outcomes").children) {
    chip.setAttribute("aria-pressed", String((filter.outcome ?? "") === chip.dataset.outcome));
  }
  const extra = [];
  if (filter.place) extra.push(["place", filter.place]);
  if (report.causes[filter.cause]) extra.push(["cause", report.causes[filter.cause].finding.message]);
  byId("more-filters").replaceChildren(...extra.map(([name, text]) => make("button", { type: "button", class: "extra",
    title: "Remove this filter", onclick: () => change({ [name]: undefined }) }, make("span", {}, visible(text)), " ×")));
}

function change(values) {
  Object.assign(filter, values, { open: undefined });
  for (const name of filterNames) if (!filter[name]) delete filter[name];
  section = "fixtures";
  writeFragment();
  applyFilter();
}

const choices = { operations: [], checks: [] };

function startFixtures() {
  const s = report.summary;
  choices.operations = operationNames();
  choices.checks = [...new Set(report.fixtures.flatMap((f) => f.violations.map(columnOf)))].sort();
  const chips = [["", "All"], ...outcomes.map(([name]) => [name, `${name[0].toUpperCase()}${name.slice(1)} ${number(s[name])}`])];
  if (s.known > 0) chips.push(["known", "Known " + number(s.known)]);
  if (report.fixtures.some((f) => f.flaky)) chips.push(["flaky", "Flaky"]);
  byId("outcomes").append(...chips.map(([value, text]) => make("button", { type: "button", "data-outcome": value,
    "aria-pressed": "false", onclick: () => change({ outcome: value }) }, text)));
  byId("q").addEventListener("input", (event) => change({ q: event.target.value }));
  byId("operation").addEventListener("change", (event) => change({ operation: event.target.value }));
  byId("check").addEventListener("change", (event) => change({ check: event.target.value }));
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("clear").addEventListener("click", () => {
    byId("q").value = "";
    change(Object.fromEntries(filterNames.map((name) => [name, undefined])));
  });
  byId("more").addEventListener("click", () => {
    const next = shown;
    addRows();
    byId("rows").children[next]?.querySelector(".row").focus();
  });
  new IntersectionObserver((seen) => { if (seen.some((s) => s.isIntersecting) && shown < matches.length) addRows(); },
    { rootMargin: "600px" }).observe(byId("more"));
  byId("rows").addEventListener("keydown", moveInRows);
  byId("rows").addEventListener("focusin", (event) => {
    if (!event.target.classList.contains("row")) return;
    for (const row of byId("rows").querySelectorAll('.row[tabindex="0"]')) row.setAttribute("tabindex", "-1");
    event.target.setAttribute("tabindex", "0");
  });
}

// moveInRows lets the arrow keys, Home and End move through the rows, of which Tab reaches one.
function moveInRows(event) {
  if (!event.target.classList.contains("row") || event.ctrlKey || event.metaKey || event.altKey) return;
  const rows = [...byId("rows").children];
  const at = rows.indexOf(event.target.parentElement);
  const to = { ArrowDown: at + 1, j: at + 1, ArrowUp: at - 1, k: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  rows[Math.min(rows.length - 1, Math.max(0, to))].querySelector(".row").focus();
}
