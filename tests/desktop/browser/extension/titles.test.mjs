// Which titles of pages are kept: those that tell no more of the address than its host.

import assert from "node:assert/strict";
import { test } from "node:test";

import { titleOf } from "../../../../desktop/browser/extension/worker/titles.js";

const PAGE = "https://intern.example/cases/77/answer%20one.txt?patient=Doe&token=abc#there";
const TELLING = [
  ["intern.example/cases/77/answer%20one.txt?patient=Doe&token=abc#there", PAGE],
  ["https://intern.example/cases/77/answer one.txt?patient=Doe&token=abc", PAGE],
  ["intern.example/cases/77/answ…", PAGE],
  ["Intern.example/Cases/77/answer one.txt", PAGE],
  ["Index of /cases/77/answer one.txt", PAGE],
  ["Result (?patient=Doe&token=abc)", PAGE],
  ["answer one.txt", PAGE],
  ["cases/77/answer one.txt", PAGE],
  ["Case: cases/77/answer one.txt (1)", PAGE],
  ["patient=Doe", PAGE],
  ["Case of patient=doe", PAGE],
  ["cases/77", "https://intern.example/cases/77/"],
  ["chart.png (640×480)", "https://intern.example/cases/chart.png"],
  ["münchen.example/fälle/77", "https://xn--mnchen-3ya.example/f%C3%A4lle/77"],
  ["example.org/case", "https://www.example.org/case"],
  ["intern.example:8443/a", "https://intern.example:8443/a"],
  ["localhost:3000/?q=a b", "http://localhost:3000/?q=a%20b"],
  ["x.example/%E4", "https://x.example/%E4"],
  ["intern.example", "https://intern.example/"],
  ["x.html", "file:///home/me/x.html"],
];
const OTHER = [
  ["A chat", PAGE],
  ["Answer one", PAGE],
  ["Case 77 – intern.example", PAGE],
  ["AC/DC", "https://band.example/dc"],
  ["Page 2 of 7", "https://x.example/list?2"],
  ["Doses", "https://x.example/doses"],
  ["and/or", "https://x.example/"],
  ["GitHub - owner/project: words", "https://github.com/owner/project"],
  ["Antibiotics - Wikipedia", "https://en.wikipedia.org/wiki/Antibiotics"],
  ["What is node.js?", "https://x.example/?"],
  ["A page", ""],
  ["", PAGE],
];

test("a title that tells the page's address, whole, cut or as it is shown, is none", () => {
  for (const [title, url] of TELLING) assert.equal(titleOf({ title, url }), "", title);
});

test("any other title stays as it is", () => {
  for (const [title, url] of OTHER) assert.equal(titleOf({ title, url }), title);
  assert.equal(titleOf({}), "");
});
