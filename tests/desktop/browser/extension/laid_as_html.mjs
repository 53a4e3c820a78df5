// The panel's Markdown as the window's HTML, to be held against it: texts as JSON from the standard input.

import { readFileSync } from "node:fs";
import { blocksOf } from "../../../../desktop/browser/extension/laid/blocks.js";

const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
const TAGS = { p: "p", quote: "blockquote", item: "li", table: "table", row: "tr" };

function words(inlines) {
  return inlines.map((each) => {
    if (each.kind === "text") return escaped(each.text);
    if (each.kind === "break") return "<br>";
    const tag = each.kind === "link" ? "a" : each.kind === "del" ? "s" : each.kind;
    return `<${tag}>${words(each.inner)}</${tag}>`;
  }).join("");
}

function html(blocks) {
  return blocks.map((block) => {
    const { kind, lines = [], inlines = [], children = [], ordered, head } = block;
    if (kind === "plain") return words(inlines);
    if (kind === "heading") return `<p><strong>${words(inlines)}</strong></p>`;
    if (kind === "rule") return "<hr>";
    if (kind === "code") return `<pre><code>${escaped(lines.map(({ text }) => `${text}\n`).join(""))}</code></pre>`;
    const tag = kind === "list" ? (ordered ? "ol" : "ul") : kind === "cell" ? (head ? "th" : "td") : TAGS[kind];
    return `<${tag}>${words(inlines)}${html(children)}</${tag}>`;
  }).join("");
}

console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map((text) => html(blocksOf(text)))));
