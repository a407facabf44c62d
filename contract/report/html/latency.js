// How long requests took: of each operation the distribution on a common logarithmic scale, and numbers.

const bins = 72;

const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];

// byOperation returns the durations of answered requests, in milliseconds and sorted.
function byOperation(index) {
  const groups = index.operations.map((name) => ({ name: name || "(none)", took: [] }));
  index.took.forEach((us, i) => { if (index.status[i] > 0) groups[index.operation[i]].took.push(us / 1000); });
  const list = groups.filter((g) => g.took.length > 0);
  list.forEach((g) => g.took.sort((a, b) => a - b));
  return list;
}

// scaleOf returns the decades that hold all durations.
function scaleOf(groups) {
  const low = Math.min(...groups.map((g) => g.took[0]));
  const high = Math.max(...groups.map((g) => g.took.at(-1)));
  const from = Math.floor(Math.log10(Math.max(low, 0.01)));
  const to = Math.max(from + 1, Math.ceil(Math.log10(Math.max(high, 0.01)) + 1e-9));
  return { from, to, at: (ms) => Math.min(1, Math.max(0, (Math.log10(Math.max(ms, 0.01)) - from) / (to - from))) };
}

function plot(took, scale) {
  const counts = new Array(bins).fill(0);
  for (const ms of took) counts[Math.min(bins - 1, Math.floor(scale.at(ms) * bins))]++;
  const most = Math.sqrt(Math.max(...counts));
  const svg = make("svg", { viewBox: "0 0 720 32", preserveAspectRatio: "none", "aria-hidden": "true", class: "plot" });
  for (let d = scale.from; d <= scale.to; d++) {
    const x = (720 * (d - scale.from)) / (scale.to - scale.from);
    svg.append(make("line", { class: "grid", x1: x, x2: x, y1: 0, y2: 32 }));
  }
  counts.forEach((n, i) => {
    if (n === 0) return;
    const height = Math.max(2, (30 * Math.sqrt(n)) / most);
    svg.append(make("rect", { x: i * 10 + 0.5, width: 9, y: 32 - height, height }));
  });
  for (const [q, kind] of [[0.5, "median"], [0.95, "p95"]]) {
    const x = 720 * scale.at(quantile(took, q));
    svg.append(make("line", { class: kind, x1: x, x2: x, y1: 0, y2: 32 }));
  }
  return svg;
}

const decade = (d) => (d < 3 ? 10 ** d + " ms" : 10 ** (d - 3) + " s");

function axis(scale) {
  const box = make("div", { class: "axis", "aria-hidden": "true" });
  for (let d = scale.from; d <= scale.to; d++) {
    const tick = make("span", {}, decade(d));
    tick.style.left = (100 * (d - scale.from)) / (scale.to - scale.from) + "%";
    box.append(tick);
  }
  return box;
}

function latencyRow(group, scale) {
  return make("tr", {},
    make("th", { scope: "row" }, button(visible(group.name), () => filterBy({ operation: group.name }), "link plain")),
    make("td", { class: "right" }, number(group.took.length)),
    [quantile(group.took, 0.5), quantile(group.took, 0.95), group.took.at(-1)].map((ms) =>
      make("td", { class: "right" }, milliseconds(ms))),
    make("td", { class: "wide" }, plot(group.took, scale)));
}

// slowest lists the requests that took longest.
function slowest(index) {
  const order = index.took.map((us, i) => i).sort((a, b) => index.took[b] - index.took[a]).slice(0, 10);
  return make("details", {}, make("summary", {}, "The slowest requests"), make("ol", {}, order.map((i) => make("li", {},
    milliseconds(index.took[i] / 1000), ", ", visible(index.operations[index.operation[i]] || "no operation"), ", ",
    index.status[i] === 0 ? "no response" : String(index.status[i]), ", ",
    button(visible(report.fixtures[index.fixture[i]].id), () => showFixture(index.fixture[i]), "link")))));
}

function showLatency() {
  const box = byId("latency").querySelector(".content");
  if (!report.index) {
    box.append(make("p", { class: "hint" }, "The exchanges of this run were not kept, so there is nothing to see here."));
    return true;
  }
  const groups = byOperation(report.index);
  if (groups.length === 0) return false;
  const scale = scaleOf(groups);
  box.append(make("p", { class: "hint" }, "On a logarithmic scale; the lines are ", make("span", { class: "median-key" }, "median"),
    " and ", make("span", { class: "p95-key" }, "95th percentile"), "."),
  make("div", { class: "table", tabindex: "0", role: "region", "aria-label": "Latency by operation" },
    make("table", { class: "latency" }, make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Operation"),
      ["Requests", "Median", "p95", "Longest"].map((h) => make("th", { scope: "col", class: "right" }, h)),
      make("th", { scope: "col", class: "wide" }, make("span", { class: "offscreen" }, "Distribution"), axis(scale)))),
    make("tbody", {}, groups.map((g) => latencyRow(g, scale))))), slowest(report.index));
  return true;
}
