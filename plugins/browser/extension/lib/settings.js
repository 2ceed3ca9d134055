// What the person set: the instance, a token, terms chosen beforehand; and what the browser allows for them.
import { api } from "./browser.js";

export const LICENSES = {
  "CC-BY-4.0": "Credit me (CC BY 4.0)",
  "CC-BY-SA-4.0": "Credit me and share alike (CC BY-SA 4.0)",
  "CC0-1.0": "No conditions (CC0)",
};
export const PREFERENCES = {
  "train-ai=y": "Yes, any model",
  "train-ai=n;exceptions=cc-cr": "Only models whose makers give credit",
  "train-ai=n;exceptions=cc-cr-ec": "Only models whose makers give back",
  "train-ai=n;exceptions=cc-cr-op": "Only models that stay open",
  "train-ai=n": "No model",
};
export const PURPOSES = { display: "Show it", evaluation: "Test models with it", training: "Train models with it" };
export const SCOPES = { public: "Everybody", instance: "This commons alone" };
export const NAMES = { anonymous: "Nobody's", pseudonym: "A pseudonym of mine", name: "My name" };
export const ASSESSMENTS = { good: "It helped", mixed: "Partly", fail: "It failed" };

const UNSET = {
  instance: "",
  token: "",
  key: "",
  consent: "",
  waitHours: 24,
  terms: { license: "", ai_pref: "", purposes: [], scope: "", who: "", name: "" },
};

export async function settings() {
  const { settings: kept = {} } = await api.storage.local.get("settings");
  return { ...UNSET, ...kept, terms: { ...UNSET.terms, ...kept.terms } };
}

// One change at a time, so that none overwrites another's.
export function change(part) {
  return navigator.locks.request("settings", async () => {
    await api.storage.local.set({ settings: { ...(await settings()), ...part } });
  });
}

// The address of an instance as we keep it, and the pattern that a permission for it has; null where it is none.
export function instanceOf(text) {
  let address;
  try {
    address = new URL(text.trim());
  } catch {
    return null;
  }
  const here = ["localhost", "127.0.0.1"].includes(address.hostname);
  if (address.username || address.password || !(address.protocol === "https:" || (here && address.protocol === "http:"))) return null;
  return address.origin;
}

// A pattern holds no port: what is allowed is the host.
export function patternOf(origin) {
  const { protocol, hostname } = new URL(origin);
  return `${protocol}//${hostname}/*`;
}

// Where the share control stands: wherever the person allowed it. The commons is only sent to.
export async function sites() {
  const [{ origins = [] }, { instance }] = await Promise.all([api.permissions.getAll(), settings()]);
  return origins.filter((origin) => !instance || origin !== patternOf(instance));
}
