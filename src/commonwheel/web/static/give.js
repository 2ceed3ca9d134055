// A draft that survives a reload, and a draft that another application hands over. The page works without this.
"use strict";
(() => {
  const form = document.getElementById("give");
  if (!form) return;
  const fields = [...form.querySelectorAll("textarea, input:not([type=hidden], [type=file])")];
  const key = `commonwheel.give:${form.getAttribute("action")}`;
  const set = (field, value) => {
    if (field.type === "radio") field.checked = field.value === value;
    else if (!field.value) field.value = value;
  };

  // Behind "#draft=" stands JSON in base64url: what is behind "#" reaches no server and no log.
  const handed = location.hash.match(/^#draft=([\w-]+)$/);
  if (handed) {
    history.replaceState(null, "", location.pathname);
    try {
      const bytes = Uint8Array.from(atob(handed[1].replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
      const draft = JSON.parse(new TextDecoder().decode(bytes));
      for (const field of fields) if (typeof draft[field.name] === "string") set(field, draft[field.name]);
    } catch {
      // Not a draft of ours: the form stays empty.
    }
  }

  // Kept for this tab alone, until it is sent or the tab is closed.
  try {
    const kept = JSON.parse(sessionStorage.getItem(key) ?? "{}");
    for (const field of fields) if (field.name in kept) set(field, kept[field.name]);
  } catch {
    sessionStorage.removeItem(key);
  }
  form.addEventListener("input", () => {
    const now = {};
    for (const field of fields) if (field.type !== "radio" || field.checked) now[field.name] = field.value;
    try {
      sessionStorage.setItem(key, JSON.stringify(now));
    } catch {
      // Too long for this browser: then it does not survive a reload.
    }
  });
  form.addEventListener("submit", () => sessionStorage.removeItem(key));
})();
