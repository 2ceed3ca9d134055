// What Python's operators and built-in functions mean, for the detectors that were written in it.
// Texts hold one unit for each code point here (see `sheet.js`), so places in them are Python's.
import { Match, Re } from "./expressions.js";

export class Raised extends Error {}

const KINDS = {
  AddressValueError: ["AddressValueError", "ValueError"],
  Error: ["Error", "ValueError"],
  UnicodeDecodeError: ["UnicodeDecodeError", "ValueError"],
};

export function caught(error, names) {
  if (!(error instanceof Raised)) throw error;
  const kinds = KINDS[error.message] ?? [error.message];
  if (!kinds.some((kind) => names.includes(kind))) throw error;
}

const raise = (kind) => {
  throw new Raised(kind);
};

class Named {
  constructor(given) {
    Object.assign(this, given);
  }
}
export const named = (given) => new Named(given);
const options = (given) => (given.at(-1) instanceof Named ? given.pop() : {});

const keyOf = (thing) => (Array.isArray(thing) ? JSON.stringify(thing) : thing);

export class PySet {
  constructor(items) {
    this.kept = new Map();
    for (const item of items) this.kept.set(keyOf(item), item);
  }
  has(item) {
    return this.kept.has(keyOf(item));
  }
  add(item) {
    this.kept.set(keyOf(item), item);
  }
  get size() {
    return this.kept.size;
  }
  [Symbol.iterator]() {
    return this.kept.values();
  }
}

export const re = (source, groups, names) => new Re(source, groups, names);
export const set = (items = []) => new PySet(iter(items));
export { set as frozenset };
export const bytes = (given) =>
  typeof given === "number"
    ? new Uint8Array(given)
    : Uint8Array.from(iter(given), (each) => (typeof each === "number" ? each : each.charCodeAt(0)));
export const dict = (pairs = []) => new Map(iter(pairs));

// A record: a tuple whose places have names.
export const record = (fields, defaults) => (...given) => {
  const made = fields.map((field, at) => given[at] ?? defaults[field] ?? null);
  fields.forEach((field, at) => (made[field] = made[at]));
  return made;
};

export function iter(thing) {
  if (typeof thing === "string") return thing.split("");
  if (thing instanceof Map) return thing.keys();
  return thing;
}

export function len(thing) {
  return thing instanceof PySet || thing instanceof Map ? thing.size : thing.length;
}

export function truth(thing) {
  if (thing === null || thing === undefined) return false;
  if (typeof thing === "object") return thing instanceof Match || thing.length === undefined ? thing.size !== 0 : thing.length > 0;
  return Boolean(thing);
}

export function eq(one, two) {
  if (one === two) return true;
  if (one == null || two == null) return one == two;
  if (Array.isArray(one) && Array.isArray(two)) return one.length === two.length && one.every((each, at) => eq(each, two[at]));
  if (one instanceof Uint8Array && two instanceof Uint8Array) return eq([...one], [...two]);
  return typeof one !== typeof two && typeof one !== "object" && typeof two !== "object" && Number(one) === Number(two) && typeof one !== "string" && typeof two !== "string";
}

export function has(whole, part) {
  if (typeof whole === "string") return whole.includes(part);
  if (Array.isArray(whole)) return whole.some((each) => eq(each, part));
  return whole.has(part);
}

export function at(whole, place) {
  if (whole instanceof Match) return whole.group(place);
  if (whole instanceof Map) return whole.has(place) ? whole.get(place) : raise("KeyError");
  const found = whole[place < 0 ? whole.length + Number(place) : Number(place)];
  return found === undefined ? raise("IndexError") : found;
}

export function put(whole, key, value) {
  if (whole instanceof Map) whole.set(key, value);
  else whole[key < 0 ? whole.length + key : key] = value;
}

const bound = (given, size, other) => (given == null ? other : given < 0 ? Math.max(0, size + given) : Math.min(size, given));

export function slice(whole, first, last, step) {
  if ((step ?? 1) === 1) return whole.slice(bound(first, whole.length, 0), bound(last, whole.length, whole.length));
  const items = [...iter(whole)];
  const found = [];
  if (step > 0) for (let i = bound(first, items.length, 0); i < bound(last, items.length, items.length); i += step) found.push(items[i]);
  else {
    const begin = first == null ? items.length - 1 : first < 0 ? items.length + first : Math.min(first, items.length - 1);
    const stop = last == null ? -1 : last < 0 ? items.length + last : last;
    for (let i = begin; i > stop; i += step) found.push(items[i]);
  }
  return typeof whole === "string" ? found.join("") : whole instanceof Uint8Array ? bytes(found) : found;
}

export function add(one, two) {
  if (one instanceof Uint8Array) return bytes([...one, ...two]);
  return Array.isArray(one) ? [...one, ...two] : typeof one === "string" ? one + two : Number(one) + Number(two);
}

export function mul(one, two) {
  const [whole, times] = typeof one === "number" || typeof one === "boolean" ? [two, one] : [one, two];
  if (typeof whole === "string") return whole.repeat(Math.max(0, times));
  return Array.isArray(whole) ? Array(Math.max(0, times)).fill(whole).flat() : Number(one) * Number(two);
}

export const sub = (one, two) => (one instanceof PySet ? set([...one].filter((each) => !two.has(each))) : one - two);
export const mod = (one, two) => ((one % two) + two) % two;
export const floordiv = (one, two) => Math.floor(one / two);
export const div = (one, two) => one / two;
export const pow = (one, two) => one ** two;
export const shl = (one, two) => one * 2 ** two;
export const shr = (one, two) => Math.floor(one / 2 ** two);
export const and = (one, two) => (one instanceof PySet ? set([...one].filter((each) => two.has(each))) : (one & two) >>> 0);
export const or = (one, two) => (one instanceof PySet ? set([...one, ...two]) : (one | two) >>> 0);
export const xor = (one, two) => (one ^ two) >>> 0;

export function all_of(value, ...others) {
  for (const other of others) if (truth(value)) value = other();
  else return value;
  return value;
}

export function any_of(value, ...others) {
  for (const other of others) if (!truth(value)) value = other();
  else return value;
  return value;
}

export function any(items) {
  for (const each of iter(items)) if (truth(each)) return true;
  return false;
}

export function all(items) {
  for (const each of iter(items)) if (!truth(each)) return false;
  return true;
}

const order = (one, two) => {
  if (!Array.isArray(one)) return one < two ? -1 : one > two ? 1 : 0;
  for (let i = 0; i < one.length && i < two.length; i++) if (order(one[i], two[i])) return order(one[i], two[i]);
  return one.length - two.length;
};

const extreme = (sign) => (...given) => {
  const { key = (each) => each, default: other } = options(given);
  const items = given.length === 1 ? [...iter(given[0])] : given;
  if (!items.length) return other === undefined ? raise("ValueError") : other;
  return items.reduce((best, each) => (sign * order(key(each), key(best)) > 0 ? each : best));
};

export const max = extreme(1);
export const min = extreme(-1);

export function sorted(...given) {
  const { key = (each) => each, reverse = false } = options(given);
  const found = [...iter(given[0])].sort((one, two) => order(key(one), key(two)));
  return reverse ? found.reverse() : found;
}

export function sum(items, start = 0) {
  for (const each of iter(items)) start += Number(each);
  return start;
}

export function* zip(...given) {
  const { strict = false } = options(given);
  const items = given.map((each) => [...iter(each)]);
  const sizes = items.map((each) => each.length);
  if (strict && Math.min(...sizes) !== Math.max(...sizes)) raise("ValueError");
  for (let i = 0; i < Math.min(...sizes); i++) yield items.map((each) => each[i]);
}

export function* enumerate(items, start = 0) {
  for (const each of iter(items)) yield [start++, each];
}

export function range(first, last, step = 1) {
  const [begin, end] = last === undefined ? [0, first] : [first, last];
  const found = [];
  for (let i = begin; step > 0 ? i < end : i > end; i += step) found.push(i);
  return found;
}

export const reversed = (items) => [...iter(items)].reverse();
export function* map(change, ...items) {
  for (const each of items.length === 1 ? iter(items[0]) : zip(...items)) yield items.length === 1 ? change(each) : change(...each);
}
export function* filter(test, items) {
  for (const each of iter(items)) if (truth(test(each))) yield each;
}

export function next(items, other) {
  const { value, done } = items[Symbol.iterator]().next();
  return done ? (other === undefined ? raise("StopIteration") : other) : value;
}

export const abs = Math.abs;
export const bool = truth;
export const float = Number;
export const ord = (sign) => sign.charCodeAt(0);
export const chr = (point) => String.fromCharCode(point);
export const list = (items = []) => [...iter(items)];
export { list as tuple };
export const divmod = (one, two) => [floordiv(one, two), mod(one, two)];

export function int(given, base = 10) {
  if (typeof given !== "string") return Math.trunc(Number(given));
  const text = given.trim();
  const digits = "0123456789abcdefghijklmnopqrstuvwxyz".slice(0, base);
  if (!new RegExp(`^[+-]?[${digits}]+$`, "i").test(text)) raise("ValueError");
  return parseInt(text, base);
}

export const str = (thing) => (thing === null ? "None" : thing === true ? "True" : thing === false ? "False" : String(thing));

export function format(thing, spec) {
  if (!spec) return str(thing);
  if (!/^0[0-9]$/.test(spec)) throw new Error(`format ${spec}`);
  return str(thing).padStart(Number(spec), "0");
}

export function isinstance(thing, kind) {
  if (kind === dict) return thing instanceof Map;
  if (kind === str) return typeof thing === "string";
  throw new Error("isinstance of what?");
}

// What is assigned to several names at once; the one with a star takes what the others leave.
export function unpack(items, starred, count) {
  const found = [...iter(items)];
  if (starred < 0) return found.length === count ? found : raise("ValueError");
  const taken = found.length - (count - 1);
  return [...found.slice(0, starred), found.slice(starred, starred + taken), ...found.slice(starred + taken)];
}
