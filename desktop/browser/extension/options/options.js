// The options: which Preceptor this browser belongs to, what is kept here, language and keys. Says what a person does to the
// worker, as the panel does.

import { Line } from "../panel/line.js";
import { counted, fillTexts, filled, language, LANGUAGES, word } from "../panel/words.js";

/** @param {string} id */
const part = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** Keys, and what each does. @type {[string, string][]} */
const KEYS = [
  ["Alt+J", "keyJudge"],
  ["F", "keyFlag"],
  ["E", "keyRewrite"],
  ["↵", "keyRatings"],
  ["0 … 9", "keyRate"],
  ["↑ ↓", "keyRows"],
  ["↵", "keyNext"],
  ["1 … 5", "keyAnswers"],
  ["V, >", "keyRanking"],
  ["← → ↑ ↓", "keyMove"],
  [word("ctrl") + "+Z, " + word("ctrl") + "+Y", "keyUndo"],
  ["N", "keyUnrankable"],
  ["G, X", "keyLevel"],
  ["Q", "keyWhy"],
  ["S", "keySure"],
  ["R", "keyAsk"],
  ["Esc", "keyBack"],
  ["Alt+↑ ↓", "keyPoints"],
  [word("ctrl") + "+M", "keyWritten"],
  [word("ctrl") + "+↵", "keySend"],
];

const line = new Line(show);

/** @param {any} state */
function show({ paired, since, standing, kept }) {
  part("name").textContent = paired ? (standing.browser ? word("connectedAs", standing.browser) : word("connected")) : word("notConnected");
  const time = since && new Date(since).toLocaleString(language, { dateStyle: "long", timeStyle: "short" });
  part("since").textContent = paired && time ? word("connectedSince", time) : "";
  part("leave").hidden = !paired;
  part("project").textContent = standing.project ? word("projectIs", standing.project) : word("projectUnknown");
  const said = `${counted("kept", kept.count)}, ${filled("keptBytes", kept.bytes)}`;
  part("kept").textContent = kept.count ? said : word("keptNothing");
}

/** @param {boolean} asked */
function ask(asked) {
  part("sure").hidden = !asked;
  part("delete").hidden = asked;
  part(asked ? "keep" : "delete").focus();
}

const choice = /** @type {HTMLSelectElement} */ (part("language"));
part("leave").addEventListener("click", () => line.say("leave"));
part("delete").addEventListener("click", () => ask(true));
part("keep").addEventListener("click", () => ask(false));
part("sure").addEventListener("keydown", (event) => void (event.key === "Escape" && ask(false)));
part("delete-now").addEventListener("click", () => {
  line.say("forgetAll", { id: crypto.randomUUID() });
  ask(false);
});
choice.addEventListener("change", async () => {
  await chrome.storage.local.set({ language: choice.value });
  location.reload();
});
fillTexts();
const { language: wish } = await chrome.storage.local.get("language");
choice.value = LANGUAGES.includes(wish) ? wish : "";
part("keys").replaceChildren(
  ...KEYS.map(([key, name]) => {
    const row = document.createElement("tr");
    const [cap, what] = [document.createElement("td"), document.createElement("td")];
    const shown = document.createElement("kbd");
    shown.textContent = key;
    cap.append(shown);
    what.textContent = word(name);
    row.append(cap, what);
    return row;
  }),
);
