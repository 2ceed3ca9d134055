// What `curate/numbering.py` asks of the numbering plans: is this a number of a region, and how is it grouped.
import { CODES, PLANS } from "./plans.js";

const made = new Map();
const expression = (source) => {
  if (!made.has(source)) made.set(source, new RegExp(source, "y"));
  return made.get(source);
};

function begins(source, text) {
  const found = expression(`(?:${source})`);
  found.lastIndex = 0;
  return found.exec(text);
}

function fits(shape, digits) {
  if (!shape || (shape[1].length && !shape[1].includes(digits.length))) return false;
  return begins(`(?:${shape[0]})$`, digits) !== null;
}

const isAny = (plan, digits) => Boolean(plan.any) && begins(`(?:${plan.any[0]})$`, digits) !== null;

function typeOf(plan, digits) {
  if (!fits(plan.any, digits)) return null;
  if ((plan.others ?? []).some((shape) => fits(shape, digits))) return "other";
  if (fits(plan.fixed, digits)) return plan.same || fits(plan.mobile, digits) ? "either" : "fixed";
  return !plan.same && fits(plan.mobile, digits) ? "mobile" : null;
}

function lengthOf(plan, digits) {
  const size = digits.length;
  const sizes = plan.any?.[1] ?? [];
  if ((plan.local ?? []).includes(size)) return "local";
  if (!sizes.length || size < sizes[0]) return sizes.length ? "short" : "wrong";
  if (size > sizes.at(-1)) return "long";
  return sizes.includes(size) ? "possible" : "wrong";
}

function withoutPrefix(plan, digits) {
  const found = plan.prefix && digits ? begins(plan.prefix, digits) : null;
  if (!found) return digits;
  const last = found.at(-1);
  const stripped =
    !plan.changed || last === undefined
      ? digits.slice(found[0].length)
      : plan.changed.replace(/\\([0-9])/g, (_, group) => found[group] ?? "") + digits.slice(found[0].length);
  return isAny(plan, digits) && !isAny(plan, stripped) ? digits : stripped;
}

function split(digits) {
  for (let size = 1; size <= 3; size++) {
    if (digits[0] !== "0" && CODES[digits.slice(0, size)]) return [digits.slice(0, size), digits.slice(size)];
  }
  return null;
}

// The country's code and the digits behind it; null where there is no such country.
function countryOf(number, plan) {
  const plus = number.startsWith("+");
  const idd = !plus && plan?.abroad ? begins(plan.abroad, number) : null;
  const behind = plus ? number.slice(1) : idd ? number.slice(idd[0].length) : number;
  if (plus || (idd && behind[0] !== "0")) return behind.length <= 2 ? null : split(behind);
  if (!plan) return null;
  const code = String(plan.code);
  if (number.startsWith(code)) {
    const rest = withoutPrefix(plan, number.slice(code.length));
    if ((!isAny(plan, number) && isAny(plan, rest)) || lengthOf(plan, number) === "long") return [code, rest];
  }
  return [null, number];
}

function parsed(number, region) {
  const own = region ? PLANS[region] : null;
  if ((region && !own) || number.replace("+", "").length < 2) return null;
  const found = countryOf(number, own);
  if (!found) return null;
  const code = found[0] ?? String(own.code);
  let digits = found[1];
  const plan = found[0] === null ? own : PLANS[CODES[code][0]];
  if (digits.length < 2) return null;
  const national = withoutPrefix(plan, digits);
  if (!["short", "local", "wrong"].includes(lengthOf(plan, national))) digits = national;
  return digits.length < 2 || digits.length > 17 ? null : { code, digits };
}

function regionOf({ code, digits }) {
  const regions = CODES[code];
  if (regions.length === 1) return regions[0];
  return regions.find((region) => {
    const plan = PLANS[region];
    return plan && (plan.leading ? begins(plan.leading, digits) : typeOf(plan, digits));
  });
}

export function international(number, region = null) {
  const found = parsed(number, region);
  const where = found && regionOf(found);
  return where && typeOf(PLANS[where], found.digits) ? { ...found, region: where } : null;
}

export function possible(number, region = null) {
  const found = parsed(number, region);
  return found && ["possible", "local"].includes(lengthOf(PLANS[CODES[found.code][0]], found.digits)) ? found : null;
}

export function national(digits, region) {
  const plan = PLANS[region];
  if (!plan?.any) return null;
  const shortened = plan.trunk && digits.startsWith(plan.trunk) ? digits.slice(plan.trunk.length) : digits;
  return fits(plan.any, digits) || fits(plan.any, shortened) ? international(digits, region) : null;
}

export const plan = (region) => (PLANS[region]?.any ? { trunk: PLANS[region].trunk ?? "" } : null);

export const is_mobile = (number) => typeOf(PLANS[number.region], number.digits) === "mobile";

export function groups({ code, digits }) {
  const formats = PLANS[CODES[code][0]].formats ?? [];
  const chosen = formats.find(([shape, , leading]) => (!leading || begins(leading, digits)) && begins(`(?:${shape})$`, digits));
  if (!chosen) return [digits];
  const found = begins(`(?:${chosen[0]})$`, digits);
  const [, form, , rule] = chosen;
  const whole = rule ? form.replace(/\\[0-9]/, () => rule) : form;
  return whole.replace(/\\([0-9])/g, (_, group) => found[group] ?? "").match(/[0-9]+/g) ?? [];
}

const FIRST =
  "GB FR DE IT ES NL BE CH AT SE FI IE UA RO BG HR RS SI SK TR IL EG SA AE ZA NG KE IN PK BD LK NP CN JP KR TW " +
  "TH VN ID MY PH AU NZ BR AR MX CO CL PE US RU KZ IR IQ JO MA DZ GR HU LT GE AM AZ BA MK AL GH UG TZ";
const everywhereFirst = FIRST.split(" ");
const rest = Object.keys(PLANS).filter((region) => /^[A-Z]/.test(region) && !everywhereFirst.includes(region));
export const everywhere = () => [...everywhereFirst, ...rest.sort()];
