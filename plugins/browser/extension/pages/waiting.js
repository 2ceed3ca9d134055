// What waits on this device: to be looked at, changed, deleted, or sent now; and what became of what was sent.
import { api } from "../lib/browser.js";
import { barred, byId, day, fill, make } from "../lib/dom.js";
import { barsIn } from "../lib/record.js";
import { settings } from "../lib/settings.js";
import * as waiting from "../lib/waiting.js";

async function show() {
  const [items, sent, set] = await Promise.all([waiting.items(), waiting.sent(), settings()]);
  fill(
    byId("main"),
    make("h1", {}, "Waiting room"),
    make("p", { class: "quiet" }, "These lie on this device and nowhere else. Each leaves when its time has come, and is removed here once the commons has it."),
    items.length && !(set.instance && set.token) ? make("p", { class: "say" }, "Nothing can be sent: ", make("a", { href: "options.html" }, "set up a commons and a token"), ".") : null,
    items.length ? make("ul", { class: "list", id: "items" }, items.map(row)) : make("p", { id: "empty" }, "Nothing waits."),
    sent.length ? make("section", {}, make("h2", {}, "Sent"), make("ul", { class: "list", id: "sent" }, sent.map(done))) : null,
  );
}

function row(item) {
  const answer = item.edited || item.messages.at(-1).content;
  const short = answer.length > 300 ? `${answer.slice(0, 300)}…` : answer;
  const when = item.state === "refused" ? make("p", { class: "fault" }, `Refused: ${item.reason}`) : make("p", { class: "quiet" }, `${item.edited ? "A better answer" : "An answer"}, sent on ${day(Math.max(item.due, item.next || 0))}. ${item.reason ?? ""}`);
  return make(
    "li", { "data-id": item.id },
    make("p", { class: "said", dir: "auto" }, barred(short, barsIn(short))),
    when,
    make(
      "p", { class: "cluster" },
      make("a", { class: "btn", href: `editor.html#${item.id}` }, "Change"),
      make("button", { type: "button", onclick: () => sendNow(item) }, item.state === "refused" ? "Send again" : "Send now"),
      make("button", { type: "button", onclick: () => remove(item) }, "Delete"),
    ),
  );
}

function done({ url, title, at }) {
  return make("li", {}, make("a", { href: url, target: "_blank", rel: "noopener" }, title || "A contribution"), make("p", { class: "quiet" }, day(at)));
}

async function sendNow(item) {
  await waiting.keep({ ...item, state: "waiting", due: Date.now(), next: 0, reason: "" });
  await api.runtime.sendMessage({ type: "send" });
}

async function remove(item) {
  await waiting.remove(item.id);
  await api.runtime.sendMessage({ type: "changed" });
}

api.storage.local.onChanged.addListener(show);
show();
