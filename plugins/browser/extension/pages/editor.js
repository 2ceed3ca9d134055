// What would be public of an answer, and everything that its giver decides about it.
import { api } from "../lib/browser.js";
import { barred, byId, choices, day, fill, make } from "../lib/dom.js";
import { barsIn, chosen, faultsOf, handOff, hidden, hideWords, textsOf } from "../lib/record.js";
import { selectedIn } from "../lib/selection.js";
import { ASSESSMENTS, settings } from "../lib/settings.js";
import { hoursField, hoursIn, termsForm, termsIn } from "../lib/terms.js";
import { nothingYet } from "../redaction/redact.js";
import * as waiting from "../lib/waiting.js";

const ID = location.hash.slice(1);
const DRAFT = `draft:${ID}`;
const SPEAKERS = { user: "You", assistant: "The model" };
// What is written here and shown as it would be public, wherever something in it is or may be hidden.
const OWN = { asked: "What was asked", edited: "The better answer", note: "The note" };
const NOTHING_HIDDEN = "Nothing was hidden: select words where it shows what would be public.";
const EMPTY = { asked: "", edited: "", note: "", assessment: "", model: "" };
let item = null;
let set = null;
let failed = [];
let release = () => {};
const before = nothingYet();

// While this page is open the item is ours: nobody sends, hastens or deletes it elsewhere.
const held = new Promise((resolve) => {
  const work = () => {
    resolve();
    return new Promise((done) => (release = done));
  };
  waiting.having(ID, work, { patience: true });
});

// A page that the browser kept has given its item back.
addEventListener("pageshow", ({ persisted }) => persisted && location.reload());

const say = (...words) => make("p", { class: "say" }, ...words);
const out = (href, words) => make("a", { href, target: "_blank", rel: "noopener" }, words);

function tell(heading, ...words) {
  fill(byId("main"), make("h1", {}, heading), make("p", {}, ...words));
}

async function begin() {
  tell("Wait a moment", "It is being sent, or open in another tab: close that, and it can be changed here.");
  await held;
  set = await settings();
  const known = await waiting.item(ID);
  const draft = (await api.storage.session.get(DRAFT))[DRAFT];
  const given = known ? known.state === "late" && known : (await waiting.sent()).find((each) => each.item === ID);
  if (given) {
    const page = out(given.url, "fix it or take it back there");
    return tell("It was given already", "It can no longer be changed here: ", page, ".");
  }
  if (!known && !draft) {
    const how = "Press Share beside an answer, or select words and press the button of the extension.";
    return tell("Nothing to share", how);
  }
  item = known ?? { ...EMPTY, terms: set.terms, ...draft };
  const made = await hidden(item, before);
  ({ item, failed } = made);
  await remember();
  show();
  return paint(made);
}

// From here on no copy of what was hidden is left, in memory either.
async function remember() {
  if (!item.made) await api.storage.session.set({ [DRAFT]: item });
}

// Whether it was agreed for the commons that is set now; of what waits for another everything is decided anew.
const isHere = () => Boolean(item.made) && waiting.isFor(item, set);

function show() {
  fill(
    byId("main"),
    make("h1", {}, item.made ? "Change what waits" : "Share an answer"),
    make("p", { class: "quiet" }, "This is what would be public. What was found to be private is hidden already, and has not left this device."),
    item.made && !isHere() ? foreign() : null,
    item.tried?.length ? tried() : null,
    failed.length ? make("p", { class: "say", role: "alert" }, `Something could not be checked (${failed.length}), so it cannot be shared from here.`) : null,
    make("form", { id: "form", onsubmit: (event) => event.preventDefault() }, shown(), better(), about(), agreement()),
  );
  for (const name of Object.keys(OWN)) byId(name)?.addEventListener("input", later);
}

function foreign() {
  const where = make("code", {}, item.instance ?? "another commons");
  return say("It was agreed for ", where, ". It goes to the one below only if you agree to that here.");
}

function tried() {
  return say(
    "It was tried, and no answer came: as it was, the commons may have it already. ",
    "Then what you change here is not given, and the waiting room says so. See ",
    out(`${item.instance}/mine`, "what you gave"),
    ".",
  );
}

// A field for words of one's own, and the place where they are shown as they would be public.
function field(name, rows, more = {}) {
  const text = make("textarea", { id: name, name, rows, dir: "auto", ...more });
  text.value = item[name] ?? "";
  return [text, make("div", { id: `shown-${name}`, "aria-live": "polite" })];
}

function shown() {
  const range = { no: "This answer and its question", yes: `The conversation up to it (${item.messages.length} messages)` };
  const now = item.whole === undefined ? "" : item.whole ? "yes" : "no";
  const asked = item.selection
    ? [make("p", {}, make("label", { class: "label", for: "asked" }, "What was asked")), ...field("asked", 3)]
    : [];
  const part = make(
    "section", { "aria-label": "What would be public" },
    item.messages.length > 2 ? choices("whole", range, now, "How much of it?") : null,
    asked,
    make("div", { id: "turns" }),
    make(
      "p", { class: "cluster" },
      make("button", { type: "button", id: "hide", onclick: hideSelection }, "Hide the selected words"),
      make("span", { class: "quiet" }, "Select words that should be hidden, too. What is underlined may be private, and is not hidden yet."),
    ),
    make("p", { id: "hid", role: "status", class: "fault" }),
  );
  for (const input of part.querySelectorAll("[name=whole]")) input.addEventListener("change", preview);
  return part;
}

const said = (text, places) => make("p", { class: "said", dir: "auto" }, barred(text, barsIn(text), places));

// The turns that would be given, and what one wrote oneself where something in it is or may be hidden.
function paint({ item: next, perhaps }) {
  const first = next.whole === false ? next.messages.length - 2 : 0;
  const turn = ({ role, content }, i) =>
    make("div", { class: "turn" }, make("b", {}, SPEAKERS[role]), said(content, perhaps.get(`/messages/${i}/content`)));
  fill(byId("turns"), next.messages.map(turn).slice(first));
  for (const [name, words] of Object.entries(OWN)) {
    const places = perhaps.get(`/${name}`) ?? [];
    const isPlain = !places.length && !barsIn(next[name] ?? "").length;
    const place = byId(`shown-${name}`);
    const heading = make("b", {}, `${words}, as it would be public`);
    if (place) fill(place, isPlain ? null : make("div", { class: "turn" }, heading, said(next[name], places)));
  }
}

function better() {
  const [text, place] = field("edited", 8, { placeholder: "Leave it empty to share the answer as it is." });
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
    place,
  );
}

function about() {
  return make(
    "section", {},
    make("h2", {}, "About it"),
    choices("assessment", { "": "I leave it open", ...ASSESSMENTS }, item.assessment ?? "", "How did it go?"),
    make("p", {}, make("label", { class: "label", for: "note" }, "What should a reader know?"), make("span", { class: "quiet" }, "Optional, and public.")),
    ...field("note", 2),
    item.model ? make("p", { class: "quiet" }, `The page says that ${item.model} answered.`) : null,
    make("h2", {}, "Your terms"),
    make("div", { class: "two" }, ...termsForm(item.terms)),
  );
}

function agreement() {
  const when = item.due > Date.now() ? `It is sent on ${day(item.due)}.` : "It is sent once you keep it, or close this page.";
  const label = make("label", { class: "label", for: "wait" }, "Hours on this device first");
  const due = isHere() ? make("p", {}, when) : make("p", {}, label, hoursField("wait", set.waitHours));
  const ticks = [
    ["age", "I am 16 or older, or somebody who may decide for me agrees."],
    ["mine", "These words are mine to give, or I have asked the people whose words they are."],
    ["public", "I agree that the text above becomes public on these terms. I can take it back; copies that others already took cannot be called back."],
  ].map(([name, words]) => make("label", { class: "tick" }, make("input", { type: "checkbox", name: "agree", value: name, id: `agree-${name}` }), make("span", {}, words)));
  const where = set.instance
    ? make("p", { class: "quiet" }, "It goes to ", make("code", {}, set.instance), ". ", out(`${set.instance}/texts/consent`, "What you agree to"))
    : make("p", { class: "say" }, "No commons is set up yet: ", make("a", { href: "options.html" }, "say which one"), ".");
  const isReady = set.instance && set.token;
  return make(
    "section", {},
    due,
    make("fieldset", { id: "field-agreed" }, make("legend", {}, "Your consent"), ...ticks),
    where,
    make("p", { id: "faults", role: "alert", class: "fault" }),
    make(
      "p", { class: "cluster" },
      make("button", { type: "button", class: "go", id: "keep", disabled: !isReady, onclick: keep }, item.made ? "Keep the change" : "Put it in the waiting room"),
      set.instance && !item.made ? make("button", { type: "button", id: "site", onclick: atTheSite }, "Go on at the site instead") : null,
      make("button", { type: "button", id: "discard", onclick: discard }, item.made ? "Delete it" : "Discard it"),
    ),
    set.instance && !set.token ? make("p", { class: "quiet" }, "Without a token in the options it is given at the site.") : null,
  );
}

// What the form says so far, over what is there.
function read() {
  const form = byId("form");
  const answers = new FormData(form);
  const own = Object.fromEntries(Object.keys(OWN).map((name) => [name, String(answers.get(name) ?? "").trim()]));
  const whole = answers.get("whole");
  return {
    ...item,
    ...own,
    ...(whole ? { whole: whole === "yes" } : {}),
    assessment: String(answers.get("assessment") ?? ""),
    terms: termsIn(form),
    agreed: answers.getAll("agree").length === 3,
    consent: set.consent,
  };
}

let timer = 0;
function later() {
  clearTimeout(timer);
  timer = setTimeout(preview, 250);
}

// What is slower than what was asked for after it is not shown.
let latest = 0;
async function preview() {
  const mine = ++latest;
  const made = await hidden(read(), before);
  if (mine === latest) paint(made);
}

async function hideSelection() {
  const now = read();
  const next = selectedIn(document.querySelectorAll(".said")).reduce((each, words) => hideWords(each, words), now);
  const isSame = textsOf(next).every(([, text], i) => text === textsOf(now)[i][1]);
  fill(byId("hid"), isSame ? NOTHING_HIDDEN : "");
  if (isSame) return;
  for (const name of Object.keys(OWN)) if (byId(name)) byId(name).value = next[name];
  item = { ...item, messages: next.messages };
  await Promise.all([remember(), preview()]);
}

const isRangeOpen = (next) => next.messages.length > 2 && next.whole === undefined;

// As it would leave, or null where something is missing, which is said.
async function checked(faultsIn) {
  const now = read();
  const made = await hidden(chosen(now), before);
  const faults = faultsIn(made.item);
  if (isRangeOpen(now)) faults.unshift("Say how much of the conversation it is.");
  if (made.failed.length) faults.unshift("Something could not be checked.");
  fill(byId("faults"), faults.map((fault) => make("span", {}, `${fault} `)));
  return faults.length ? null : made.item;
}

async function keep() {
  byId("keep").disabled = true;
  const next = await checked((each) => Object.values(faultsOf(each)));
  byId("keep").disabled = next !== null;
  if (!next) return undefined;
  const { agreed, selection, ...kept } = next;
  const now = Date.now();
  const due = isHere() ? item.due : now + hoursIn(byId("wait"), set.waitHours) * 3_600_000;
  const anew = isHere() ? {} : { tried: [], doubt: false };
  const fresh = { state: "waiting", tries: 0, next: 0, reason: "", whole: true, ...anew };
  try {
    const made = item.made ?? now;
    await waiting.keep({ ...kept, ...fresh, id: ID, instance: set.instance, made, due });
  } catch {
    byId("keep").disabled = false;
    return fill(byId("faults"), "It could not be kept: the room on this device is full. Send or delete what waits.");
  }
  return leave();
}

async function atTheSite() {
  const next = await checked(() => []);
  if (!next) return;
  try {
    await api.tabs.create({ url: handOff(set.instance, next) });
  } catch {
    fill(byId("faults"), "It is too long to be handed over to the site.");
  }
}

async function discard() {
  await waiting.remove(ID);
  await leave();
}

async function leave() {
  await api.storage.session.remove(DRAFT);
  release();
  location.href = "waiting.html";
}

begin();
