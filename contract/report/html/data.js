// Reads what the page carries: blocks of lines of JSON, compressed.

const blocks = (kind) => [...document.querySelectorAll(`script[data-block="${kind}"]`)];

async function textOf(block) {
  const packed = atob(block.textContent);
  const bytes = new Uint8Array(packed.length);
  for (let i = 0; i < packed.length; i++) bytes[i] = packed.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

const linesOf = (text) => (text === "" ? [] : text.trimEnd().split("\n"));

// report is all that the page shows but for the exchanges: those are read when they are looked for. What is the run's own,
// and no fixture, has no outcome.
const report = { fixtures: [], causes: [], notes: [], index: null };

async function load() {
  const [head, ...fixtures] = linesOf(await textOf(blocks("report")[0])).map((line) => JSON.parse(line));
  Object.assign(report, head, { fixtures });
  for (const f of fixtures) if (f.source === "run" && f.outcome === "passed") Object.assign(f, { own: true, outcome: "" });
  const index = blocks("index")[0];
  if (index) {
    report.index = JSON.parse(await textOf(index));
    indexExchanges(report.index);
  }
}

// indexExchanges finds the exchanges of each fixture: they stand one after another. Those of the run's own, whose
// fixture is -1, get one of their own.
function indexExchanges(index) {
  index.first = [0];
  for (const n of index.chunks) index.first.push(index.first.at(-1) + n);
  index.of = new Map();
  index.fixture.forEach((fixture, i) => {
    const span = index.of.get(fixture);
    if (span) span[1] = i + 1;
    else index.of.set(fixture, [i, i + 1]);
  });
  if (!index.of.has(-1)) return;
  index.of.set(report.fixtures.length, index.of.get(-1));
  index.fixture = index.fixture.map((f) => (f < 0 ? report.fixtures.length : f));
  report.fixtures.push({ id: "(run)", summary: "The requests of the run's own", operation: "", outcome: "", violations: [],
    notes: [], own: true });
}

// The texts of the chunks that were read last, so that the next search is quicker.
const read = new Map();
const mostRead = 96;

async function chunk(i) {
  let lines = read.get(i);
  if (!lines) lines = linesOf(await textOf(blocks("exchanges")[i]));
  read.delete(i);
  read.set(i, lines);
  if (read.size > mostRead) read.delete(read.keys().next().value);
  return lines;
}

// exchangesOf returns the exchanges of the fixture with an index, the first ones if they are many.
async function exchangesOf(fixture, limit) {
  const [from, to] = report.index?.of.get(fixture) ?? [0, 0];
  const list = [];
  for (let i = from, c = -1; i < Math.min(to, from + limit); i++) {
    while (c < 0 || i >= report.index.first[c + 1]) c++;
    const lines = await chunk(c);
    list.push(JSON.parse(lines[i - report.index.first[c]]));
  }
  return { list, total: to - from };
}

// textOfBody returns a body as a text; what is no UTF-8 in it becomes U+FFFD.
function textOfBody(body) {
  if (body?.base64 === undefined) return body?.text ?? "";
  return new TextDecoder().decode(Uint8Array.from(atob(body.base64), (c) => c.charCodeAt(0)));
}

const searchable = (x) => [x.method, x.url, x.status, x.error, textOfBody(x.requestBody), textOfBody(x.responseBody),
  ...[x.requestHeaders, x.responseHeaders].flatMap((h) => Object.entries(h ?? {}).map(([k, v]) => k + ": " + v.join(", ")))]
  .join("\n").toLowerCase();

// searchExchanges tells of each fixture with an exchange that has a text, in lower case. It stops when it is no longer
// wanted.
async function searchExchanges(text, wanted, tell) {
  const quoted = JSON.stringify(text).slice(1, -1).toLowerCase();
  const { chunks, first, fixture } = report.index;
  for (let c = 0; c < chunks.length; c++) {
    const lines = await chunk(c);
    if (!wanted()) return false;
    lines.forEach((line, i) => {
      const likely = line.toLowerCase().includes(quoted) || line.includes('"base64":');
      if (likely && searchable(JSON.parse(line)).includes(text)) tell(fixture[first[c] + i]);
    });
  }
  return true;
}
