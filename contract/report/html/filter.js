// What the list of fixtures shows. It stands in the fragment of the address, so that a link to a file says it, too:
// #fixtures?outcome=failed&operation=updateAgent.

const filterNames = ["q", "outcome", "operation", "check", "place", "cause", "open"];
let filter = {};
let section = "overview";

function readFragment() {
  const [name, query] = location.hash.slice(1).split("?");
  const params = new URLSearchParams(query ?? "");
  filter = {};
  for (const key of filterNames) if (params.get(key)) filter[key] = params.get(key);
  section = byId(name)?.tagName === "SECTION" ? name : "overview";
}

function fragment(name, values) {
  const query = new URLSearchParams(filterNames.filter((key) => values[key]).map((key) => [key, values[key]])).toString();
  return "#" + name + (query ? "?" + query : "");
}

// writeFragment says in the address what is shown, without another step in the history.
function writeFragment() {
  try {
    history.replaceState(null, "", fragment(section, filter));
  } catch { /* too often within a moment; the next one will do */ }
  showSections();
}

// matcher returns what a fixture, given by its index, has to be; but for the text.
function matcher(f) {
  const cause = report.causes[f.cause];
  const members = cause && new Set([...cause.fixtures, ...cause.consequences.flatMap((g) => g.fixtures)]);
  return (fixture, i) => {
    if (f.outcome === "known" ? !fixture.violations.some((v) => v.known) : f.outcome === "flaky" ? !fixture.flaky
      : f.outcome && fixture.outcome !== f.outcome) return false;
    if (members && !members.has(i)) return false;
    if (!f.check && !f.place) {
      return !f.operation || fixture.operation === f.operation ||
        fixture.violations.some((v) => operationOf(v, fixture) === f.operation);
    }
    return fixture.violations.some((v) => (!f.check || columnOf(v) === f.check || v.check === f.check) &&
      (!f.place || (v.place || "—") === f.place) && (!f.operation || operationOf(v, fixture) === f.operation));
  };
}

// textOfFixture is what a search looks into, in lower case; the exchanges are looked through apart.
const texts = [];
function textOfFixture(i) {
  const f = report.fixtures[i];
  texts[i] ??= [f.id, f.summary, f.operation, f.reason, f.outcome, ...[...f.violations, ...f.notes].flatMap((v) =>
    [v.message, v.check, v.rule, v.place, v.request, v.answer, v.curl, v.fingerprint, oneLine(v.expected), oneLine(v.actual)])]
    .join("\n").toLowerCase();
  return texts[i];
}
