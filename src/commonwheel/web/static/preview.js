// Hiding by selecting words. The page works without this: words can be typed.
"use strict";
(() => {
  for (const hidden of document.querySelectorAll(".scripted")) hidden.hidden = false;
  const form = document.getElementById("draft");
  const button = document.getElementById("hide-selection");
  if (!form || !button) return;

  const hide = () => {
    const [span] = window.commonwheel.selected().spans;
    if (!span) return;
    form.elements.place.value = `${span.start}:${span.end}:${span.pointer}`;
    const sender = document.createElement("button");
    sender.name = "do";
    sender.value = "hide";
    sender.formNoValidate = true;
    sender.hidden = true;
    form.append(sender);
    sender.click();
  };
  // A click on the button would end the selection before it is read.
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("click", hide);
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, textarea, select")) return;
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.key.toLowerCase() !== "h") return;
    event.preventDefault();
    hide();
  });
})();
