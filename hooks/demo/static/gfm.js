// Renders the part of GitHub-flavoured Markdown that cards use, as DOM nodes: never as HTML text.

const INLINE = /\\([!-/:-@[-`{-~])|`([^`]+)`|\*\*(.+?)\*\*|\[([^\]]*)\]\(([^()\s]+)\)/g;

export function element(tag, text, attributes = {}) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

/** The address of a link that may be followed: https anywhere, or this service's own guide; otherwise null. */
export function safeAddress(written) {
  if (!URL.canParse(written, location.href)) return null;
  const url = new URL(written, location.href);
  const guide = url.origin === location.origin && url.pathname.startsWith("/guide/");
  return url.protocol === "https:" || guide ? url.href : null;
}

export function link(label, address) {
  const href = safeAddress(address);
  if (!href) return document.createTextNode(label);
  return element("a", label, { href, target: "_blank", rel: "noopener noreferrer" });
}

/** Plain text in which a date is not broken over two lines. */
function plain(text) {
  const parts = text.split(/(\d{4}-\d\d-\d\d(?:T[\d:]+Z)?)/);
  return parts.map((part, i) => (i % 2 ? element("span", part, { class: "date" }) : part));
}

function inline(text) {
  const nodes = document.createDocumentFragment();
  let end = 0;
  for (const found of text.matchAll(INLINE)) {
    const [whole, escaped, code, bold, label, address] = found;
    nodes.append(...plain(text.slice(end, found.index)));
    if (escaped !== undefined) nodes.append(escaped);
    else if (code !== undefined) nodes.append(element("code", code));
    else if (bold !== undefined) nodes.append(wrap("strong", inline(bold)));
    else nodes.append(link(label.replace(/\\(.)/g, "$1"), address));
    end = found.index + whole.length;
  }
  nodes.append(...plain(text.slice(end)));
  return nodes;
}

function wrap(tag, ...children) {
  const made = document.createElement(tag);
  made.append(...children);
  return made;
}

const cells = (line) =>
  line.trim().replace(/^\||(?<!\\)\|$/g, "").split(/(?<!\\)\|/).map((cell) => cell.trim());

const isRule = (line) => line !== undefined && /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/.test(line) && line.includes("-");

function table(lines) {
  const [head, , ...rows] = lines.map(cells);
  const top = wrap("thead", wrap("tr", ...head.map((cell) => {
    const made = wrap("th", inline(cell));
    made.scope = "col";
    return made;
  })));
  const body = wrap("tbody", ...rows.map((row) => wrap("tr", ...head.map((_, i) => wrap("td", inline(row[i] ?? ""))))));
  return wrap("table", top, body);
}

/** The Markdown as nodes. Headings start at h4, below the page's own. */
export function render(markdown) {
  const nodes = document.createDocumentFragment();
  const lines = markdown.split("\n");
  let i = 0;
  const take = (test) => {
    const taken = [];
    while (i < lines.length && test(lines[i])) taken.push(lines[i++]);
    return taken;
  };
  while (i < lines.length) {
    const line = lines[i];
    const heading = /^(#{1,6})\s+(.*)$/.exec(line);
    if (!line.trim()) {
      i += 1;
    } else if (heading) {
      nodes.append(wrap(`h${Math.min(6, Math.max(4, heading[1].length + 1))}`, inline(heading[2])));
      i += 1;
    } else if (line.includes("|") && isRule(lines[i + 1])) {
      nodes.append(table(take((next) => next.includes("|"))));
    } else if (/^\s*[-*]\s+/.test(line)) {
      const points = take((next) => /^\s*[-*]\s+/.test(next));
      nodes.append(wrap("ul", ...points.map((point) => wrap("li", inline(point.replace(/^\s*[-*]\s+/, ""))))));
    } else {
      const text = take((next) => next.trim() && !/^(#{1,6}\s|\s*[-*]\s)/.test(next) && !next.includes("|"));
      if (!text.length) text.push(lines[i++]);
      nodes.append(wrap("p", inline(text.join(" "))));
    }
  }
  return nodes;
}
