// How many are chosen, while they are. The page works without this: the number is right after every button.
"use strict";
(() => {
  const form = document.getElementById("pick");
  const chosen = document.getElementById("chosen");
  if (!form || !chosen) return;
  const here = () => form.querySelectorAll("input[name=pick]:checked").length;
  const elsewhere = Number(chosen.textContent) - here();
  form.addEventListener("change", () => {
    chosen.textContent = elsewhere + here();
  });
})();
