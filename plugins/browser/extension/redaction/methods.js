// The methods that Python's texts, expressions, matches and collections have, as functions.
import { Match, Re } from "./expressions.js";
import { PySet, Raised, at, eq, iter } from "./python.js";

const SPACES = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const DIGITS =
  "\\p{Nd}\\xb2\\xb3\\xb9\\u1369-\\u1371\\u19da\\u2070\\u2074-\\u2079\\u2080-\\u2089\\u2460-\\u2468\\u2474-\\u247c" +
  "\\u2488-\\u2490\\u24ea\\u24f5-\\u24fd\\u24ff\\u2776-\\u277e\\u2780-\\u2788\\u278a-\\u2792";
const CLASSES = {
  isalnum: /^[\p{L}\p{N}]+$/v,
  isalpha: /^\p{L}+$/v,
  isdecimal: /^\p{Nd}+$/v,
  isdigit: new RegExp(`^[${DIGITS}]+$`, "v"),
  isascii: /^[\x00-\x7f]*$/v,
  isspace: new RegExp(`^[${SPACES}]+$`, "v"),
  isprintable: /^(?:[^\p{C}\p{Z}]| )*$/v,
};
const LOWER = /\p{Lowercase}/v;
const UPPER = /[\p{Uppercase}\p{Lt}]/v;

const escaped = (signs) => signs.replace(/[\\\]\^\-\[&!#$%*+,.:;<=>?@`~(){}\/|]/g, "\\$&");
const trimmed = new Map();
function trimmer(signs, kind) {
  const key = `${kind}${signs ?? ""}`;
  if (!trimmed.has(key)) {
    const inside = signs == null ? SPACES : escaped(signs);
    trimmed.set(key, new RegExp(kind === "l" ? `^[${inside}]+` : `[${inside}]+$`, "v"));
  }
  return trimmed.get(key);
}
// Looking for the end from behind: an expression would begin at every sign of a run.
function cutEnd(text, signs) {
  const test = new RegExp(trimmer(signs, "l").source, "v");
  let end = text.length;
  while (end > 0 && test.test(text[end - 1])) end--;
  return text.slice(0, end);
}

const tests = Object.fromEntries(
  Object.entries(CLASSES).map(([name, test]) => [name, (text) => test.test(text)]),
);

function pieces(text, sep, most) {
  if (sep == null) {
    const found = text.match(new RegExp(`[^${SPACES}]+`, "gv")) ?? [];
    return found;
  }
  const found = [];
  let from = 0;
  while (most < 0 || found.length < most) {
    const place = text.indexOf(sep, from);
    if (place < 0) break;
    found.push(text.slice(from, place));
    from = place + sep.length;
  }
  return [...found, text.slice(from)];
}

function splitBy(re, text, most) {
  const found = [];
  let from = 0;
  for (const match of re.all(text)) {
    if (most > 0 && found.length >= most) break;
    found.push(text.slice(from, match.first));
    from = match.last;
  }
  return [...found, text.slice(from)];
}

const mostOf = (given, other) => (given && typeof given === "object" ? given.maxsplit : given) ?? other;

function replaced(re, change, text) {
  let from = 0;
  let made = "";
  for (const match of re.all(text)) {
    made += text.slice(from, match.first) + (typeof change === "string" ? change : change(match));
    from = match.last;
  }
  return made + text.slice(from);
}

const starts = (text, part, from) =>
  typeof text === "string" ? text.startsWith(part, from) : [...part].every((byte, i) => text[i] === byte);
const several = (given) => (Array.isArray(given) ? given : [given]);

export const methods = {
  ...tests,
  islower: (text) => LOWER.test(text) && !UPPER.test(text),
  isupper: (text) => UPPER.test(text) && !LOWER.test(text) && !/\p{Lt}/v.test(text),
  istitle(text) {
    let cased = false;
    let any = false;
    for (const sign of text) {
      if (UPPER.test(sign)) {
        if (cased) return false;
        cased = any = true;
      } else if (LOWER.test(sign)) {
        if (!cased) return false;
        any = true;
      } else cased = false;
    }
    return any;
  },
  lower: (text) => text.toLowerCase(),
  upper: (text) => text.toUpperCase(),
  strip: (text, signs) => cutEnd(text.replace(trimmer(signs, "l"), ""), signs),
  lstrip: (text, signs) => text.replace(trimmer(signs, "l"), ""),
  rstrip: cutEnd,
  rjust: (text, size, sign = " ") => text.padStart(size, sign),
  startswith: (text, part, from = 0) => several(part).some((each) => starts(text, each, from)),
  endswith: (text, part) => several(part).some((each) => text.endsWith(each)),
  removesuffix: (text, part) => (part && text.endsWith(part) ? text.slice(0, -part.length) : text),
  removeprefix: (text, part) => (text.startsWith(part) ? text.slice(part.length) : text),
  replace: (text, old, made) => text.replaceAll(old, () => made),
  partition(text, sep) {
    const place = text.indexOf(sep);
    return place < 0 ? [text, "", ""] : [text.slice(0, place), sep, text.slice(place + sep.length)];
  },
  rpartition(text, sep) {
    const place = text.lastIndexOf(sep);
    return place < 0 ? ["", "", text] : [text.slice(0, place), sep, text.slice(place + sep.length)];
  },
  split: (first, second, third) =>
    first instanceof Re ? splitBy(first, second, mostOf(third, 0)) : pieces(first, second, mostOf(third, -1)),
  rsplit(text, sep, most) {
    const found = pieces(text, sep, -1);
    const kept = Math.max(0, found.length - mostOf(most, found.length) - 1);
    return kept ? [found.slice(0, kept + 1).join(sep), ...found.slice(kept + 1)] : found;
  },
  join: (sep, items) => [...iter(items)].join(sep),
  find(text, part, from = 0, end = text.length) {
    const place = text.slice(0, end).indexOf(part, from);
    return place;
  },
  rfind(text, part, from = 0, end = text.length) {
    const place = text.slice(0, end).lastIndexOf(part);
    return place < from ? -1 : place;
  },
  count(whole, part) {
    return typeof whole === "string" ? whole.split(part).length - 1 : [...whole].filter((each) => eq(each, part)).length;
  },
  index(whole, part) {
    const place = typeof whole === "string" ? whole.indexOf(part) : whole.findIndex((each) => eq(each, part));
    if (place < 0) throw new Raised("ValueError");
    return place;
  },
  encode: (text) => new TextEncoder().encode(text),
  decode(bytes) {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw new Raised("UnicodeDecodeError");
    }
  },
  hexdigest: (digest) => digest.hex,

  search: (re, text, start, end) => re.run("found", text, start, end),
  match: (re, text, start, end) => re.run("here", text, start, end),
  fullmatch: (re, text, start, end) => re.run("whole", text, start, end),
  finditer: (re, text, start, end) => re.all(text, start, end),
  findall: (re, text, start, end) =>
    [...re.all(text, start, end)].map((match) => {
      const count = re.count();
      if (!count) return match.group();
      const groups = Array.from({ length: count }, (_, i) => match.group(i + 1) ?? "");
      return count === 1 ? groups[0] : groups;
    }),
  sub: (re, change, text) => replaced(re, change, text),

  start: (match, group) => match.span(group)[0],
  end: (match, group) => match.span(group)[1],
  span: (match, group) => match.span(group),
  group: (match, ...groups) => (groups.length > 1 ? groups.map((each) => match.group(each)) : match.group(groups[0])),
  groupdict: (match) => new Map(Object.keys(match.re.names).map((name) => [name, match.group(name)])),

  get: (map, key, other = null) => (map.has(key) ? map.get(key) : other),
  items: (map) => map.entries(),
  keys: (map) => map.keys(),
  values: (map) => map.values(),
  insert: (list, place, item) => void list.splice(place, 0, item),
  append: (list, item) => void list.push(item),
  add: (set, item) => void set.add(item),
  pop(list, place = -1) {
    const item = at(list, place);
    list.splice(place < 0 ? list.length + place : place, 1);
    return item;
  },
  intersection: (set, items) => new PySet([...iter(items)].filter((each) => set.has(each))),
  isdisjoint: (set, items) => ![...iter(items)].some((each) => set.has(each)),
};
export { Match };
