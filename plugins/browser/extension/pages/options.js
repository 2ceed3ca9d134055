// Which commons, with which token; where the share control stands; and what is chosen beforehand.
import { api } from "../lib/browser.js";
import { byId, fill, make } from "../lib/dom.js";
import { Refused, current, fetched } from "../lib/selectors.js";
import { change, instanceOf, patternOf, settings, sites } from "../lib/settings.js";
import { hoursField, hoursIn, termsForm, termsIn } from "../lib/terms.js";

// The host of the commons, known before a button is pressed: asking for a permission bears no waiting.
let own = "";

async function show(said = "") {
  const [set, selectors, granted] = await Promise.all([settings(), current(), sites()]);
  own = set.instance ? patternOf(set.instance) : "";
  fill(
    byId("main"),
    make("h1", {}, "Options"),
    make("p", { id: "said", role: "status" }, said),
    commons(set),
    places(granted, selectors),
    chosen(set),
  );
}

function commons(set) {
  const instance = make("input", { id: "instance", value: set.instance, placeholder: "https://commons.example.org", autocomplete: "off", spellcheck: "false" });
  const token = make("input", { id: "token", type: "password", value: set.token, autocomplete: "off" });
  return make(
    "section", {},
    make("h2", {}, "The commons"),
    make("p", {}, make("label", { class: "label", for: "instance" }, "Its address"), instance),
    make("p", {}, make("label", { class: "label", for: "token" }, "A token of yours"), token),
    make("p", { class: "quiet" }, "Make one there under Mine › Settings that may give. Without one you go on at the site each time."),
    make("p", { class: "cluster" }, make("button", { type: "button", class: "go", id: "connect", onclick: connect }, "Save"), set.instance ? make("a", { href: `${set.instance}/mine/settings`, target: "_blank", rel: "noopener" }, "Open its settings") : null),
    set.key ? make("p", { class: "quiet" }, "Its key: ", make("code", { id: "key" }, set.key)) : null,
  );
}

async function connect() {
  const instance = instanceOf(byId("instance").value);
  if (!instance) return tell("Write the address of a commons, such as https://commons.example.org.");
  const origins = [patternOf(instance)];
  const [known, before] = [api.permissions.contains({ origins }), settings()];
  // Asked for before anything else is waited for: a browser only asks while the press of a button is fresh.
  if (!(await api.permissions.request({ origins }))) return tell("Without that permission nothing can be sent there.");
  const problem = await saved(instance, await before);
  // What was allowed for a commons is no place to share from.
  if (problem && !(await known)) await withdraw(origins[0]);
  if (problem) return tell(problem);
  const refused = await api.runtime.sendMessage({ type: "update" });
  return show(refused ? `Saved. Its selectors are not used: ${refused}.` : "Saved.");
}

// Save it, or say in words why not.
async function saved(instance, before) {
  const isSame = before.instance === instance;
  const token = byId("token").value.trim();
  if (before.instance && !isSame && token && token === before.token) {
    return `Nothing was saved: this is a token of ${before.instance}. Make one at the new address, or leave it empty.`;
  }
  try {
    const { key, consent } = await fetched(instance);
    if (isSame && before.key && before.key !== key) {
      if (!confirm("This commons has another key than before. Trust it?")) return "Nothing was saved.";
    }
    if (before.key !== key) await api.storage.local.remove("selectors");
    await change({ instance, token, key, consent: String(consent ?? "") });
  } catch (error) {
    return `Nothing was saved: ${error instanceof Refused ? error.message : "it did not answer"}.`;
  }
  if (before.instance && patternOf(before.instance) !== patternOf(instance)) await withdraw(patternOf(before.instance));
  return "";
}

const withdraw = (pattern) => api.permissions.remove({ origins: [pattern] }).catch(() => {});

const tell = (words) => fill(byId("said"), words);

function places(granted, selectors) {
  const rows = granted.map((pattern) => make("li", {}, make("code", {}, pattern), " ", make("button", { type: "button", onclick: () => forget(pattern) }, "Take it away")));
  const known = selectors.sites.filter(({ matches }) => matches.length && !matches.every((each) => granted.includes(each)));
  const own = make("input", { id: "site", placeholder: "https://chat.example.org", autocomplete: "off", spellcheck: "false" });
  return make(
    "section", {},
    make("h2", {}, "Where the share control stands"),
    make("p", { class: "quiet" }, `Nowhere until you allow a site. On any page you can select words and share them without. Selectors: version ${selectors.version}.`),
    rows.length ? make("ul", { class: "list", id: "sites" }, rows) : null,
    make("p", { class: "cluster" }, known.map(({ name, matches }) => make("button", { type: "button", onclick: () => allow(matches) }, `Allow on ${name}`))),
    make("p", {}, make("label", { class: "label", for: "site" }, "A site of your own, with Open WebUI or Gradio"), own),
    make("p", {}, make("button", { type: "button", id: "allow", onclick: allowOwn }, "Allow it")),
  );
}

async function allow(patterns) {
  if (await api.permissions.request({ origins: patterns })) await show("Saved. Load the page again.");
}

async function allowOwn() {
  const origin = instanceOf(byId("site").value);
  if (!origin) return tell("Write the address of the site, such as https://chat.example.org.");
  if (patternOf(origin) === own) return tell("That is the host of your commons, where nothing is shared from.");
  return allow([patternOf(origin)]);
}

async function forget(pattern) {
  await withdraw(pattern);
  await show("Saved.");
}

function chosen(set) {
  const hours = hoursField("hours", set.waitHours);
  const form = make("form", { id: "terms", onsubmit: (event) => event.preventDefault() }, make("div", { class: "two" }, ...termsForm(set.terms)), make("p", {}, make("label", { class: "label", for: "hours" }, "Hours that items wait on this device"), hours));
  const save = async () => {
    await change({ terms: termsIn(form), waitHours: hoursIn(hours, set.waitHours) });
    await show("Saved.");
  };
  return make("section", {}, make("h2", {}, "Chosen beforehand"), make("p", { class: "quiet" }, "Whatever you leave open is asked each time."), form, make("p", {}, make("button", { type: "button", id: "save", onclick: save }, "Save")));
}

show();
