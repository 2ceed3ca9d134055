// What would be given: the messages, what was asked, a correction, a note; and everything of it that has to be hidden.
import { redacted } from "../redaction/redact.js";
import { PLACEHOLDER } from "../redaction/patterns.js";
import { api } from "./browser.js";

const PARTS = ["asked", "edited", "note"];

// All texts of an item, with pointers under which they are found again.
export function textsOf(item) {
  const messages = item.messages.map((message, i) => [`/messages/${i}/content`, message.content]);
  const parts = PARTS.filter((name) => item[name]).map((name) => [`/${name}`, item[name]]);
  return [...messages, ...parts];
}

async function languageOf(text) {
  try {
    const found = await api.i18n.detectLanguage(text.slice(0, 5_000));
    return found.isReliable && found.languages[0] ? found.languages[0].language : "";
  } catch {
    return "";
  }
}

// The same item as it would leave, and by the pointer of each text where it holds what may be private.
// What a detector that failed would have found is not known, so nothing may leave then: `failed` names it.
export async function hidden(item, before) {
  const texts = textsOf(item);
  const language = await languageOf(texts.map(([, text]) => text).join("\n"));
  const { texts: made, failed } = redacted(texts, language, before);
  const next = { ...item, messages: item.messages.map((message) => ({ ...message })) };
  for (const [pointer, text] of made) {
    const [, name, index] = pointer.split("/");
    if (name === "messages") next.messages[Number(index)].content = text;
    else next[name] = text;
  }
  const perhaps = new Map(made.map(([pointer, , , places]) => [pointer, places]));
  return { item: next, failed, perhaps };
}

export const barsIn = (text) => [...PLACEHOLDER.all(text)].map(({ first, last }) => [first, last]);

// Words that the person hides by hand, wherever they stand but in labels; what stands for them is a number alone.
export function hideWords(item, words) {
  const all = textsOf(item).map(([, text]) => text).join("\n");
  const used = [...all.matchAll(/⟨private-([0-9]+)⟩/g)].map((found) => Number(found[1]));
  const label = `⟨private-${Math.max(0, ...used) + 1}⟩`;
  const without = (text) => {
    let made = "";
    let from = 0;
    for (const [start, end] of [...barsIn(text), [text.length, text.length]]) {
      made += text.slice(from, start).replaceAll(words, label) + text.slice(start, end);
      from = end;
    }
    return made;
  };
  const messages = item.messages.map((message) => ({ ...message, content: without(message.content) }));
  const next = { ...item, messages };
  for (const name of PARTS) if (next[name]) next[name] = without(next[name]);
  return next;
}

// As it would be given: from its question on unless the whole was chosen, and with the question that was typed.
export function chosen({ asked, ...item }) {
  const messages = item.whole === false ? item.messages.slice(-2) : item.messages;
  return { ...item, messages: asked ? [{ role: "user", content: asked }, ...messages] : messages };
}

function attributionOf({ who, name }) {
  return who === "anonymous" || !name ? { mode: who } : { mode: who, name };
}

// The contribution as the commons takes it.
export function bodyOf(item) {
  const { terms } = item;
  const messages = item.messages.map(({ role, content, model }) => ({ role, content, ...(model && role === "assistant" ? { model } : {}) }));
  const corrected = item.edited && item.edited !== item.messages.at(-1).content;
  const made = corrected
    ? { kind: "correction", prompt: messages.slice(0, -1), original: messages.at(-1).content, edited: item.edited }
    : { kind: "chat", messages };
  return {
    ...made,
    ...(item.assessment ? { assessment: item.assessment } : {}),
    ...(item.note ? { note: item.note } : {}),
    source: { door: "browser", prompted: "proactive", ...(item.model ? { model: item.model } : {}) },
    terms: {
      license: terms.license,
      ai_pref: terms.ai_pref,
      purposes: terms.purposes,
      scope: terms.scope,
      attribution: attributionOf(terms),
      consent: { version: item.consent, given: true },
    },
  };
}

// What is missing before it may wait, in words by the name of its field.
export function faultsOf(item) {
  const { terms } = item;
  const faults = {};
  if (!item.messages.length || !item.messages.at(-1).content.trim()) faults.messages = "There is no answer.";
  if (item.edited && item.messages.length < 2) faults.question = "Say what was asked: a correction needs it.";
  if (!terms.license) faults.license = "Choose a license.";
  if (!terms.ai_pref) faults.ai_pref = "Say whether AI models may learn from it.";
  if (!terms.purposes.length) faults.purposes = "Say what it may be used for.";
  if (!terms.scope) faults.scope = "Say for whom it is.";
  if (!terms.who || (terms.who !== "anonymous" && !terms.name)) faults.who = "Say whose name is on it.";
  if (!item.agreed) faults.agreed = "Without your yes nothing is given.";
  return faults;
}

// The site's own form, with what is there already: for those who have no token.
export function handOff(instance, item) {
  const corrected = item.edited && item.edited !== item.messages.at(-1).content;
  const asked = item.messages.slice(0, -1).map(({ role, content }) => (item.messages.length > 2 ? `${role}: ${content}` : content));
  const chat = item.messages.map(({ role, content }) => `${role === "user" ? "User" : "Assistant"}:\n${content}`).join("\n\n");
  const fields = corrected
    ? { prompt: asked.join("\n\n"), original: item.messages.at(-1).content, edited: item.edited, model: item.model ?? "" }
    : { chat, note: item.note ?? "", model: item.model ?? "", how: item.assessment ?? "" };
  const json = new TextEncoder().encode(JSON.stringify(fields));
  const spelled = btoa(Array.from(json, (byte) => String.fromCharCode(byte)).join(""));
  const draft = spelled.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return `${instance}/give/${corrected ? "correction" : "chat"}#draft=${draft}`;
}
