// Starts the page.

// failed says that the page cannot show what it should, rather than nothing.
function failed(error) {
  const box = byId("trouble");
  box.hidden = false;
  box.textContent = `This report cannot be shown in full: ${visible(error?.message ?? error)}`;
}

const sections = [["overview", "Overview"], ["causes", "What is wrong", () => report.causes.length], ["map", "Where"],
  ["latency", "Latency"], ["coverage", "Coverage"], ["notes", "Notes", () => report.summary.notes],
  ["fixtures", "Fixtures", () => report.summary.fixtures]];

// showSections links to the sections, with the filter as it is.
function showSections() {
  for (const link of byId("nav").children) {
    link.setAttribute("href", fragment(link.dataset.section, filter));
    if (link.dataset.section === section) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function route(first = false) {
  const before = fragment("", { ...filter, open: "" });
  readFragment();
  if (first || fragment("", { ...filter, open: "" }) !== before) applyFilter();
  const opened = section === "fixtures" ? openWanted() : null;
  showSections();
  if (first && section === "overview") return;
  (opened ?? byId(section)).scrollIntoView({ block: "start" });
  if (opened) opened.querySelector(".row").focus({ preventScroll: true });
}

function keys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/" && !event.target.closest("input, select, textarea")) {
    event.preventDefault();
    byId("q").focus();
    byId("q").select();
  }
  if (event.key === "Escape" && event.target === byId("q") && byId("q").value !== "") {
    event.preventDefault();
    byId("q").value = "";
    change({ q: "" });
  }
}

// printWhole opens the causes on paper, and closes them again.
function printWhole() {
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details.cause:not([open])")];
    opened.forEach((d) => { d.open = true; });
  });
  addEventListener("afterprint", () => opened.forEach((d) => { d.open = false; }));
}

async function start() {
  if (typeof DecompressionStream === "undefined") throw new Error("this browser is too old; it cannot decompress (any of 2023 can)");
  await load();
  const draw = { causes: showCauses, map: showMap, latency: showLatency, coverage: showCoverage, notes: showNotes,
    fixtures: () => true };
  showOverview();
  startFixtures();
  for (const [name, title, count] of sections) {
    const there = draw[name]?.() ?? true;
    byId(name).hidden = !there;
    if (there) {
      byId("nav").append(make("a", { "data-section": name }, title, " ",
        count && make("span", { class: "n" }, number(count()))));
    }
  }
  byId("nav").hidden = false;
  byId("skip").addEventListener("click", (event) => {
    event.preventDefault();
    byId("main").focus();
  });
  addEventListener("keydown", keys);
  addEventListener("hashchange", () => route());
  printWhole();
  route(true);
  byId("main").dataset.ready = "true";
}

start().catch(failed);
