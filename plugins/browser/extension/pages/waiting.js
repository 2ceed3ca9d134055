// What waits on this device: to be looked at, changed, deleted, or sent now; and what became of what was sent.
import { api } from "../lib/browser.js";
import { barred, byId, day, fill, make } from "../lib/dom.js";
import { barsIn } from "../lib/record.js";
import { settings } from "../lib/settings.js";
import * as waiting from "../lib/waiting.js";

const LONGEST = 300;
const ABOUT = [
  "These lie on this device and nowhere else, unless it says so beside them. ",
  "Each leaves when its time has come, and is removed here once the commons has it.",
];

async function show() {
  const [items, sent, set] = await Promise.all([waiting.items(), waiting.sent(), settings()]);
  const isStuck = items.length && !(set.instance && set.token);
  const listed = (id, rows) => make("ul", { class: "list", id }, rows);
  fill(
    byId("main"),
    make("h1", {}, "Waiting room"),
    make("p", { class: "quiet" }, ABOUT),
    isStuck ? say("Nothing can be sent: ", make("a", { href: "options.html" }, "set up a commons and a token"), ".") : null,
    make("p", { id: "said", role: "status", class: "fault" }),
    items.length ? listed("items", items.map((item) => row(item, set))) : make("p", { id: "empty" }, "Nothing waits."),
    sent.length ? make("section", {}, make("h2", {}, "Sent"), listed("sent", sent.map(done))) : null,
  );
}

const say = (...words) => make("p", { class: "say" }, ...words);
const out = (href, words) => make("a", { href, target: "_blank", rel: "noopener" }, words);
const button = (onclick, words) => make("button", { type: "button", onclick }, words);

function row(item, set) {
  const answer = item.edited || item.messages.at(-1).content;
  const short = answer.length > LONGEST ? `${answer.slice(0, LONGEST)}…` : answer;
  const isFor = waiting.isFor(item, set);
  const isLate = item.state === "late";
  const change = (words) => make("a", { class: "btn", href: `editor.html#${item.id}` }, words);
  return make(
    "li", { "data-id": item.id },
    make("p", { class: "said", dir: "auto" }, barred(short, barsIn(short))),
    isLate ? late(item) : isFor ? when(item) : foreign(item),
    !isLate && item.tried?.length ? perhaps(item) : null,
    make(
      "p", { class: "cluster" },
      isLate ? null : change(isFor ? "Change" : "Agree anew"),
      isFor && !isLate ? button(() => sendNow(item.id), item.state === "refused" ? "Send again" : "Send now") : null,
      button(() => remove(item.id), isLate ? "Delete it here" : "Delete"),
    ),
  );
}

function when({ state, reason, edited, due, next }) {
  if (state === "refused") return make("p", { class: "fault" }, `Refused: ${reason}`);
  const what = edited ? "A better answer" : "An answer";
  return make("p", { class: "quiet" }, `${what}, sent on ${day(Math.max(due, next || 0))}. ${reason ?? ""}`);
}

function foreign({ instance }) {
  const where = instance ? make("code", {}, instance) : "one that is not known";
  return make("p", { class: "fault" }, "Agreed for another commons (", where, "), so it is not sent to yours.");
}

// Whoever deletes or changes it now has to know that an earlier try may have given it.
function perhaps({ instance }) {
  return say(
    "It was tried, and no answer came: the commons may have it already. If so, it stands under ",
    out(`${instance}/mine`, "what you gave"),
    ", where you can take it back.",
  );
}

function late({ url }) {
  return make(
    "p", { class: "fault" },
    "This change was not given. An earlier version had reached the commons before, and is what it has: ",
    out(url, "fix it or take it back there"),
    ".",
  );
}

function done({ url, title, at, perhaps: mine }) {
  return make(
    "li", {},
    out(url, title || "A contribution"),
    make("p", { class: "quiet" }, day(at)),
    mine ? say("An earlier try, with another token, may have been given as well: see ", out(mine, "what you gave"), ".") : null,
  );
}

// Do it unless somebody has the item.
async function having(id, work) {
  const isDone = await waiting.having(id, async () => {
    await work();
    return true;
  });
  fill(byId("said"), isDone ? "" : "It is being sent, or open in another tab.");
  return isDone;
}

async function sendNow(id) {
  const hasten = async () => {
    const item = await waiting.item(id);
    if (item) await waiting.keep({ ...item, state: "waiting", due: Date.now(), next: 0, reason: "" });
  };
  if (await having(id, hasten)) await api.runtime.sendMessage({ type: "send" });
}

const remove = (id) => having(id, () => waiting.remove(id));

api.storage.local.onChanged.addListener(show);
show();
