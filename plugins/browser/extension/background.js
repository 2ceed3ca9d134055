// What runs without a page: it sends what is due, keeps the share control where it was allowed, and takes
// what content scripts hand over once a person pressed it.
import { api } from "./lib/browser.js";
import { current, sitesFor, update } from "./lib/selectors.js";
import { change, patternOf, settings } from "./lib/settings.js";
import { items, nextDue, sendDue } from "./lib/waiting.js";

const MOST_MESSAGES = 400;
const LONGEST = 900_000;
const ROLES = ["user", "assistant"];

// Tokens and what waits are for our own pages, not for scripts in other people's.
api.storage.local.setAccessLevel?.({ accessLevel: "TRUSTED_CONTEXTS" });

async function schedule() {
  const due = await nextDue();
  if (due !== null) await api.alarms.create("send", { when: Math.max(due, Date.now() + 1_000) });
  else await api.alarms.clear("send");
  const count = (await items()).length;
  await api.action.setBadgeText({ text: count ? String(count) : "" });
}

async function sendAndSchedule() {
  await sendDue();
  await schedule();
}

// The share control stands on the pages of hosts that the person allowed, and of no other.
async function register() {
  const { sites } = await settings();
  const allowed = [];
  for (const pattern of sites) if (await api.permissions.contains({ origins: [pattern] })) allowed.push(pattern);
  const known = await api.scripting.getRegisteredContentScripts({ ids: ["share"] });
  if (known.length) await api.scripting.unregisterContentScripts({ ids: ["share"] });
  if (!allowed.length) return;
  await api.scripting.registerContentScripts([
    { id: "share", js: ["content.js"], matches: allowed, runAt: "document_idle", allFrames: false, persistAcrossSessions: true },
  ]);
}

async function start() {
  await api.contextMenus.removeAll();
  api.contextMenus.create({ id: "selection", title: "Share the selection with the commons", contexts: ["selection"] });
  await api.alarms.create("selectors", { delayInMinutes: 1, periodInMinutes: 24 * 60 });
  await register();
  await sendAndSchedule();
}

api.runtime.onInstalled.addListener(start);
api.runtime.onStartup.addListener(start);

api.alarms.onAlarm.addListener(({ name }) => {
  if (name === "send") return sendAndSchedule();
  return name === "selectors" ? update() : undefined;
});

api.permissions.onAdded.addListener(async ({ origins = [] }) => {
  const { sites, instance } = await settings();
  const own = instance ? patternOf(instance) : "";
  await change({ sites: [...new Set([...sites, ...origins.filter((origin) => origin !== own)])] });
  await register();
});

api.permissions.onRemoved.addListener(register);

// A draft lies in memory, not on the disk, until the person put it in the waiting room without what is hidden.
async function open(draft) {
  const id = crypto.randomUUID();
  await api.storage.session.set({ [`draft:${id}`]: { ...draft, id } });
  await api.tabs.create({ url: api.runtime.getURL(`pages/editor.html#${id}`) });
}

function draftOf(said, sender) {
  const messages = Array.isArray(said.messages) ? said.messages.slice(-MOST_MESSAGES) : [];
  const good = messages.filter(({ role, content } = {}) => ROLES.includes(role) && typeof content === "string" && content.trim());
  if (!good.length || good.at(-1).role !== "assistant" || good.reduce((sum, each) => sum + each.content.length, 0) > LONGEST) return null;
  const model = typeof said.model === "string" ? said.model.trim().slice(0, 200) : "";
  return {
    messages: good.map(({ role, content }) => ({ role, content, ...(model && role === "assistant" ? { model } : {}) })),
    model,
    host: new URL(sender.url ?? sender.tab.url).hostname,
  };
}

const fromContent = (sender) => sender.id === api.runtime.id && sender.tab && sender.frameId === 0 && /^https?:/.test(sender.url ?? "");
const fromPages = (sender) => sender.id === api.runtime.id && (sender.url ?? "").startsWith(api.runtime.getURL(""));

async function answer(said, sender) {
  if (!said || typeof said !== "object") return null;
  if (fromContent(sender)) {
    if (said.type === "where") return sitesFor(await current(), sender.url);
    const draft = said.type === "share" ? draftOf(said, sender) : null;
    if (draft) await open(draft);
    return draft !== null;
  }
  if (fromPages(sender)) {
    if (said.type === "changed") await schedule();
    if (said.type === "send") await sendAndSchedule();
    if (said.type === "register") await register();
    if (said.type === "update") return update();
    if (said.type === "selection" && typeof said.text === "string") await selected(said.text, said.host);
    return true;
  }
  return null;
}

api.runtime.onMessage.addListener((said, sender, reply) => {
  answer(said, sender).then(reply, () => reply(null));
  return true;
});

async function selected(text, host) {
  if (text.trim() && text.length <= LONGEST) {
    await open({ messages: [{ role: "assistant", content: text.trim() }], model: "", host: String(host), selection: true });
  }
}

api.contextMenus.onClicked.addListener(async (info, tab) => {
  if (info.menuItemId !== "selection") return;
  let text = info.selectionText ?? "";
  try {
    const [found] = await api.scripting.executeScript({ target: { tabId: tab.id }, func: () => getSelection().toString() });
    text = found?.result || text;
  } catch {
    // Some pages let nobody in: then the browser's own word for the selection has to do.
  }
  await selected(text, new URL(tab.url ?? "about:blank").hostname);
});
