// All texts of a record on one sheet, as the server lays them out, in which each code point is one unit.
import { LABELS, PLACEHOLDER } from "./patterns.js";

const SEAM = "\n\0\n";
const NAMED = ["/arguments/", "/detail/"];
const LONG = /[\u{10000}-\u{10ffff}]/gu;

const digitOf = (point) => {
  let start = point;
  while (/\p{Nd}/u.test(String.fromCodePoint(start - 1))) start--;
  return String((point - start) % 10);
};

// What is behind the basic plane stands for a sign of its kind, so that places are code points.
function short(sign) {
  if (/\p{Nd}/u.test(sign)) return digitOf(sign.codePointAt(0));
  if (/\p{Lu}/u.test(sign)) return "\ua640";
  if (/\p{L}/u.test(sign)) return "\ua000";
  if (/\p{N}/u.test(sign)) return "\u2153";
  if (/\p{M}/u.test(sign)) return "\u0300";
  if (/\p{C}/u.test(sign)) return "\ue000";
  return "\u2604";
}

export const units = (text) => text.replace(LONG, short);

// A text as the array of its code points: places in it are places in its units.
export const points = (text) => Array.from(text);

const KEPT = { "\u0130": "I", "\u0131": "i", "\u017f": "s", "\u212a": "K" };
const TO_FOLD = /[\p{Nd}\p{Zs}\uff01-\uff5e\u2010-\u2015\u2212\ufe58\ufe63\u0130\u0131\u017f\u212a]/gv;

function folded(sign) {
  if (sign < "\x80") return sign;
  if (KEPT[sign]) return KEPT[sign];
  if (/[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/.test(sign)) return "-";
  if (/\p{Nd}/u.test(sign)) return digitOf(sign.codePointAt(0));
  return /\p{Zs}/u.test(sign) ? " " : String.fromCharCode(sign.charCodeAt(0) - 0xff01 + 0x21);
}

// Variants of signs as ASCII; as long as before.
export const fold = (text) => (/^[\x00-\x7f]*$/.test(text) ? text : text.replace(TO_FOLD, folded));

const hushed = (text) => {
  if (!text.includes("⟨")) return text;
  let made = "";
  let from = 0;
  for (const found of PLACEHOLDER.all(text)) {
    made += text.slice(from, found.first) + "⟨".repeat(found.last - found.first);
    from = found.last;
  }
  return made + text.slice(from);
};

function nameOf(pointer) {
  if (!NAMED.some((part) => pointer.includes(part))) return "";
  const name = pointer.slice(pointer.lastIndexOf("/") + 1);
  return /^\d+$/.test(name) || name.endsWith("#") ? "" : `${name.replaceAll("~1", "/").replaceAll("~0", "~")}: `;
}

// `texts` are pairs of a pointer and a text.
export function sheetOf(texts) {
  let text = "";
  const places = [];
  for (const [pointer, content] of texts) {
    const name = units(nameOf(pointer));
    const plain = units(content);
    const start = text.length + name.length;
    places.push({ pointer, start, end: start + plain.length });
    text += name + plain + SEAM;
  }
  return { text: fold(hushed(text)), places };
}

// Which text a stretch of the sheet lies in, and where; null across a seam.
export function placeOf(sheet, start, end) {
  const found = sheet.places.findLast((place) => place.start <= start);
  return found && end <= found.end ? [found.pointer, start - found.start, end - found.start] : null;
}

export const labelOf = (kind) => LABELS.get(kind) ?? LABELS.get(kind.split(".")[0]) ?? "hidden";
