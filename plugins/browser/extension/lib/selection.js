// What a person selected of texts on a page: of each text its own part, without the labels in it.
import { barsIn } from "./record.js";

// How many characters of an element stand before a place in a range.
function before(element, container, offset) {
  const lead = document.createRange();
  lead.selectNodeContents(element);
  lead.setEnd(container, offset);
  return lead.toString().length;
}

function partIn(element, range) {
  const text = element.textContent;
  if (!range.intersectsNode(element)) return [];
  const { startContainer, startOffset, endContainer, endOffset } = range;
  const start = element.contains(startContainer) ? before(element, startContainer, startOffset) : 0;
  const end = element.contains(endContainer) ? before(element, endContainer, endOffset) : text.length;
  const parts = [];
  let from = start;
  for (const [first, last] of [...barsIn(text), [end, end]]) {
    if (Math.min(first, end) > from) parts.push(text.slice(from, Math.min(first, end)).trim());
    from = Math.max(from, last);
  }
  return parts.filter((part) => part);
}

// The words that are selected in any of the elements.
export function selectedIn(elements) {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return [];
  return [...elements].flatMap((element) => partIn(element, selection.getRangeAt(0)));
}
