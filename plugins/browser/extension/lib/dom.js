// Building pages from words: text is always text, and never markup.
export function make(tag, given = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children.flat().filter((child) => child != null && child !== ""));
  return made;
}

export const byId = (id) => document.getElementById(id);

export function fill(element, ...children) {
  element.replaceChildren(...children.flat().filter((child) => child != null && child !== ""));
}

const HIDDEN = { title: "Hidden before it leaves this device" };
const PERHAPS = { class: "perhaps", title: "Perhaps private: select it to hide it" };

// A text in which labels stand out as bars, and what may be private is marked.
export function barred(text, bars, perhaps = []) {
  const spans = [...bars.map((bar) => [...bar, HIDDEN]), ...perhaps.map((each) => [...each, PERHAPS])];
  const parts = [];
  let from = 0;
  for (const [start, end, shown] of spans.sort(([one], [two]) => one - two)) {
    if (start < from) continue;
    parts.push(text.slice(from, start), make("mark", shown, text.slice(start, end)));
    from = end;
  }
  return [...parts, text.slice(from)];
}

export function choices(name, options, chosen, legend, kind = "radio") {
  const rows = Object.entries(options).map(([value, words]) => {
    const checked = kind === "radio" ? chosen === value : chosen.includes(value);
    return make("label", { class: "tick" }, make("input", { type: kind, name, value, checked }), make("span", {}, words));
  });
  return make("fieldset", { id: `field-${name}` }, make("legend", {}, legend), ...rows);
}

export const day = (time) => new Date(time).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
