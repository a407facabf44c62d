// Shows violations and notes.

const checkName = (f) => (f.rule === f.check ? f.check : `${f.check}, rule ${f.rule}`);

const fact = (name, ...value) => [make("dt", {}, name), make("dd", {}, ...value)];
const fact1 = (name, text) => (text ? fact(name, make("span", { class: "mono" }, visible(text))) : []);

function knownLabel(f) {
  if (f.known) return label("known" + (f.reason ? ": " + f.reason : ""), "info");
  return f.expired && label("was accepted until " + f.expired, "warn");
}

// findingCard shows a finding of a fixture. The kind is cause, whose message stands above it already, or note.
function findingCard(f, fixture, kind = "") {
  const note = kind === "note";
  const values = f.expected !== undefined || f.actual !== undefined;
  const repeat = report.command && fixture?.repeat && !note ? `${report.command} --filter ${fixture.repeat}` : "";
  return make("div", { class: "finding" + (note ? " note" : f.known ? " known" : "") },
    kind !== "cause" && make("p", { class: "message" }, visible(f.message), " ", knownLabel(f), " ", f.flaky && label("flaky", "warn")),
    make("dl", { class: "facts" },
      values && fact("expected", make("code", { class: "expected" }, visible(oneLine(f.expected)))),
      values && fact("found", make("code", { class: "actual" }, visible(oneLine(f.actual)))),
      fact1("nearest", f.suggestion),
      fact("check", make("span", { class: "mono" }, visible(checkName(f)))),
      f.request && fact("operation", make("span", { class: "mono" }, methodLabel(f.request))),
      fact1("place", f.place),
      fact1("document", place(f.document)),
      fact1("fixture", fixture?.source === "file" ? place(fixture.position) : ""),
      f.answer && fact("answer", make("code", {}, `${f.status} ${visible(f.answer.trim())}`)),
      f.curl && fact("request", command("request as a curl command", f.curl)),
      repeat && fact("repeat", command("command that repeats the fixture", repeat))));
}
