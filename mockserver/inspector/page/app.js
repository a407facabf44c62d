// The inspector: the page of a running mock, by its control API.
import { $, plain } from "./dom.js";
import * as context from "./context.js";
import * as faults from "./faults.js";
import * as items from "./items.js";
import * as operations from "./operations.js";
import * as requests from "./requests.js";
import * as sessions from "./sessions.js";
import * as state from "./state.js";

const views = { requests, items, operations, faults, state, sessions };
const every = 5000; // milliseconds between two looks at the mock's health

let current = "";

// route shows what the address says: #/view/argument/….
function route() {
  const [name, ...rest] = location.hash.replace(/^#\/?/, "").split("/").map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  });
  const known = views[name] && !(context.isProxy() && document.querySelector(`.of-mock[data-view="${name}"]`));
  const view = known ? name : "requests";
  for (const each of Object.keys(views)) $(each).hidden = each !== view;
  for (const link of document.querySelectorAll("[data-view]")) {
    if (link.dataset.view === view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const title = $(view + "-title").textContent;
  document.title = plain((rest.at(-1) ? rest.at(-1) + " · " : "") + title + " · agentmock");
  const entered = view !== current;
  current = view;
  const args = rest.filter((part) => part !== "");
  views[view].show(...args);
  // On one column, what was chosen takes the place of the list.
  if (!entered && args.length > 0 && $(view).querySelector(".pane.list")?.offsetParent === null) {
    $(view).querySelector(".detail").focus();
  }
}

function keys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.closest("input, textarea, select, dialog");
  if (event.key === "/" && !typing) {
    const box = $(current)?.querySelector('input[type="search"]');
    if (box) {
      event.preventDefault();
      box.focus();
      box.select();
    }
  }
  if (event.key === "Escape" && event.target.type === "search") event.target.value = "";
  if (event.key === "Escape" && event.target.type === "search") event.target.dispatchEvent(new Event("input"));
}

async function begin() {
  $("skip").addEventListener("click", (event) => {
    event.preventDefault();
    $("main").focus();
  });
  addEventListener("keydown", keys);
  context.start();
  Object.values(views).forEach((view) => view.start());
  await look();
  addEventListener("hashchange", route);
  route();
  $("main").dataset.ready = "true";
  setInterval(() => { if (!document.hidden) look(); }, every);
}

let described = false;

async function look() {
  try {
    await context.refresh();
    if (!described) await context.describe();
    described = true;
  } catch { /* the list of requests says that there is no connection */ }
}

begin();
