// Letters for buttons, and places marked by selecting words. Every page works without this.
"use strict";
(() => {
  for (const hidden of document.querySelectorAll(".scripted, .keyhint")) hidden.hidden = false;

  // Letters -------------------------------------------------------------------------------------------------------
  const KEYS = "commonwheel.keys";
  const toggle = document.getElementById("keys");
  let on = localStorage.getItem(KEYS) !== "off";
  const showKeys = () => document.body.classList.toggle("quieted", !on);
  if (toggle) {
    toggle.checked = on;
    toggle.addEventListener("change", () => {
      on = toggle.checked;
      localStorage.setItem(KEYS, on ? "on" : "off");
      showKeys();
    });
  }
  showKeys();

  const asks = [...document.querySelectorAll(".note.ask")].filter((note) => note.querySelector("[type=radio]"));
  const open = (note) => !note.querySelector(":checked");
  let now = asks.find(open);
  const point = (note, scroll) => {
    for (const each of asks) each.classList.toggle("now", each === note);
    now = note;
    if (note && scroll) {
      note.scrollIntoView({ block: "center" });
      document.getElementById(note.id.replace("w", "r"))?.scrollIntoView({ block: "center" });
    }
  };
  point(now, false);
  const choose = (value) => {
    if (!now) return;
    now.querySelector(`[value=${value}]`).checked = true;
    point(asks.find(open), true);
  };
  for (const note of asks) note.addEventListener("change", () => point(asks.find(open), false));

  document.addEventListener("keydown", (event) => {
    const field = event.target.closest("input:not([type=radio], [type=checkbox]), textarea, select");
    if (field && event.key === "Escape") field.blur();
    if (!on || field || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    const letter = event.key.toLowerCase();
    if (letter === "h" || letter === "k") {
      choose(letter === "h" ? "hide" : "keep");
    } else {
      const target = document.querySelector(`[data-key="${CSS.escape(letter)}"]`);
      if (!target) return;
      if (target.matches("textarea")) target.focus();
      else target.click();
      if (letter === "x") document.getElementById("reason").focus();
    }
    event.preventDefault();
  });

  // Places --------------------------------------------------------------------------------------------------------
  const form = document.getElementById("pass");
  const marked = document.getElementById("marked");
  const button = document.getElementById("hide-selection");
  if (!form || !marked || !button) return;

  const list = (input, words) => {
    const entry = document.createElement("li");
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "link";
    remove.textContent = "Show again";
    remove.addEventListener("click", () => {
      input.remove();
      entry.remove();
      marked.hidden = !marked.querySelector("li");
    });
    const what = document.createElement("bdi");
    what.textContent = words.length > 40 ? `${words.slice(0, 40)}…` : words;
    entry.append(what, " ", remove);
    marked.querySelector("ul").append(entry);
    marked.hidden = false;
  };

  const mark = () => {
    const { words, spans } = window.commonwheel.selected();
    const kind = document.getElementById("kind").value;
    for (const { pointer, start, end } of spans) {
      const input = document.createElement("input");
      input.type = "hidden";
      input.name = "span";
      input.value = `${kind}:${start}:${end}:${pointer}`;
      form.append(input);
      list(input, words);
    }
    document.getSelection().removeAllRanges();
  };
  for (const kept of form.querySelectorAll("[name=span]")) list(kept, "a place you marked");
  // A click on the button would end the selection before it is read.
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("click", mark);
})();
