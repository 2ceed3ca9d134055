// The fields for terms, on the page of an item and in the options. Nothing is chosen but what was set before.
import { choices, make } from "./dom.js";
import { LICENSES, NAMES, PREFERENCES, PURPOSES, SCOPES } from "./settings.js";

export function termsForm(terms) {
  return [
    choices("license", LICENSES, terms.license, "What may other people do with it?"),
    choices("ai_pref", PREFERENCES, terms.ai_pref, "May AI models learn from it?"),
    choices("purposes", PURPOSES, terms.purposes, "What may it be used for?", "checkbox"),
    choices("scope", SCOPES, terms.scope, "For whom is it?"),
    choices("who", NAMES, terms.who, "Whose name is on it?"),
    make("p", {}, make("label", { class: "label", for: "name" }, "The name or pseudonym"), make("input", { id: "name", name: "name", maxlength: 100, value: terms.name, autocomplete: "off" })),
  ];
}

export function termsIn(form) {
  const said = new FormData(form);
  const one = (name) => String(said.get(name) ?? "");
  return {
    license: one("license"),
    ai_pref: one("ai_pref"),
    purposes: said.getAll("purposes").map(String),
    scope: one("scope"),
    who: one("who"),
    name: one("name").trim(),
  };
}

const LONGEST_WAIT = 8784;

export const hoursField = (id, value) => make("input", { id, name: id, type: "number", min: 0, max: LONGEST_WAIT, value });

// An empty field is no wish to have it sent at once.
export function hoursIn({ valueAsNumber: hours }, otherwise) {
  return Number.isNaN(hours) ? otherwise : Math.min(LONGEST_WAIT, Math.max(0, hours));
}
