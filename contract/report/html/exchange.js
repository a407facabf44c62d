// Shows requests and what came of them.

const maxExchanges = 200; // of a fixture, at once

function statusKind(status) {
  if (status === 0 || status >= 500) return "bad";
  if (status >= 400) return "warn";
  return status >= 300 ? "info" : "ok";
}

function headersOf(headers) {
  const rows = Object.entries(headers ?? {}).flatMap(([name, values]) => values.map((value) => make("tr", {},
    make("th", { scope: "row" }, visible(name)), make("td", {}, visible(value)))));
  if (rows.length === 0) return make("p", { class: "hint" }, "No headers.");
  return make("details", {}, make("summary", {}, `Headers (${rows.length})`),
    make("table", { class: "pairs", "aria-label": "Headers" }, make("tbody", {}, rows)));
}

function exchangeContent(x) {
  const answer = x.status === 0
    ? make("p", { class: "error" }, "No response: " + visible(x.error ?? "unknown why"))
    : [headersOf(x.responseHeaders), bodyOf(x.responseBody, "Response body")];
  return [make("p", { class: "hint mono" }, visible(x.url)),
    make("div", { class: "sides" },
      make("section", { "aria-label": "Request" }, make("h4", {}, "Request"), headersOf(x.requestHeaders),
        bodyOf(x.requestBody, "Request body")),
      make("section", { "aria-label": "Response" }, make("h4", {}, "Response"), answer))];
}

function pathOf(address) {
  const path = address.replace(/^[a-z]+:\/\/[^/?#]*/i, "");
  return path === "" ? "/" : path;
}

// exchangeRow shows an exchange as a line that opens.
function exchangeRow(x) {
  const row = make("details", { class: "exchange" }, make("summary", {},
    make("span", { class: "code " + statusKind(x.status) }, x.status === 0 ? "—" : String(x.status)), " ",
    make("span", { class: "mono path" }, methodLabel(x.method + " " + pathOf(x.url))), " ",
    make("span", { class: "took" }, milliseconds(x.took))));
  row.addEventListener("toggle", () => {
    if (row.open && row.childElementCount === 1) row.append(make("div", { class: "inside" }, exchangeContent(x)));
  });
  return row;
}

// exchangeList shows the exchanges of the fixture with an index, once they are read.
function exchangeList(fixture) {
  const box = make("div", { class: "exchanges" }, make("h3", {}, "Exchanges"));
  if (!report.index) {
    box.append(make("p", { class: "hint" }, "The exchanges of this run were not kept."));
    return box;
  }
  exchangesOf(fixture, maxExchanges).then(({ list, total }) => {
    box.firstChild.textContent = `Exchanges (${number(total)})`;
    if (total === 0) box.append(make("p", { class: "hint" }, "None was sent for this fixture."));
    box.append(...list.map(exchangeRow));
    if (total > list.length) {
      const rest = total - list.length;
      box.append(make("p", { class: "hint" }, `${plural(rest, "more exchange is", "more exchanges are")} not shown here.`));
    }
  }).catch(failed);
  return box;
}
