// The share control beside each answer. Where answers stand is looked for; what they say is read when a person
// presses the control, and not before. It lives in a closed shadow root, which the page can neither read nor press.
"use strict";
(() => {
  const api = globalThis.browser ?? globalThis.chrome;
  if (globalThis.commonwheelShare) return;
  globalThis.commonwheelShare = true;

  const BLOCKS = new Set("ADDRESS ARTICLE ASIDE BLOCKQUOTE DD DIV DL DT FIGURE FOOTER H1 H2 H3 H4 H5 H6 HEADER LI MAIN OL P PRE SECTION TABLE TR UL".split(" "));
  const CONTROL = `:host{all:initial;display:block;margin:4px 0}
    button{font:500 13px/1.4 system-ui,sans-serif;color:#0d5843;background:#fafbf6;border:1px solid #6d7d74;border-radius:4px;padding:3px 10px 3px 8px;cursor:pointer;display:inline-flex;gap:6px;align-items:center}
    button:hover{background:#d3e5d8}button:focus-visible{outline:3px solid #1d4b86;outline-offset:2px}
    svg{width:14px;height:14px;fill:currentColor}
    @media (prefers-color-scheme:dark){button{color:#83cfab;background:#17221f;border-color:#73867d}button:hover{background:#17382c}}`;
  const WHEEL = [
    "M17.18 1.05A15 15 0 0 1 30.95 14.82L23.94 13.95A11.00 11.00 0 0 0 17.08 2.24Z",
    "M30.95 17.18A15 15 0 0 1 17.18 30.95L18.05 23.94A11.00 11.00 0 0 0 29.76 17.08Z",
    "M14.82 30.95A15 15 0 0 1 1.05 17.18L8.06 18.05A11.00 11.00 0 0 0 14.92 29.76Z",
    "M1.05 14.82A15 15 0 0 1 14.82 1.05L13.95 8.06A11.00 11.00 0 0 0 2.24 14.92Z",
  ];
  const marked = new WeakSet();
  let site = null;

  const found = (selector, within = document) => {
    try {
      return selector ? [...within.querySelectorAll(selector)] : [];
    } catch {
      return [];
    }
  };
  const isSkipped = (node) => {
    try {
      return node.tagName === "COMMONWHEEL-SHARE" || node.hidden || (site.skip && node.matches(site.skip));
    } catch {
      return false;
    }
  };

  // What an element says, with the line breaks that one sees, and code between its fences.
  function said(node) {
    if (node.nodeType === Node.TEXT_NODE) return node.parentElement?.closest("pre") ? node.data : node.data.replace(/\s+/g, " ");
    if (node.nodeType !== Node.ELEMENT_NODE || isSkipped(node)) return "";
    if (["SCRIPT", "STYLE", "TEXTAREA", "INPUT", "SVG", "svg"].includes(node.tagName)) return "";
    if (node.tagName === "BR") return "\n";
    const inner = [...node.childNodes].map(said).join("");
    if (node.tagName === "PRE") return `\n\n\`\`\`\n${inner.replace(/\n+$/, "")}\n\`\`\`\n\n`;
    if (node.tagName === "LI") return `\n- ${inner.trim()}`;
    if (node.tagName === "TD" || node.tagName === "TH") return `${inner.trim()}\t`;
    if (node.tagName === "P" || /^H[1-6]$/.test(node.tagName)) return `\n\n${inner.trim()}\n\n`;
    return BLOCKS.has(node.tagName) ? `\n${inner}\n` : inner;
  }

  function words(element) {
    const parts = found(site.text, element).filter((part, _, all) => !all.some((other) => other !== part && other.contains(part)));
    const text = (parts.length ? parts : [element]).map(said).join("\n\n");
    return text.replace(/[ \t]+\n/g, "\n").replace(/\n[ ](?=\S)/g, "\n").replace(/\n{3,}/g, "\n\n").trim();
  }

  // The conversation up to an answer.
  function upTo(answer) {
    const all = [...found(site.question).map((element) => ["user", element]), ...found(site.answer).map((element) => ["assistant", element])];
    all.sort(([, one], [, two]) => (one.compareDocumentPosition(two) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
    const last = all.findIndex(([, element]) => element === answer);
    const messages = [];
    for (const [role, element] of all.slice(0, last + 1)) {
      const content = words(element);
      if (content) messages.push({ role, content });
    }
    const attribute = site.model_attribute ? answer.getAttribute(site.model_attribute) : "";
    return { messages, model: (attribute || found(site.model)[0]?.textContent || "").trim().slice(0, 200) };
  }

  async function share(event, answer, label) {
    if (!event.isTrusted) return;
    const isOpen = await Promise.resolve()
      .then(() => api.runtime.sendMessage({ type: "share", ...upTo(answer) }))
      .catch(() => false);
    label.data = isOpen ? "Share" : "Cannot be shared: it is empty or too long, or the page has to be loaded again";
  }

  function control(answer) {
    const host = document.createElement("commonwheel-share");
    const root = host.attachShadow({ mode: "closed" });
    const style = document.createElement("style");
    style.textContent = CONTROL;
    const button = document.createElement("button");
    button.type = "button";
    const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    icon.setAttribute("viewBox", "0 0 32 32");
    icon.setAttribute("aria-hidden", "true");
    for (const d of WHEEL) {
      const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
      path.setAttribute("d", d);
      icon.append(path);
    }
    const label = document.createTextNode("Share");
    button.append(icon, label);
    button.title = "Share this answer with the commons: you see first what would be public";
    button.addEventListener("click", (event) => share(event, answer, label));
    root.append(style, button);
    return host;
  }

  function place() {
    for (const answer of found(site.answer)) {
      if (marked.has(answer)) continue;
      marked.add(answer);
      answer.after(control(answer));
    }
  }

  let asked = false;
  function soon() {
    if (asked) return;
    asked = true;
    setTimeout(() => {
      asked = false;
      place();
    }, 400);
  }

  api.runtime.sendMessage({ type: "where" }).then((sites) => {
    const choose = () => (sites ?? []).find((each) => each.matches.length || found(each.mark).length) ?? null;
    const begin = () => {
      site ??= choose();
      if (site) soon();
    };
    begin();
    new MutationObserver(begin).observe(document.documentElement, { childList: true, subtree: true });
  });
})();
