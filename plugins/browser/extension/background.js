// What runs without a page: it sends what is due, keeps the share control where it was allowed, and takes
// what content scripts hand over once a person pressed it.
import { api } from "./lib/browser.js";
import { current, sitesFor, update } from "./lib/selectors.js";
import { patternOf, settings, sites } from "./lib/settings.js";
import { isItem, items, nextDue, sendDue } from "./lib/waiting.js";

const MOST_MESSAGES = 400;
const LONGEST = 900_000;
const ROLES = ["user", "assistant"];
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

// Tokens and what waits are for our own pages, not for scripts in other people's.
api.storage.local.setAccessLevel?.({ accessLevel: "TRUSTED_CONTEXTS" });

// What is due already waits `pause` more: it is soon for what came now, and no storm for what could not be sent.
async function schedule(pause = SECOND) {
  const due = await nextDue();
  if (due !== null) await api.alarms.create("send", { when: Math.max(due, Date.now() + pause) });
  else await api.alarms.clear("send");
  const count = (await items()).length;
  await api.action.setBadgeText({ text: count ? String(count) : "" });
}

// A browser may end us while the commons keeps us waiting: then the alarm set before goes on.
async function sendAndSchedule() {
  await schedule(MINUTE);
  await sendDue();
  await schedule(MINUTE);
}

// The share control stands on the pages of hosts that the person allowed, and of no other.
const register = () =>
  navigator.locks.request("register", async () => {
    const [matches, { instance }] = [await sites(), await settings()];
    const known = await api.scripting.getRegisteredContentScripts({ ids: ["share"] });
    if (known.length) await api.scripting.unregisterContentScripts({ ids: ["share"] });
    if (!matches.length) return;
    const excludeMatches = instance ? [patternOf(instance)] : [];
    const share = { id: "share", js: ["content.js"], runAt: "document_idle", allFrames: false };
    await api.scripting.registerContentScripts([{ ...share, matches, excludeMatches, persistAcrossSessions: true }]);
  });

async function start() {
  await api.contextMenus.removeAll();
  const title = "Share the selection with the commons";
  api.contextMenus.create({ id: "selection", title, contexts: ["selection"] });
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

api.permissions.onAdded.addListener(register);
api.permissions.onRemoved.addListener(register);

api.storage.onChanged.addListener(async (changes, area) => {
  const names = area === "local" ? Object.keys(changes) : [];
  if (names.includes("settings")) await register();
  if (names.includes("settings") || names.some(isItem)) await schedule();
});

// A draft lies in memory, not on the disk, until the person put it in the waiting room without what is hidden.
async function open(draft) {
  const id = crypto.randomUUID();
  await api.storage.session.set({ [`draft:${id}`]: { ...draft, id } });
  await api.tabs.create({ url: api.runtime.getURL(`pages/editor.html#${id}`) });
}

function draftOf(said) {
  const messages = Array.isArray(said.messages) ? said.messages.slice(-MOST_MESSAGES) : [];
  const isGood = ({ role, content } = {}) => ROLES.includes(role) && typeof content === "string" && content.trim();
  const good = messages.filter(isGood);
  const length = good.reduce((sum, { content }) => sum + content.length, 0);
  if (good.at(-1)?.role !== "assistant" || length > LONGEST) return null;
  const model = typeof said.model === "string" ? said.model.trim().slice(0, 200) : "";
  const by = (role) => (model && role === "assistant" ? { model } : {});
  return { messages: good.map(({ role, content }) => ({ role, content, ...by(role) })), model };
}

// A script in a page may only ask where things stand there, and hand over what a person pressed the control for.
async function answerContent(said, { url }) {
  if (said.type === "where") return sitesFor(await current(), url);
  const draft = said.type === "share" ? draftOf(said) : null;
  if (draft) await open(draft);
  return draft !== null;
}

async function answerPage(said) {
  if (said.type === "send") await sendAndSchedule();
  if (said.type === "update") return update();
  if (said.type === "selection" && Number.isInteger(said.tab)) return shareSelection(said.tab);
  return true;
}

async function answer(said, sender) {
  const address = sender.url ?? "";
  if (!said || typeof said !== "object" || sender.id !== api.runtime.id) return null;
  if (address.startsWith(api.runtime.getURL(""))) return answerPage(said);
  return sender.tab && sender.frameId === 0 && /^https?:/.test(address) ? answerContent(said, sender) : null;
}

api.runtime.onMessage.addListener((said, sender, reply) => {
  answer(said, sender).then(reply, () => reply(null));
  return true;
});

// Share what is selected in a tab. Says in words why it cannot be; empty where its page opened.
async function shareSelection(tabId, frameId = 0, known = "") {
  const [found, isOpen] = await api.scripting
    .executeScript({ target: { tabId, frameIds: [frameId] }, func: () => getSelection().toString() })
    .then(([each]) => [each?.result, true], () => ["", false]);
  // Some pages let nobody in: then the browser's own word for the selection has to do.
  const content = (found || known).trim();
  if (!content) return isOpen ? "Nothing is selected on the page." : "This page lets no extension in.";
  if (content.length > LONGEST) return "That is too much for one contribution.";
  await open({ messages: [{ role: "assistant", content }], model: "", selection: true });
  return "";
}

api.contextMenus.onClicked.addListener((info, tab) => {
  if (info.menuItemId === "selection") return shareSelection(tab.id, info.frameId, info.selectionText);
  return undefined;
});
