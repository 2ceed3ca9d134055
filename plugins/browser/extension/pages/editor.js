// What would be public of an answer, and everything that its giver decides about it.
import { api } from "../lib/browser.js";
import { barred, byId, choices, day, fill, make } from "../lib/dom.js";
import { barsIn, faultsOf, handOff, hidden, hideWords, perhapsOf } from "../lib/record.js";
import { ASSESSMENTS, settings } from "../lib/settings.js";
import { termsForm, termsIn } from "../lib/terms.js";
import { nothingYet } from "../redaction/redact.js";
import * as waiting from "../lib/waiting.js";

const ID = location.hash.slice(1);
const SPEAKERS = { user: "You", assistant: "The model" };
let item = null;
let first = 0;
let set = null;
let perhaps = new Map();
const before = nothingYet();

async function begin() {
  set = await settings();
  const known = await waiting.item(ID);
  const draft = (await api.storage.session.get(`draft:${ID}`))[`draft:${ID}`];
  if (!known && !draft) {
    fill(byId("main"), make("h1", {}, "Nothing to share"), make("p", {}, "Press Share beside an answer, or select words and press the button of the extension."));
    return;
  }
  item = known ?? { edited: "", note: "", assessment: "", model: "", terms: set.terms, ...draft };
  await hideAll();
  // From here on no copy of what was hidden is left, in memory either.
  if (!known) await api.storage.session.set({ [`draft:${ID}`]: item });
  show();
}

async function hideAll() {
  const { item: next, failed } = await hidden(item, before);
  item = { ...next, failed };
  perhaps = await perhapsOf(next);
}

function show() {
  const change = item.made ? "Change what waits" : "Share an answer";
  first = item.whole === false ? Math.max(0, item.messages.length - 2) : 0;
  fill(
    byId("main"),
    make("h1", {}, change),
    make("p", { class: "quiet" }, "This is what would be public. What was found to be private is hidden already, and has not left this device."),
    item.failed.length ? make("p", { class: "say", role: "alert" }, `Something could not be checked (${item.failed.length}), so it cannot be shared from here.`) : null,
    make("form", { id: "form", onsubmit: (event) => event.preventDefault() }, shown(), better(), about(), agreement()),
  );
  byId("edited").addEventListener("input", later);
  byId("note").addEventListener("input", later);
  preview();
}

function shown() {
  const more = item.messages.length > 2;
  const range = more
    ? [choices("whole", { no: "This answer and its question", yes: `The conversation up to it (${item.messages.length} messages)` }, item.whole === undefined ? "" : item.whole ? "yes" : "no", "How much of it?")]
    : [];
  const asked = item.selection && item.messages.length === 1 && !item.made
    ? make("p", {}, make("label", { class: "label", for: "asked" }, "What was asked"), make("textarea", { id: "asked", name: "asked", rows: 3 }))
    : null;
  const part = make("section", { "aria-label": "What would be public" }, ...range, asked, make("div", { id: "turns" }));
  part.append(make("p", { class: "cluster" }, make("button", { type: "button", id: "hide", onclick: hideSelection }, "Hide the selected words"), make("span", { class: "quiet" }, "Select words above that should be hidden, too. What is underlined may be private, and is not hidden yet.")));
  for (const input of part.querySelectorAll("[name=whole]")) input.addEventListener("change", () => {
    item.whole = input.value === "yes";
    turns();
  });
  turns(part.querySelector("#turns"));
  return part;
}

function turns(place = byId("turns")) {
  first = item.whole === false ? Math.max(0, item.messages.length - 2) : 0;
  const marked = (i) => perhaps.get(`/messages/${i + first}/content`) ?? [];
  const rows = item.messages.slice(first).map(({ role, content }, i) =>
    make("div", { class: "turn" }, make("b", {}, SPEAKERS[role]), make("p", { class: "said", dir: "auto" }, barred(content, barsIn(content), marked(i)))),
  );
  fill(place, rows);
}

function better() {
  const text = make("textarea", { id: "edited", name: "edited", rows: 8, dir: "auto", placeholder: "Leave it empty to share the answer as it is." });
  text.value = item.edited ?? "";
  const start = () => {
    if (!text.value) text.value = item.messages.at(-1).content;
    text.focus();
    later();
  };
  return make(
    "section", {},
    make("h2", {}, "What should it have said?"),
    make("p", {}, make("label", { class: "quiet", for: "edited" }, "Optional: change what is wrong and leave what is right.")),
    text,
    make("p", { class: "cluster" }, make("button", { type: "button", id: "start", onclick: start }, "Begin with its answer")),
    make("div", { id: "better", "aria-live": "polite" }),
  );
}

function about() {
  const note = make("textarea", { id: "note", name: "note", rows: 2, dir: "auto" });
  note.value = item.note ?? "";
  return make(
    "section", {},
    make("h2", {}, "About it"),
    choices("assessment", { "": "I leave it open", ...ASSESSMENTS }, item.assessment ?? "", "How did it go?"),
    make("p", {}, make("label", { class: "label", for: "note" }, "What should a reader know?"), make("span", { class: "quiet" }, "Optional, and public.")),
    note,
    item.model ? make("p", { class: "quiet" }, `The page says that ${item.model} answered.`) : null,
    make("h2", {}, "Your terms"),
    make("div", { class: "two" }, ...termsForm(item.terms)),
  );
}

function agreement() {
  const hours = make("input", { id: "wait", name: "wait", type: "number", min: 0, max: 8784, value: set.waitHours });
  const due = item.made ? make("p", {}, `It is sent on ${day(item.due)}.`) : make("p", {}, make("label", { class: "label", for: "wait" }, "Hours on this device first"), hours);
  const ticks = [
    ["age", "I am 16 or older, or somebody who may decide for me agrees."],
    ["mine", "These words are mine to give, or I have asked the people whose words they are."],
    ["public", "I agree that the text above becomes public on these terms. I can take it back; copies that others already took cannot be called back."],
  ].map(([name, words]) => make("label", { class: "tick" }, make("input", { type: "checkbox", name: "agree", value: name, id: `agree-${name}` }), make("span", {}, words)));
  const where = set.instance
    ? make("p", { class: "quiet" }, "It goes to ", make("code", {}, set.instance), ". ", make("a", { href: `${set.instance}/texts/consent`, target: "_blank", rel: "noopener" }, "What you agree to"))
    : make("p", { class: "say" }, "No commons is set up yet: ", make("a", { href: "options.html" }, "say which one"), ".");
  return make(
    "section", {},
    due,
    make("fieldset", { id: "field-agreed" }, make("legend", {}, "Your consent"), ...ticks),
    where,
    make("p", { id: "faults", role: "alert", class: "fault" }),
    make(
      "p", { class: "cluster" },
      make("button", { type: "button", class: "go", id: "keep", disabled: !set.instance || !set.token, onclick: keep }, item.made ? "Keep the change" : "Put it in the waiting room"),
      set.instance && !item.made ? make("button", { type: "button", id: "site", onclick: atTheSite }, "Go on at the site instead") : null,
      make("button", { type: "button", id: "discard", onclick: discard }, item.made ? "Delete it" : "Discard it"),
    ),
    set.instance && !set.token ? make("p", { class: "quiet" }, "Without a token in the options it is given at the site.") : null,
  );
}

// What the form says so far, over what is there.
function read() {
  const form = byId("form");
  const said = new FormData(form);
  const asked = String(said.get("asked") ?? "").trim();
  const messages = asked ? [{ role: "user", content: asked }, ...item.messages] : item.messages;
  return {
    ...item,
    messages: messages.slice(first),
    edited: String(said.get("edited") ?? "").trim(),
    note: String(said.get("note") ?? "").trim(),
    assessment: String(said.get("assessment") ?? ""),
    terms: termsIn(form),
    agreed: said.getAll("agree").length === 3,
    consent: set.consent,
  };
}

let timer = 0;
function later() {
  clearTimeout(timer);
  timer = setTimeout(preview, 250);
}

async function preview() {
  const { item: next } = await hidden(read(), before);
  const parts = [["edited", "As it would be public"], ["note", "The note as it would be public"]]
    .filter(([name]) => next[name] && barsIn(next[name]).length)
    .map(([name, words]) => make("div", { class: "turn" }, make("b", {}, words), make("p", { class: "said", dir: "auto" }, barred(next[name], barsIn(next[name])))));
  fill(byId("better"), parts);
}

async function hideSelection() {
  const words = getSelection().toString().trim();
  if (!words || words.includes("⟨") || words.includes("⟩")) return;
  const edited = byId("edited").value;
  item = hideWords({ ...item, edited }, words);
  byId("edited").value = item.edited;
  await hideAll();
  turns();
  later();
  if (!item.made) api.storage.session.set({ [`draft:${ID}`]: item });
}

async function checked() {
  const said = read();
  const { item: next, failed } = await hidden(said, before);
  const faults = Object.values(faultsOf(next));
  if (item.messages.length > 2 && item.whole === undefined) faults.unshift("Say how much of the conversation it is.");
  if (failed.length) faults.unshift("Something could not be checked.");
  fill(byId("faults"), faults.map((fault) => make("span", {}, `${fault} `)));
  return faults.length ? null : next;
}

async function keep() {
  const next = await checked();
  if (!next) return;
  const { failed, agreed, selection, ...kept } = next;
  const now = Date.now();
  const hours = Number(byId("wait")?.value ?? 0);
  await waiting.keep({ ...kept, id: ID, made: item.made ?? now, changed: now, due: item.due ?? now + hours * 3_600_000, state: "waiting", tries: 0, next: 0, reason: "", whole: true });
  await api.storage.session.remove(`draft:${ID}`);
  await api.runtime.sendMessage({ type: "changed" });
  location.href = "waiting.html";
}

async function atTheSite() {
  const { item: next, failed } = await hidden(read(), before);
  if (failed.length) return;
  await api.tabs.create({ url: handOff(set.instance, next) });
}

async function discard() {
  await waiting.remove(ID);
  await api.storage.session.remove(`draft:${ID}`);
  await api.runtime.sendMessage({ type: "changed" });
  location.href = "waiting.html";
}

begin();
