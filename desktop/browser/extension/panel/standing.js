// How the link to the window stands, in words: one line always, and a part of its own where a person can do something.

import { filled, word } from "./words.js";

/** @param {string} id */
const part = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** What the line at the top says, and of which kind it is. @type {Record<string, [string, "well" | "trouble" | ""]>} */
const LINES = {
  open: ["lineOpen", "well"],
  looking: ["lineLooking", ""],
  resuming: ["lineLooking", ""],
  locked: ["lineLooking", ""],
  starting: ["lineStarting", ""],
  not_running: ["lineClosed", ""],
  passphrase: ["lineLocked", ""],
  welcome: ["lineWelcome", ""],
  off: ["lineNot", ""],
  unpaired: ["lineNot", ""],
  asking: ["lineNot", ""],
  code: ["lineNot", ""],
};
/** With these words there is something to do. @type {Record<string, {title: string, text: string, start?: boolean, pair?: boolean, cancel?: boolean}>} */
const PARTS = {
  not_running: { title: "closedTitle", text: "closedText", start: true },
  passphrase: { title: "lockedTitle", text: "lockedText" },
  welcome: { title: "welcomeTitle", text: "welcomeText" },
  not_found: { title: "closedTitle", text: "notFoundText" },
  unpaired: { title: "unpairedTitle", text: "unpairedText", pair: true },
  asking: { title: "askingTitle", text: "askingText", cancel: true },
  code: { title: "codeTitle", text: "codeText", cancel: true },
  no_host: { title: "noHostTitle", text: "noHostText" },
  forbidden: { title: "noHostTitle", text: "forbiddenText" },
  host_ended: { title: "noHostTitle", text: "hostEndedText" },
  unknown_pairing: { title: "strangerTitle", text: "strangerText", pair: true },
  desk: { title: "strangerTitle", text: "deskText", pair: true },
  refused: { title: "refusedTitle", text: "refusedText", pair: true },
  expired: { title: "refusedTitle", text: "expiredText", pair: true },
  not_pairing: { title: "refusedTitle", text: "expiredText", pair: true },
  busy: { title: "refusedTitle", text: "busyText", pair: true },
  version: { title: "noHostTitle", text: "versionText" },
  folder_owner: { title: "unsafeTitle", text: "folderOwnerText" },
  folder_mode: { title: "unsafeTitle", text: "folderModeText" },
  folder_is_none: { title: "unsafeTitle", text: "folderIsNoneText" },
  peer_owner: { title: "unsafeTitle", text: "peerOwnerText" },
  socket_path_too_long: { title: "noHostTitle", text: "pathTooLongText" },
  auth: { title: "unsafeTitle", text: "authText" },
};

/** @type {any} */
let ticking;
/** @type {number | undefined} */
let until;
/** What was said last; the same is not said again to a screen reader. */
let said = "";

/**
 * @param {import("../worker/link.js").Standing} standing
 * @param {boolean} paired
 */
export function showLink(standing, paired) {
  const [line, kind] = LINES[standing.word] ?? ["lineTrouble", "trouble"];
  part("standing").textContent = word(line);
  part("standing").className = kind;
  const shown = PARTS[standing.word];
  part("link").hidden = !shown;
  clearInterval(ticking);
  if (!shown) return;
  const now = [standing.word, standing.code, paired].join(" ");
  if (now !== said) {
    said = now;
    part("link-title").textContent = word(shown.title);
    part("link-text").textContent = word(shown.text);
  }
  part("start").hidden = !shown.start;
  part("pair").hidden = !shown.pair && !(standing.word === "not_running" && !paired);
  part("cancel").hidden = !shown.cancel;
  showCode(standing);
}

/**
 * Why the window cannot be asked, in words; "" where it can.
 * @param {import("../worker/link.js").Standing} standing
 */
export function whyClosed({ word: now }) {
  const [line] = LINES[now] ?? ["lineTrouble"];
  if (line === "lineOpen") return "";
  if (line === "lineClosed" || now === "not_found") return word("askClosed");
  if (line === "lineNot" || PARTS[now]?.pair) return word("askUnconnected");
  return line === "lineTrouble" ? word("askTrouble") : word(line);
}

/**
 * What brings ratings and flags, as long as no rubric is known.
 * @param {import("../worker/link.js").Standing} standing
 * @param {boolean} paired
 */
export function whyNoRubric({ word: now }, paired) {
  if (!paired || PARTS[now]?.pair) return word("noRubric");
  return now === "open" ? word("noRubricTold") : word("noRubricClosed");
}

/** @param {import("../worker/link.js").Standing} standing */
function showCode({ code, until: end }) {
  part("code").hidden = part("time").hidden = !code;
  if (!code) return;
  part("code-shown").textContent = `${code.slice(0, 3)} ${code.slice(3)}`;
  part("code-read").textContent = Array.from(code).join(" ");
  until = end;
  showTime();
  ticking = setInterval(showTime, 1000);
}

function showTime() {
  const left = Math.max(0, Math.round(((until ?? 0) - Date.now()) / 1000));
  /** @type {HTMLProgressElement} */ (part("time-bar")).value = left;
  part("time-text").textContent = filled("timeLeft", left);
  if (!left) part("cancel").click(); // the window does not wait any longer either
}
