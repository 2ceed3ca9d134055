// The button in the toolbar: share what is selected, allow this site, look at what waits.
import { api } from "../lib/browser.js";
import { byId, fill, make } from "../lib/dom.js";
import { patternOf, settings } from "../lib/settings.js";
import { items } from "../lib/waiting.js";

const button = (id, onclick, words, kind) =>
  make("p", {}, make("button", { type: "button", id, class: kind, onclick }, words));
const link = (page, words) => make("p", {}, make("a", { href: `${page}.html`, target: "_blank" }, words));

async function show() {
  const [[tab], waiting] = await Promise.all([api.tabs.query({ active: true, currentWindow: true }), items()]);
  const isPage = /^https?:/.test(tab?.url ?? "");
  fill(
    byId("main"),
    isPage ? button("selection", () => share(tab), "Share what I selected", "go") : null,
    isPage ? await control(tab) : null,
    link("waiting", `Waiting room (${waiting.length})`),
    link("options", "Options"),
    make("p", { id: "said", role: "status", class: "quiet" }),
  );
}

async function control(tab) {
  const { instance } = await settings();
  const pattern = patternOf(tab.url);
  const quiet = (words) => make("p", { class: "quiet" }, words);
  if (instance && pattern === patternOf(instance)) return quiet("This is the host of your commons.");
  if (await api.permissions.contains({ origins: [pattern] })) return quiet("Share stands beside each answer on this site.");
  return button("allow", () => allow(tab, pattern), `Show Share on ${new URL(tab.url).hostname}`);
}

async function share(tab) {
  const problem = await api.runtime.sendMessage({ type: "selection", tab: tab.id });
  if (problem === "") return window.close();
  return fill(byId("said"), problem ?? "It could not be opened.");
}

async function allow(tab, pattern) {
  if (!(await api.permissions.request({ origins: [pattern] }))) return;
  await api.scripting.executeScript({ target: { tabId: tab.id }, files: ["content.js"] });
  window.close();
}

show();
