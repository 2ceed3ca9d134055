// What is hidden before anything leaves the device, under the labels that the server gives: ⟨email-1⟩.
import { detect } from "./detect.js";
import { PLACEHOLDER } from "./patterns.js";
import { fold, labelOf, points, units } from "./sheet.js";

export const SURE = 0.6;
export const FAINT = 0.3;
const LARGEST_NUMBER = 999_999;
const SHORTEST = 4;
const SHORTEST_SPACED = 6;
const NUMERIC = new Set(["phone", "card", "bank-account", "national-id"]);
const NOTHING = /^[!-\/:-@\[-`{-~\s]*$/;

const CASES = { ς: "σ", µ: "μ", ϐ: "β", ϑ: "θ", ϕ: "φ", ϖ: "π", ϰ: "κ", ϱ: "ρ", ϵ: "ε" };
const small = (sign) => {
  const lower = CASES[sign] ?? sign.toLowerCase();
  return lower.length === 1 ? lower : sign;
};
const even = (text) => fold(text).replace(/[^\x00-\x7f]|[A-Z]/g, small);
const compact = (text) => text.replace(/[^\p{L}\p{N}]/gu, "");

const identity = (kind, value) => {
  const same = even(value);
  return NUMERIC.has(labelOf(kind)) && compact(same) ? compact(same) : same;
};

const placeholdersIn = (text) => (text.includes("⟨") ? [...PLACEHOLDER.all(text)] : []);

// What of a span is not replaced already; punctuation between two that are hides nothing.
function bare(text, places, start, end) {
  const found = [];
  let position = start;
  let cut = false;
  for (const { first, last } of places) {
    if (last <= start || first >= end) continue;
    cut = true;
    if (position < first && !NOTHING.test(text.slice(position, first))) found.push([position, first]);
    position = Math.max(position, last);
  }
  if (position < end && (!cut || !NOTHING.test(text.slice(position, end)))) found.push([position, end]);
  return found;
}

function* occurrences(values, text) {
  for (const [value, hidden] of values) {
    for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + value.length)) {
      yield [at, at + value.length, hidden];
    }
  }
}

// Every place where a hidden value stands again: in any case, and numbers in any spacing.
function* repetitions(contents, hidden) {
  const exact = new Map();
  const spaced = new Map();
  for (const each of [...hidden].sort((one, two) => two.score - one.score)) {
    const same = even(each.value);
    if (same.trim().length >= SHORTEST && !exact.has(same)) exact.set(same, each);
    const dense = compact(same);
    if (NUMERIC.has(labelOf(each.kind)) && dense.length >= SHORTEST_SPACED && !spaced.has(dense)) spaced.set(dense, each);
  }
  for (const [pointer, text] of contents) {
    const same = even(text);
    for (const [start, end, each] of occurrences(exact, same)) yield [pointer, start, end, each];
    if (!spaced.size) continue;
    const kept = [];
    for (let i = 0; i < same.length; i++) if (compact(same[i])) kept.push(i);
    const dense = kept.map((i) => same[i]).join("");
    for (const [start, end, each] of occurrences(spaced, dense)) yield [pointer, kept[start], kept[end - 1] + 1, each];
  }
}

function merged(spans) {
  const ordered = [...spans].sort((one, two) => one.start - two.start || one.end - two.end);
  const joined = [];
  let current = [];
  let end = 0;
  const close = () => {
    if (!current.length) return;
    const size = (span) => span.end - span.start;
    const longest = current.reduce((best, each) =>
      size(each) > size(best) || (size(each) === size(best) && each.score > best.score) ? each : best,
    );
    joined.push({ start: current[0].start, end, kind: longest.kind });
    current = [];
  };
  for (const span of ordered) {
    if (current.length && span.start >= end) close();
    end = current.length ? Math.max(end, span.end) : span.end;
    current.push(span);
  }
  close();
  return joined;
}

// Numbers within each label: after those that are there already, the same for the same value.
class Labels {
  constructor(contents, chosen) {
    this.used = new Map();
    this.last = new Map();
    this.chosen = chosen;
    for (const [, text] of contents) {
      for (const found of placeholdersIn(text)) {
        const name = found.group("label");
        if (name) this.of(name).add(Number(found.group("number")));
      }
    }
  }

  of(name) {
    if (!this.used.has(name)) this.used.set(name, new Set());
    return this.used.get(name);
  }

  next(name) {
    const used = this.of(name);
    let number = (this.last.get(name) ?? Math.max(0, ...used)) + 1;
    if (number > LARGEST_NUMBER) for (number = 1; used.has(number); ) number++;
    else this.last.set(name, number);
    used.add(number);
    return `⟨${name}-${number}⟩`;
  }

  for(kind, value) {
    const name = labelOf(kind);
    const key = `${name} ${identity(kind, value)}`;
    if (!this.chosen.has(key)) this.chosen.set(key, this.next(name));
    return this.chosen.get(key);
  }
}

// What was hidden before in the same record, while its page is open: it is hidden again under the same label.
export const nothingYet = () => ({ chosen: new Map(), hidden: new Map() });

// `texts`: pairs of a pointer and a text. The answer has, by pointer, the text as it would leave, its bars, and
// where it holds what may be private and may be not, which a person decides.
export function redacted(texts, language = "", before = nothingYet()) {
  const { findings, failed } = detect(texts, language);
  const dense = findings.filter(({ kind }) => kind === "quality.dense").map(({ detector }) => `${detector}: too dense`);
  const found = findings.filter(({ kind }) => kind !== "quality.dense");
  const sure = found.filter(({ score }) => score >= SURE);
  const faint = found.filter(({ score }) => score >= FAINT && score < SURE);
  return { ...replaced(texts, sure, faint, before), findings, failed: [...failed, ...dense] };
}

function replaced(texts, findings, faint, before) {
  const contents = new Map(texts.map(([pointer, text]) => [pointer, units(text)]));
  const places = new Map([...contents].map(([pointer, text]) => [pointer, placeholdersIn(text)]));
  const spans = new Map();
  const { hidden } = before;
  const take = (pointer, start, end, each) => {
    if (!spans.has(pointer)) spans.set(pointer, []);
    spans.get(pointer).push({ start, end, ...each });
  };
  for (const { pointer, start, end, kind, score } of findings) {
    const text = contents.get(pointer);
    for (const [from, to] of bare(text, places.get(pointer), start, end)) {
      const value = text.slice(from, to);
      take(pointer, from, to, { kind, score });
      hidden.set(`${kind} ${score} ${value}`, { kind, score, value });
    }
  }
  for (const [pointer, start, end, { kind, score }] of repetitions(contents, hidden.values())) {
    for (const [from, to] of bare(contents.get(pointer), places.get(pointer), start, end)) take(pointer, from, to, { kind, score });
  }
  const labels = new Labels(contents, before.chosen);
  const shown = ([pointer, text]) => {
    const perhaps = faint.filter((each) => each.pointer === pointer);
    return [pointer, ...barred(text, contents.get(pointer), spans.get(pointer) ?? [], perhaps, labels)];
  };
  return { texts: texts.map(shown) };
}

function barred(text, plain, spans, faint, labels) {
  const signs = points(text);
  const length = (start, end) => signs.slice(start, end).join("").length;
  let made = "";
  let from = 0;
  const bars = [];
  const perhaps = [];
  const copy = (until) => {
    for (const each of faint) {
      const [start, end] = [Math.max(each.start, from), Math.min(each.end, until)];
      if (start >= end || NOTHING.test(plain.slice(start, end))) continue;
      const at = made.length + length(from, start);
      perhaps.push([at, at + length(start, end)]);
    }
    made += signs.slice(from, until).join("");
  };
  for (const { start, end, kind } of merged(spans)) {
    copy(start);
    const label = labels.for(kind, plain.slice(start, end));
    bars.push({ start: made.length, end: made.length + label.length, kind });
    made += label;
    from = end;
  }
  copy(signs.length);
  return [made, bars, perhaps];
}
