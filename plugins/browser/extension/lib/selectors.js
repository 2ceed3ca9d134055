// Where things stand on pages: what came with the extension, or a higher version that the instance signed.
import { api } from "./browser.js";
import { change, settings } from "./settings.js";

const PURPOSE = "commonwheel selectors\n";
const LARGEST = 200_000;
const PATIENCE = 20_000;
const FIELDS = { mark: 300, question: 300, answer: 300, text: 300, skip: 300, model: 300 };

const bytes = (base64) => Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));

export class Refused extends Error {}

// Only what is of exactly this shape is taken: names, addresses and expressions of CSS, and nothing that runs.
export function shaped(payload) {
  if (typeof payload !== "string" || payload.length > LARGEST) throw new Refused("too large");
  const read = JSON.parse(payload);
  const only = (thing, names) => thing && typeof thing === "object" && !Array.isArray(thing) && Object.keys(thing).every((name) => names.includes(name));
  if (!only(read, ["version", "sites"]) || !Number.isInteger(read.version) || read.version < 1) throw new Refused("not of the known shape");
  if (!Array.isArray(read.sites) || !read.sites.length || read.sites.length > 100) throw new Refused("not of the known shape");
  for (const site of read.sites) {
    const names = ["id", "name", "matches", "model_attribute", ...Object.keys(FIELDS)];
    const good =
      only(site, names) &&
      /^[a-z0-9-]{1,40}$/.test(site.id) &&
      typeof site.name === "string" && site.name.length <= 60 &&
      Array.isArray(site.matches) && site.matches.length <= 20 &&
      site.matches.every((each) => /^https:\/\/(?:\*\.)?[a-z0-9.-]{3,200}\/\*$/.test(each)) &&
      (site.model_attribute === undefined || /^[a-z-]{0,60}$/.test(site.model_attribute)) &&
      site.question && site.answer &&
      Object.entries(FIELDS).every(([name, most]) => site[name] === undefined || (typeof site[name] === "string" && site[name].length <= most && !/[{}<;\\]/.test(site[name])));
    if (!good) throw new Refused("not of the known shape");
  }
  return read;
}

async function signed({ payload, signature, key }) {
  if (![payload, signature, key].every((each) => typeof each === "string") || !key.startsWith("ed25519:")) return false;
  try {
    const known = await crypto.subtle.importKey("raw", bytes(key.slice(8)), { name: "Ed25519" }, false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", known, bytes(signature), new TextEncoder().encode(PURPOSE + payload));
  } catch {
    return false;
  }
}

export async function bundled() {
  return shaped(await (await fetch(api.runtime.getURL("selectors.json"))).text());
}

export async function current() {
  const ours = await bundled();
  const { selectors } = await api.storage.local.get("selectors");
  try {
    const newer = selectors ? shaped(selectors) : null;
    return newer && newer.version > ours.version ? newer : ours;
  } catch {
    return ours;
  }
}

// What the instance says of itself and its selectors; its key is `settings().key` from the day it was set up.
export async function fetched(instance) {
  const answer = await fetch(`${instance}/api/v1/extension/selectors`, {
    credentials: "omit",
    redirect: "error",
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (!answer.ok) throw new Refused(`it answered ${answer.status}`);
  const read = await answer.json();
  if (!(await signed(read))) throw new Refused("the signature is wrong");
  return read;
}

// Ask for newer ones. Says in words why they are not taken; empty where they are, or where ours are the newest.
export async function update() {
  const { instance, key } = await settings();
  if (!instance || !key) return "";
  try {
    const read = await fetched(instance);
    if (read.key !== key) throw new Refused("it is signed with another key than the one it was set up with");
    const newer = shaped(read.payload);
    if (typeof read.consent === "string") await change({ consent: read.consent.slice(0, 40) });
    if (newer.version <= (await current()).version) return "";
    await api.storage.local.set({ selectors: read.payload });
    return "";
  } catch (error) {
    return error instanceof Refused || error instanceof SyntaxError ? error.message : "it did not answer";
  }
}

// The site that a page is, by its address, or those it may be, which its marks tell.
export function sitesFor(all, address) {
  const { protocol, hostname } = new URL(address);
  const fits = (pattern) => {
    const host = pattern.slice("https://".length, -2);
    return protocol === "https:" && (host.startsWith("*.") ? hostname.endsWith(host.slice(1)) : hostname === host);
  };
  const named = all.sites.filter((site) => site.matches.some(fits));
  return named.length ? named : all.sites.filter((site) => !site.matches.length);
}
