// Text with entities as DOM nodes. Nothing is ever parsed as HTML, so whatever a message says, it stays text.

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote", spoiler: "span",
};
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
const LONG_QUOTE = 220; // characters, or more lines than are shown of a closed quote
const LINES_SHOWN = 4;

export function el(tag, className = "", ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

// Offsets and lengths count UTF-16 units, as JavaScript's strings do. `onCommand` is called with a tapped command.
export function formatted(text, entities, onCommand) {
  return build(text, 0, text.length, entities ?? [], onCommand);
}

function build(text, start, end, entities, onCommand) {
  const nodes = document.createDocumentFragment();
  let at = start;
  for (let i = 0; i < entities.length; i++) {
    const entity = entities[i];
    if (entity.offset < at) continue;
    const stop = Math.min(entity.offset + entity.length, end);
    const inner = entities.slice(i + 1).filter((e) => e.offset >= entity.offset && e.offset + e.length <= stop);
    let before = text.slice(at, entity.offset);
    if (BLOCKS.has(entity.type)) before = before.replace(/\n$/, ""); // a block begins a line of its own
    appendPlain(nodes, before);
    nodes.append(element(entity, text, stop, inner, onCommand));
    at = stop;
    if (BLOCKS.has(entity.type) && text[at] === "\n") at++;
  }
  appendPlain(nodes, text.slice(at, end));
  return nodes;
}

// Citation marks stand out a little, so that the eye finds them.
function appendPlain(nodes, text) {
  for (const piece of text.split(/(\[\d{1,3}\])/)) {
    if (!piece) continue;
    nodes.append(/^\[\d+\]$/.test(piece) ? el("span", "mark", piece) : piece);
  }
}

function element(entity, text, stop, inner, onCommand) {
  const content = build(text, entity.offset, stop, inner, onCommand);
  const raw = text.slice(entity.offset, stop);
  switch (entity.type) {
    case "text_link": return link(entity.url, content);
    case "url": return link(raw, content);
    case "mention": case "text_mention": case "hashtag": return el("span", "mention", content);
    case "bot_command": return command(raw, onCommand);
    case "spoiler": return spoiler(content);
    case "expandable_blockquote": return expandable(content, raw);
    default: return el(TAGS[entity.type] ?? "span", "", content);
  }
}

function link(url, content) {
  if (!/^https?:\/\//.test(url)) return el("span", "mention", content);
  const anchor = el("a", "", content);
  anchor.href = url;
  anchor.target = "_blank";
  anchor.rel = "noopener noreferrer";
  return anchor;
}

function command(raw, onCommand) {
  const button = el("button", "command", raw);
  button.type = "button";
  button.addEventListener("click", () => onCommand(raw));
  return button;
}

function spoiler(content) {
  const button = el("button", "spoiler", content);
  button.type = "button";
  button.setAttribute("aria-label", "ข้อความที่ซ่อนไว้ กดเพื่อแสดง");
  button.addEventListener("click", () => button.classList.add("open"));
  return button;
}

function expandable(content, raw) {
  const quote = el("blockquote", "", el("div", "quoted", content));
  if (raw.length < LONG_QUOTE && raw.split("\n").length <= LINES_SHOWN) return quote;
  const label = el("span", "", "แสดงทั้งหมด");
  const button = el("button", "more", label, icon("M6 9l6 6 6-6"));
  button.type = "button";
  const show = (open) => {
    quote.classList.toggle("closed", !open);
    button.setAttribute("aria-expanded", String(open));
    label.textContent = open ? "ย่อข้อความ" : "แสดงทั้งหมด";
  };
  button.addEventListener("click", () => show(quote.classList.contains("closed")));
  show(false);
  quote.append(button);
  return quote;
}
