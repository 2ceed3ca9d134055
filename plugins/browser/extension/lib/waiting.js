// The waiting room: items stay on the device until they are due, and until the commons said that it has them.
import { api } from "./browser.js";
import { bodyOf } from "./record.js";
import { settings } from "./settings.js";

const PREFIX = "item:";
const KEPT = 50;
const LONGEST_PAUSE = 6 * 60;
const PATIENCE = 20_000;
// As much of a token as tells it from another.
const SIGNS = 6;

export async function items() {
  const all = await api.storage.local.get(null);
  const found = Object.entries(all).filter(([key]) => isItem(key));
  return found.map(([, item]) => item).sort((one, two) => one.due - two.due);
}

export async function item(id) {
  const key = PREFIX + id;
  return (await api.storage.local.get(key))[key] ?? null;
}

export const isItem = (key) => key.startsWith(PREFIX);

export const keep = (item) => api.storage.local.set({ [PREFIX + item.id]: item });

export const remove = (id) => api.storage.local.remove(PREFIX + id);

export async function sent() {
  return (await api.storage.local.get("sent")).sent ?? [];
}

// One at a time has an item: its editor, while that is open, or whoever sends, hastens or deletes it. A page or
// worker that ends, however it ends, gives it back. Without `patience` the answer is null where somebody has it.
export function having(id, work, { patience = false } = {}) {
  return navigator.locks.request(PREFIX + id, { ifAvailable: !patience }, (lock) => (lock ? work() : null));
}

// It was agreed for one commons, and goes to no other.
export const isFor = (item, { instance }) => Boolean(instance) && item.instance === instance;

const goes = (item, set) => item.state === "waiting" && Boolean(set.token) && isFor(item, set);

const dueOf = ({ due, next }) => Math.max(due, next ?? 0);

// When the next of them has to be looked at; null where none can be sent.
export async function nextDue() {
  const set = await settings();
  const times = (await items()).filter((each) => goes(each, set)).map(dueOf);
  return times.length ? Math.min(...times) : null;
}

let running = Promise.resolve();

// Send what is due, after what is being sent already.
export function sendDue() {
  running = running.then(run, run);
  return running;
}

async function run() {
  const set = await settings();
  const isDue = (each) => goes(each, set) && dueOf(each) <= Date.now();
  for (const { id } of (await items()).filter(isDue)) {
    await having(id, async () => {
      const each = await item(id);
      if (each && isDue(each)) await send(set, each);
    });
  }
}

// The answer to one body under the key of an item; null where nothing came back in time. The same body may be sent
// again and again: that is one contribution.
async function post({ instance, token }, key, body) {
  try {
    const answer = await fetch(`${instance}/api/v1/contributions`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json", "Idempotency-Key": key },
      body,
      credentials: "omit",
      redirect: "error",
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE),
    });
    const said = await answer.json().catch(() => null);
    return { status: answer.status, after: Number(answer.headers.get("retry-after")) || 0, said };
  } catch {
    return null;
  }
}

const isGiven = (answer) => answer !== null && answer.status < 300 && typeof answer.said?.id === "string";
const isRefusal = (answer) => isAnswered(answer) && ![401, 403, 408, 425, 429].includes(answer.status);
// Where the commons itself said no, this try gave nothing.
const isAnswered = (answer) => answer !== null && answer.status >= 400 && answer.status < 500;

// What is tried is written down before, word for word: where no answer comes, it may have been given. A commons
// knows a key of one token: after another token was set, what it takes says nothing of the tries before.
async function send(set, due) {
  const body = JSON.stringify(bodyOf(due));
  const before = due.tried ?? [];
  const tried = [...new Set([...before, body])];
  const by = set.token.slice(-SIGNS);
  const each = { ...due, by, doubt: due.doubt || (before.length > 0 && due.by !== by) };
  await keep({ ...each, tried });
  const answer = await post(set, each.id, body);
  if (isGiven(answer)) {
    await note(set, each, answer.said);
    return remove(each.id);
  }
  if (answer?.said?.error?.code === "idempotency_key_reused") return late(set, { ...each, tried: before });
  const kept = { ...each, tried: isAnswered(answer) ? before : tried };
  return keep(isRefusal(answer) ? refused(kept, answer) : later(kept, answer));
}

// An earlier version has the key, so a try that got no answer gave that one, and the change to it is not given.
// Sent again, the earlier version says where it is; and the person learns of it in the waiting room.
async function late(set, each) {
  for (const body of each.tried) {
    const answer = await post(set, each.id, body);
    if (isGiven(answer)) return keep({ ...each, state: "late", url: await note(set, each, answer.said) });
    if (!isRefusal(answer)) return keep(later(each, answer));
  }
  return keep({ ...each, state: "late", url: `${set.instance}/mine` });
}

// Note what was given, and where its page is.
async function note({ instance }, { id, messages, doubt }, said) {
  const own = typeof said.url === "string" && said.url.startsWith(`${instance}/`);
  const url = own ? said.url : `${instance}/contributions/${encodeURIComponent(said.id)}`;
  const perhaps = doubt ? `${instance}/mine` : "";
  const title = messages.at(-1).content.slice(0, 80);
  const made = { id: said.id, item: id, url, title, at: Date.now(), perhaps };
  await api.storage.local.set({ sent: [made, ...(await sent())].slice(0, KEPT) });
  return url;
}

function refused(each, { status, said }) {
  const faults = (said?.error?.details?.faults ?? []).map(({ path, problem }) => `${path}: ${problem}`);
  const reason = [said?.error?.message ?? `The commons answered ${status}.`, ...faults].join(" ").slice(0, 500);
  return { ...each, state: "refused", reason };
}

function later(each, answer) {
  const tries = (each.tries ?? 0) + 1;
  const minutes = Math.max((answer?.after ?? 0) / 60, Math.min(LONGEST_PAUSE, 2 ** (tries - 1)));
  return { ...each, tries, next: Date.now() + minutes * 60_000, reason: reasonOf(answer) };
}

function reasonOf(answer) {
  if (!answer) return "The commons cannot be reached.";
  return [401, 403].includes(answer.status) ? "The token is not taken: make a new one." : "The commons is busy.";
}
