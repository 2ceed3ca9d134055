// What the detectors see in a record: the server's, compiled, in the same order and with the same scores.
import { DETECTORS } from "./patterns.js";
import { placeOf, sheetOf } from "./sheet.js";

const MOST_CANDIDATES = 1000;

class Matches {
  constructor(text) {
    this.text = text;
    this.known = new Map();
    this.beside = new Map();
  }

  of(expression) {
    if (!this.known.has(expression)) {
      const found = [];
      for (const match of expression.all(this.text)) {
        if (found.length > MOST_CANDIDATES) break;
        found.push(match);
      }
      this.known.set(expression, found);
    }
    return this.known.get(expression);
  }

  anywhere(expression) {
    if (!this.beside.has(expression)) this.beside.set(expression, expression.run("found", this.text) !== null);
    return this.beside.get(expression);
  }
}

// `texts`: pairs of a pointer and a text. A detector that fails is named in `failed`.
export function detect(texts, language = "") {
  const sheet = sheetOf(texts);
  const scanned = { text: sheet.text, language };
  const matches = new Matches(sheet.text);
  const findings = [];
  const failed = [];
  for (const { name, patterns } of DETECTORS) {
    try {
      findings.push(...found(name, patterns, sheet, scanned, matches));
    } catch (error) {
      failed.push(`${name}: ${error.message}`);
    }
  }
  return { findings, failed };
}

function found(detector, patterns, sheet, scanned, matches) {
  const seen = new Map();
  const findings = [];
  for (const [rule, expression, beside, confirm] of patterns) {
    if (beside && !matches.anywhere(beside)) continue;
    const candidates = matches.of(expression);
    if (candidates.length > MOST_CANDIDATES) findings.push({ kind: "quality.dense", detector, score: 1, pointer: "", start: 0, end: 0 });
    for (const match of candidates.slice(0, MOST_CANDIDATES)) {
      for (const [kind, start, end, score] of confirm(scanned, match)) {
        const key = `${kind} ${start} ${end}`;
        if (!seen.has(key) || seen.get(key).score < score) seen.set(key, { kind, detector, rule, score, at: [start, end] });
      }
    }
  }
  const order = (one, two) => one.at[0] - two.at[0] || one.at[1] - two.at[1] || (one.kind < two.kind ? -1 : 1);
  for (const { at, ...finding } of [...seen.values()].sort(order)) {
    const place = placeOf(sheet, ...at);
    if (place) findings.push({ ...finding, pointer: place[0], start: place[1], end: place[2] });
  }
  return findings;
}
