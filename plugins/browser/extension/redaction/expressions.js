// Expressions that behave as Python's: matches know where each group stands, and a search may be bounded.

// Ranges of the units that fit an expression: in texts without surrogates a class of them means what a property
// does, and is made many times faster.
function ranges(fits) {
  const shown = (unit) => `\\u${unit.toString(16).padStart(4, "0")}`;
  let made = "";
  for (let unit = 0, first = -1; unit <= 0x10000; unit++) {
    const inside = unit < 0x10000 && (unit < 0xd800 || unit > 0xdfff) && fits.test(String.fromCharCode(unit));
    if (inside && first < 0) first = unit;
    if (inside || first < 0) continue;
    made += first === unit - 1 ? shown(first) : `${shown(first)}-${shown(unit - 1)}`;
    first = -1;
  }
  return made;
}

const PROPERTIES = /\\p\{L\}\\p\{N\}|\\p\{L\}\\p\{Nl\}\\p\{No\}|\\p\{Nd\}/g;
const known = new Map();
const spelled = (properties) => {
  if (!known.has(properties)) known.set(properties, ranges(new RegExp(`[${properties}]`, "u")));
  return known.get(properties);
};

const latin = (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
const asText = (subject) => (subject instanceof Uint8Array ? latin(subject) : subject);

export class Re {
  constructor(source, groups, names) {
    this.source = source;
    this.groups = groups ?? null;
    this.names = names ?? {};
  }

  // Compiled when first asked for: most never are.
  made(kind) {
    const made = this[`$${kind}`];
    if (made) return made;
    this.plain ??= this.source.replace(PROPERTIES, spelled);
    const source = kind === "whole" ? `(?:${this.plain})(?![^])` : this.plain;
    const flags = { found: "g", here: "y", places: "dy", whole: "y" }[kind];
    return (this[`$${kind}`] = new RegExp(source, flags));
  }

  count() {
    return this.groups ? this.groups.length - 1 : (this.$count ??= new RegExp(`${this.source.replace(PROPERTIES, spelled)}|`).exec("").length - 1);
  }

  run(kind, subject, start = 0, end = Infinity) {
    const whole = asText(subject);
    const text = end < whole.length ? whole.slice(0, Math.max(0, end)) : whole;
    if (start > text.length) return null;
    const expression = this.made(kind);
    expression.lastIndex = Math.max(0, start);
    const found = expression.exec(text);
    return found && new Match(this, found, text);
  }

  *all(subject, start = 0, end = Infinity) {
    for (let at = start; ; ) {
      const found = this.run("found", subject, at, end);
      if (!found) return;
      yield found;
      at = found.last > found.first ? found.last : found.last + 1;
    }
  }
}

export class Match {
  constructor(re, found, text) {
    this.re = re;
    this.string = text;
    this.found = found;
    this.first = found.index;
    this.last = found.index + found[0].length;
  }

  number(group) {
    const given = typeof group === "string" ? this.re.names[group] : group;
    if (given === undefined) throw new Error(`no group ${group}`);
    return this.re.groups ? this.re.groups[given] : given;
  }

  group(group = 0) {
    return this.found[this.number(group)] ?? null;
  }

  span(group = 0) {
    if (group === 0) return [this.first, this.last];
    if (!this.places) {
      const expression = this.re.made("places");
      expression.lastIndex = this.first;
      this.places = expression.exec(this.string).indices;
    }
    return this.places[this.number(group)] ?? [-1, -1];
  }
}
