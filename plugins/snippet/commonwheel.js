// Reports what people do with a model's answers on this page, once they consented. How: docs/how-to/report-from-a-web-page.md
"use strict";
(() => {
  const script = document.currentScript;
  const to = script.dataset.to || "/commonwheel";
  const seen = new Map(); // by element: id, text before, when it came into view, seconds in view, what was done
  let agreed = false;

  const send = (path, body) => {
    if (!agreed) return;
    const sent = new Blob([JSON.stringify(body)], { type: "application/json" });
    if (!navigator.sendBeacon(`${to}/${path}`, sent)) fetch(`${to}/${path}`, { method: "POST", body: sent, keepalive: true });
  };
  const said = (element) => ("value" in element ? element.value : element.innerText).trim();
  const report = (state, name, value, detail) => {
    if (name !== "dwell") state.done = true;
    send("feedback", { target: state.id, name, value, ...(detail && { detail }) });
  };
  const of = (target) => {
    const element = target.closest("[data-wheel]");
    return element && seen.get(element);
  };
  const named = (id) => [...seen.values()].find((state) => state.id === id);

  const inView = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const state = seen.get(target);
      if (state.since) state.seconds += (performance.now() - state.since) / 1000;
      state.since = isIntersecting ? performance.now() : 0;
    }
  });
  const watch = (element) => {
    if (seen.has(element)) return;
    const { wheel: id, wheelPrompt: prompt, wheelModel: model } = element.dataset;
    seen.set(element, { id, prompt, model, before: said(element), since: 0, seconds: 0, done: false });
    inView.observe(element);
  };
  const edited = (element) => {
    const state = seen.get(element);
    const after = said(element);
    if (!state || !agreed || after === state.before || !after || !state.prompt) return;
    state.done = true;
    const { prompt, model, before } = state;
    send("edits", { prompt, original_llm_output: before, final_user_edit: after, ...(model && { model }) });
    state.before = after;
  };
  const look = () => document.querySelectorAll("[data-wheel]").forEach(watch);

  document.addEventListener("copy", (event) => {
    const state = event.target instanceof Element && of(event.target);
    if (state) report(state, "copied", true);
  });
  document.addEventListener("focusout", (event) => edited(event.target));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-wheel-does]");
    const state = button && (named(button.dataset.wheelFor) || of(button));
    if (!state) return;
    const does = button.dataset.wheelDoes; // thumb-up, thumb-down, accepted, regenerated
    if (does.startsWith("thumb-")) report(state, "thumb", does === "thumb-up");
    else report(state, does, true);
  });
  addEventListener("pagehide", () => {
    for (const [element, state] of seen) {
      edited(element);
      const seconds = state.seconds + (state.since ? (performance.now() - state.since) / 1000 : 0);
      if (seconds >= 1) report(state, "dwell", Math.round(seconds));
      if (!state.done && state.seconds + state.since) report(state, "abandoned", true);
    }
  });
  new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
  look();
  window.commonwheel = {
    consent: (yes) => {
      agreed = yes === true;
    },
    report: (id, name, value, detail) => named(id) && report(named(id), name, value, detail),
  };
})();
