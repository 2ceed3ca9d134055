// From what is selected on a page to places in a record: code points of the texts that hold them.
"use strict";
window.commonwheel = (() => {
  // Code points from the start of the whole text to a point within it; a bar counts as what it stands for.
  const place = (piece, node, offset, atEnd) => {
    const start = Number(piece.dataset.start);
    const end = Number(piece.dataset.end);
    if (piece.matches(".hid")) return atEnd ? end : start;
    if (node.nodeType !== Node.TEXT_NODE) return offset === 0 ? start : end;
    if (offset >= node.data.length) return end;
    return Math.min(end, start + [...node.data.slice(0, offset)].length);
  };

  const spansOf = (range) => {
    const spans = [];
    for (const text of document.querySelectorAll("#record [data-pointer]")) {
      if (!range.intersectsNode(text)) continue;
      let start = null;
      let end = null;
      for (const piece of text.querySelectorAll("[data-start]")) {
        if (!range.intersectsNode(piece)) continue;
        const from = piece.contains(range.startContainer)
          ? place(piece, range.startContainer, range.startOffset, false) : Number(piece.dataset.start);
        const to = piece.contains(range.endContainer)
          ? place(piece, range.endContainer, range.endOffset, true) : Number(piece.dataset.end);
        if (from < to) {
          start = Math.min(start ?? from, from);
          end = Math.max(end ?? to, to);
        }
      }
      if (start !== null) spans.push({ pointer: text.dataset.pointer, start, end });
    }
    return spans;
  };

  const selected = () => {
    const selection = document.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return { words: "", spans: [] };
    return { words: selection.toString(), spans: spansOf(selection.getRangeAt(0)) };
  };
  return { selected };
})();
