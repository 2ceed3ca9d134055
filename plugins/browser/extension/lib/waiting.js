// The waiting room: items stay on the device until they are due, and until the commons said that it has them.
import { api } from "./browser.js";
import { bodyOf } from "./record.js";
import { settings } from "./settings.js";

const PREFIX = "item:";
const KEPT = 50;
const LONGEST_PAUSE = 6 * 60;

export async function items() {
  const all = await api.storage.local.get(null);
  const found = Object.entries(all).filter(([key]) => key.startsWith(PREFIX));
  return found.map(([, item]) => item).sort((one, two) => one.due - two.due);
}

export async function item(id) {
  const key = PREFIX + id;
  return (await api.storage.local.get(key))[key] ?? null;
}

export const keep = (item) => api.storage.local.set({ [PREFIX + item.id]: item });

export const remove = (id) => api.storage.local.remove(PREFIX + id);

export async function sent() {
  return (await api.storage.local.get("sent")).sent ?? [];
}

// When the next of them has to be looked at; null where none waits.
export async function nextDue() {
  const waiting = (await items()).filter(({ state }) => state === "waiting");
  return waiting.length ? Math.min(...waiting.map(({ due, next }) => Math.max(due, next ?? 0))) : null;
}

let running = null;

// Send what is due. One at a time: what is asked for meanwhile waits for the same run.
export function sendDue(now = Date.now()) {
  running ??= run(now).finally(() => (running = null));
  return running;
}

async function run(now) {
  const { instance, token } = await settings();
  if (!instance || !token) return;
  for (const each of await items()) {
    if (each.state === "waiting" && Math.max(each.due, each.next ?? 0) <= now) await send(instance, token, each, now);
  }
}

async function send(instance, token, each, now) {
  let answer;
  let said = null;
  try {
    answer = await fetch(`${instance}/api/v1/contributions`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json", "Idempotency-Key": each.id },
      body: JSON.stringify(bodyOf(each)),
      credentials: "omit",
      redirect: "error",
      cache: "no-store",
    });
    said = await answer.json();
  } catch {
    // Away, or cut off: it is sent again under the same key, which makes it one contribution.
  }
  // It may have been changed or deleted while it was under way.
  const same = await item(each.id);
  if (answer?.ok && said?.id) return acknowledged(instance, each, said);
  if (!same || same.changed !== each.changed) return undefined;
  return keep(answer && isRefusal(answer.status) ? refused(each, answer.status, said) : later(each, answer, now));
}

const isRefusal = (status) => status >= 400 && status < 500 && ![401, 403, 408, 425, 429].includes(status);

async function acknowledged(instance, each, said) {
  const url = typeof said.url === "string" && said.url.startsWith(`${instance}/`) ? said.url : `${instance}/contributions/${encodeURIComponent(said.id)}`;
  const title = each.messages.at(-1).content.slice(0, 80);
  await api.storage.local.set({ sent: [{ id: said.id, url, title, at: Date.now() }, ...(await sent())].slice(0, KEPT) });
  await remove(each.id);
}

function refused(each, status, said) {
  const faults = (said?.error?.details?.faults ?? []).map(({ path, problem }) => `${path}: ${problem}`);
  const reason = [said?.error?.message ?? `The commons answered ${status}.`, ...faults].join(" ").slice(0, 500);
  return { ...each, state: "refused", reason };
}

function later(each, answer, now) {
  const tries = (each.tries ?? 0) + 1;
  const asked = Number(answer?.headers.get("retry-after")) || 0;
  const minutes = Math.max(asked / 60, Math.min(LONGEST_PAUSE, 2 ** (tries - 1)));
  const why = !answer ? "The commons cannot be reached." : [401, 403].includes(answer.status) ? "The token is not taken: make a new one." : "The commons is busy.";
  return { ...each, tries, next: now + minutes * 60_000, reason: why };
}
