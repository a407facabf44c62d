// Calls the control API, and the API, in the session that the page shows.
import { $ } from "./dom.js";

const here = location.pathname;
const at = here.indexOf("/__mock");

// root is what stands before /__mock/ in the page's address: nothing, or the path of a proxy.
export const root = at < 0 ? "" : here.slice(0, at);

const prefixed = /\/__mock\/sessions\/([^/]+)\/__mock/.exec(here);
const store = (() => {
  try {
    sessionStorage.getItem("agentmock");
    return sessionStorage;
  } catch { // a browser that stores nothing
    const kept = new Map();
    return { getItem: (k) => kept.get(k) ?? null, setItem: (k, v) => kept.set(k, v), removeItem: (k) => kept.delete(k) };
  }
})();

// page is what all views share.
export const page = {
  session: prefixed ? decodeURIComponent(prefixed[1])
    : new URLSearchParams(location.search).get("session") ?? store.getItem("agentmock-session") ?? "",
  workspace: store.getItem("agentmock-workspace") ?? "",
  health: undefined,
  collections: [],
  operations: [],
};

export function remember() {
  store.setItem("agentmock-session", page.session);
  store.setItem("agentmock-workspace", page.workspace);
}

// kept holds values for as long as the tab is open.
export const kept = {
  read: (name) => { try { return JSON.parse(store.getItem("agentmock-" + name)); } catch { return null; } },
  write: (name, value) => store.setItem("agentmock-" + name, JSON.stringify(value)),
};

// CallError is a refusal. details are its violations.
export class CallError extends Error {
  constructor(status, message, details = []) {
    super(message);
    this.status = status;
    this.details = details;
  }
}

let asking;

// askToken shows the form for the token of the control, and waits for it.
function askToken(refused) {
  asking ??= new Promise((resolve) => {
    const dialog = $("token");
    $("token-error").hidden = !refused;
    dialog.querySelector("form").onsubmit = (event) => {
      event.preventDefault();
      store.setItem("agentmock-token", $("token-value").value.trim());
      $("token-value").value = "";
      asking = undefined;
      dialog.close();
      resolve();
    };
    dialog.onclose = () => asking && dialog.showModal(); // without the token there is nothing to see
    dialog.showModal();
  });
  return asking;
}

function headersFor(session, body) {
  const headers = { Accept: "application/json" };
  if (session) headers["X-Mock-Session"] = session;
  const token = store.getItem("agentmock-token");
  if (token) headers.Authorization = "Bearer " + token;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  return headers;
}

// send calls the control and returns the text of the answer. Its options: query, body (JSON text, or a value), signal,
// and session, where it is another than the page's.
export async function send(method, path, { query = {}, body, signal, session = page.session } = {}) {
  const search = new URLSearchParams(Object.entries(query).filter(([, v]) => v !== undefined && v !== "")).toString();
  const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  for (;;) {
    const headers = headersFor(session, text);
    let response;
    try {
      response = await fetch(root + "/__mock" + path + (search && "?" + search), { method, headers, body: text, signal,
        cache: "no-store", credentials: "omit" });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new CallError(0, "The mock does not answer; it may have been stopped.");
    }
    const answer = await response.text();
    if (response.status === 401) {
      await askToken(Boolean(headers.Authorization));
      continue;
    }
    if (response.ok) return answer;
    throw refusal(response, answer);
  }
}

function refusal(response, answer) {
  try {
    const { message, details } = JSON.parse(answer).error;
    return new CallError(response.status, message, details);
  } catch {
    return new CallError(response.status, `${response.status} ${response.statusText}`);
  }
}

// call is send for answers in JSON.
export async function call(method, path, how) {
  const text = await send(method, path, how);
  return text === "" ? undefined : JSON.parse(text);
}
