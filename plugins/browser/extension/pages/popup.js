// The button in the toolbar: share what is selected, allow this site, look at what waits.
import { api } from "../lib/browser.js";
import { byId, fill, make } from "../lib/dom.js";
import { change, patternOf, settings } from "../lib/settings.js";
import { items } from "../lib/waiting.js";

async function show() {
  const [tab] = await api.tabs.query({ active: true, currentWindow: true });
  const [waiting, { sites }] = await Promise.all([items(), settings()]);
  const open = /^https?:/.test(tab?.url ?? "");
  const pattern = open ? patternOf(tab.url) : "";
  const allowed = open && sites.includes(pattern) && (await api.permissions.contains({ origins: [pattern] }));
  fill(
    byId("main"),
    open ? make("p", {}, make("button", { type: "button", class: "go", id: "selection", onclick: () => share(tab) }, "Share what I selected")) : null,
    open && !allowed ? make("p", {}, make("button", { type: "button", id: "allow", onclick: () => allow(tab, pattern) }, `Show Share on ${new URL(tab.url).hostname}`)) : null,
    allowed ? make("p", { class: "quiet" }, "Share stands beside each answer on this site.") : null,
    make("p", {}, make("a", { href: "waiting.html", target: "_blank" }, `Waiting room (${waiting.length})`)),
    make("p", {}, make("a", { href: "options.html", target: "_blank" }, "Options")),
    make("p", { id: "said", role: "status", class: "quiet" }),
  );
}

async function share(tab) {
  try {
    const [found] = await api.scripting.executeScript({ target: { tabId: tab.id }, func: () => getSelection().toString() });
    if (!found?.result?.trim()) return fill(byId("said"), "Nothing is selected on the page.");
    await api.runtime.sendMessage({ type: "selection", text: found.result, host: new URL(tab.url).hostname });
    return window.close();
  } catch {
    return fill(byId("said"), "This page lets no extension in.");
  }
}

async function allow(tab, pattern) {
  if (!(await api.permissions.request({ origins: [pattern] }))) return;
  const { sites } = await settings();
  await change({ sites: [...new Set([...sites, pattern])] });
  await api.runtime.sendMessage({ type: "register" });
  await api.scripting.executeScript({ target: { tabId: tab.id }, files: ["content.js"] });
  window.close();
}

show();
