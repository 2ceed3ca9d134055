// Reports what people do with a model's answers, once they consented: docs/how-to/report-from-a-web-page.md
"use strict";
(() => {
  const to = document.currentScript.dataset.to || "/commonwheel";
  const seen = new Map(); // by element, what is known of an answer
  let agreed = false;

  const send = (what, body) => {
    if (!agreed) return;
    const sent = new Blob([JSON.stringify(body)], { type: "application/json" });
    // A beacon outlives the page, and holds 64 kB.
    navigator.sendBeacon(`${to}/${what}`, sent) || fetch(`${to}/${what}`, { method: "POST", body: sent }).catch(() => {});
  };
  const report = (state, name, value, detail) => {
    if (name !== "dwell") state.done = true;
    send("feedback", { target: state.id, name, value, ...(detail && { detail }) });
  };
  const said = ({ element }) => ("value" in element ? element.value : element.innerText).trim();
  const of = (target) => seen.get(target instanceof Element && target.closest("[data-wheel]"));
  const named = (id) => [...seen.values()].find((state) => state.id === id);
  const on = (name, act) =>
    document.addEventListener(name, (event) => {
      const state = of(event.target);
      if (state) act(state, event);
    });

  const count = (state, inView) => {
    const now = performance.now();
    if (state.since) state.seconds += (now - state.since) / 1000;
    state.since = inView && now;
  };
  const inView = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) count(seen.get(target), isIntersecting);
  });
  const look = () => {
    for (const element of document.querySelectorAll("[data-wheel]")) {
      if (seen.has(element)) continue;
      const { wheel: id, wheelPrompt: prompt, wheelModel: model } = element.dataset;
      seen.set(element, { element, id, prompt, model, seconds: 0 });
      inView.observe(element);
    }
  };

  // Only what somebody types is an edit: an answer that streams in, or is made anew, changes by itself.
  on("beforeinput", (state) => {
    if (!agreed) state.mixed = true; // what is typed without consent is in the text from now on
    if (said(state) !== state.last) state.before = said(state);
  });
  on("input", (state, { isTrusted }) => {
    if (agreed && isTrusted) state.after = state.last = said(state);
  });
  const settle = (state) => {
    const { prompt, model, before, after } = state;
    state.after = "";
    if (!prompt || !after || after === before || state.mixed) return;
    state.done = true;
    send("edits", { prompt, original_llm_output: before, final_user_edit: after, ...(model && { model }) });
  };
  on("focusout", settle);
  on("copy", (state) => report(state, "copied", true));
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-wheel-does]");
    const state = button && (named(button.dataset.wheelFor) || of(button));
    if (!state) return;
    const does = button.dataset.wheelDoes; // thumb-up, thumb-down, accepted, regenerated
    if (does.startsWith("thumb-")) report(state, "thumb", does === "thumb-up");
    else report(state, does, true);
  });
  addEventListener("pagehide", () => {
    for (const state of seen.values()) {
      settle(state);
      count(state, state.since);
      if (state.seconds >= 1) report(state, "dwell", Math.round(state.seconds));
      if (state.seconds && !state.done) report(state, "abandoned", true);
      state.seconds = 0;
    }
  });
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
  look();
  window.commonwheel = {
    consent: (yes) => {
      agreed = yes === true;
      for (const state of seen.values()) {
        count(state, state.since);
        state.seconds = 0; // what was before a yes stays here
        state.after = "";
      }
    },
    report: (id, name, value, detail) => named(id) && report(named(id), name, value, detail),
  };
})();
