// What is wrong, as the text report has it: one cause after another, with what follows from it.

const shownCauses = 25;
const openCauses = 1;

function consequence(g) {
  return make("li", {}, `${number(g.times)} × `, make("span", { class: "mono" }, visible(checkName(g.finding))),
    g.finding.place && [" at ", make("span", { class: "mono" }, visible(g.finding.place))],
    g.finding.request && [", ", make("span", { class: "mono" }, methodLabel(g.finding.request))], " in ",
    plural(g.fixtures.length, "fixture"));
}

function causeContent(cause, i) {
  const fixture = report.fixtures[cause.fixtures[0]];
  const others = new Set([...cause.fixtures, ...cause.consequences.flatMap((g) => g.fixtures)]).size;
  const following = cause.consequences.reduce((n, g) => n + g.times, 0);
  return [
    make("p", { class: "hint" }, "In ", button(visible(fixture.id), () => showFixture(cause.fixtures[0]), "link"),
      fixture.summary && " — " + visible(fixture.summary), fixture.flaky && [" ", label("flaky", "warn")]),
    findingCard(cause.finding, fixture, "cause"),
    following > 0 && [make("p", {}, `And ${plural(following, "violation")} of the same cause:`),
      more(cause.consequences, 8, consequence, make("ul", { class: "consequences" }))],
    others > 1 && make("p", {}, button(`Show its ${plural(others, "fixture")}`, () => filterBy({ cause: String(i) }))),
  ];
}

function causeCard(cause, i) {
  const card = make("details", { class: "cause", open: i < openCauses },
    make("summary", {}, make("span", { class: "n" }, number(cause.violations)), " ",
      make("span", { class: "what" }, visible(cause.finding.message)), " ",
      make("span", { class: "mono hint" }, visible(cause.finding.check)), " ", knownLabel(cause.finding)));
  const fill = () => { if (card.childElementCount === 1) card.append(make("div", { class: "inside" }, causeContent(cause, i))); };
  if (card.open) fill();
  card.addEventListener("toggle", fill);
  return card;
}

// reasonsOf lists the fixtures of an outcome by their reason.
function reasonsOf(outcome, title) {
  const by = new Map();
  report.fixtures.forEach((f, i) => {
    if (f.outcome === outcome) by.set(f.reason ?? "", [...(by.get(f.reason ?? "") ?? []), i]);
  });
  if (by.size === 0) return null;
  const reasons = [...by].sort((a, b) => b[1].length - a[1].length);
  return make("div", { class: "reasons" }, make("h3", {}, title),
    more(reasons, 25, ([reason, list]) => make("li", {}, visible(reason) || "no reason is given", ": ",
      list.slice(0, 3).flatMap((i, at) => [at > 0 && ", ", button(visible(report.fixtures[i].id), () => showFixture(i), "link")]),
      list.length > 3 && ` and ${number(list.length - 3)} more`), make("ul", {})));
}

function showCauses() {
  const box = byId("causes").querySelector(".content");
  more(report.causes, shownCauses, causeCard, box);
  box.append(...[reasonsOf("errored", "Errored, without a verdict"), reasonsOf("skipped", "Skipped, not applicable")]
    .filter(Boolean));
  return box.childElementCount > 0;
}

function showNotes() {
  more(report.noteKinds, 25, (g) => make("li", {},
    button(visible(report.fixtures[g.fixtures[0]].id), () => showFixture(g.fixtures[0]), "link"), ": ",
    visible(g.finding.message), g.fixtures.length > 1 && ` (and in ${plural(g.fixtures.length - 1, "more fixture")})`),
    byId("notes").querySelector(".content").appendChild(make("ul", {})));
  return report.noteKinds.length > 0;
}
