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

// A text in which labels stand out as bars.
export function barred(text, bars) {
  const parts = [];
  let from = 0;
  for (const [start, end] of bars) {
    parts.push(text.slice(from, start), make("mark", { title: "Hidden before it leaves this device" }, text.slice(start, end)));
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
