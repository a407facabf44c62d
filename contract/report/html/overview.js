// The outcome at a glance.

const outcomes = [["failed", "bad"], ["errored", "warn"], ["skipped", "info"], ["passed", "ok"]];

// outcomeBar shows the outcomes by their shares; each filters the fixtures.
function outcomeBar() {
  const bar = make("div", { class: "outcome-bar", role: "group", "aria-label": "Fixtures by outcome" });
  for (const [outcome, kind] of outcomes) {
    const n = report.summary[outcome];
    if (!n) continue;
    const part = button("", () => filterBy({ outcome }), "part " + kind);
    part.append(make("b", {}, number(n)), " " + outcome);
    part.style.flexGrow = String(n);
    bar.append(part);
  }
  return bar;
}

const tile = (value, name) => make("div", { class: "tile" }, make("b", {}, value), make("span", {}, name));

function tiles() {
  const s = report.summary;
  return make("div", { class: "tiles" },
    tile(number(s.fixtures), s.fixtures === 1 ? "fixture" : "fixtures"),
    tile(number(s.violations), s.violations === 1 ? "violation" : "violations"),
    s.known > 0 && tile(number(s.known), "known"),
    tile(number(report.causes.length), "causes"),
    tile(number(s.notes), s.notes === 1 ? "note" : "notes"),
    tile(number(s.requests), s.requests === 1 ? "request" : "requests"),
    tile(milliseconds(report.durationMs), "duration"),
    report.coverage && tile(report.coverage.percent + " %", "coverage"));
}

const alert = (title, text, kind = "warn") => make("p", { class: "alert " + kind }, make("b", {}, title), " ", visible(text));

function alerts() {
  const left = report.leftOut;
  return [
    report.unreachable && alert("Unreachable", "The target " + report.unreachable, "bad"),
    (report.lastRequests ?? []).map((l) => [alert("Last request", `${l.request} ${l.fixture ?? ""}`, "bad"),
      l.curl && command("request as a curl command", l.curl)]),
    report.interrupted && alert("Interrupted", "The report covers what ran before that."),
    report.shard && alert("Shard", `This is part ${report.shard.index} of ${report.shard.of}.`, "info"),
    (report.hints ?? []).map((text) => alert("Hint", text)),
    left && alert("Left out", `${plural(left.fixtures, "fixture")} (about ${plural(left.requests, "request")}) went beyond the ` +
      `budget of ${left.budget}, which is spent first on what can find most.`),
    (report.left ?? []).map((text) => alert("Left behind", text)),
    (report.vanished ?? []).length > 0 && make("details", { class: "alert info" },
      make("summary", {}, make("b", {}, "Vanished"), ` ${plural(report.vanished.length, "accepted violation was",
        "accepted violations were")} not met any more and can be struck from the baseline`),
      make("ul", {}, report.vanished.map((v) => make("li", {}, make("code", {}, visible(v.fingerprint)), " ",
        visible([v.check, v.operation, v.place, v.message].filter(Boolean).join(", ")), " (", visible(v.reason), ")")))),
  ];
}

function origin() {
  const document_ = report.document;
  const rows = [
    ["target", report.target.baseUrl],
    ["workspace", report.target.workspaceId],
    ["document", `${document_.title} ${document_.version} (${document_.name})`],
    ["SHA-256", document_.sha256],
    ["level, seed", `${report.level || "—"}, ${report.seed}`],
    ["started", new Date(report.startedAt).toLocaleString()],
    ["made by", `${report.tool.name} ${report.tool.version}`],
  ];
  return make("details", { class: "origin" }, make("summary", {}, "About this run"),
    make("dl", { class: "facts" }, rows.map(([name, value]) => fact1(name, value)),
      report.command && fact("repeat", command("command of the run", report.command))));
}

function showOverview() {
  byId("overview-more").append(...[outcomeBar(), tiles(), alerts(), origin()].flat(3).filter(Boolean));
}
