"""Which turns a chat page is read to have: no prompt is lost where labels and buttons stand in it, no two answers
become one over a prompt whose words are not there, and a page that holds a part only says so. In a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.desktop.browser.chrome import PAGES, launched
from tests.desktop.browser.test_reading_pages import RULES, SELECT, SITES, run_scripts

pytestmark = pytest.mark.needs("chromium")

STYLE = """<style>.sr-only, .cdk-visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; }
.whitespace-pre-wrap { white-space: pre-wrap; }</style>"""
# A prompt, and an answer, as each site's rule finds them; {} is what is inside.
TURNS = {
    "chatgpt": (
        '<div data-message-author-role="user">{}</div>',
        '<div data-message-author-role="assistant"><div class="markdown"><p>{}</p></div></div>',
    ),
    "claude": (
        '<div data-testid="user-message">{}</div>',
        '<div class="font-claude-response"><div class="standard-markdown"><p>{}</p></div></div>',
    ),
    "gemini": (
        '<user-query><div class="query-text">{}</div></user-query>',
        '<model-response><message-content><div class="markdown"><p>{}</p></div></message-content></model-response>',
    ),
    "copilot": (
        '<div data-content="user-message">{}</div>',
        '<div data-content="ai-message"><div class="ai-message-item"><p>{}</p></div></div>',
    ),
    "perplexity": (
        '<h1 class="group/query">{}</h1>',
        '<div id="markdown-content-0"><div class="prose"><p>{}</p></div></div>',
    ),
    "mistral": (
        '<div data-message-author-role="user">{}</div>',
        '<div data-message-author-role="assistant"><div data-message-part-type="answer"><p>{}</p></div></div>',
    ),
    "deepseek": (
        '<div class="ds-message"><div>{}</div></div>',
        '<div class="ds-message"><div class="ds-markdown"><p>{}</p></div></div>',
    ),
    "openwebui": (
        '<div class="user-message"><div class="chat-user">{}</div></div>',
        '<div class="chat-assistant"><div id="response-content-container"><p>{}</p></div></div>',
    ),
    "lmarena": (
        '<div data-role="user"><div class="prose">{}</div></div>',
        '<div data-role="assistant"><div class="prose"><p>{}</p></div></div>',
    ),
}
LABELS = {
    "gemini": '<span class="cdk-visually-hidden">{}</span>',
    "deepseek": '<span class="ds-think-content">{}</span>',
}
LABEL = '<span class="sr-only">{}</span>'


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as play, launched(play) as opened:
        yield opened


def read(page: Page, site: str, selected: str = "") -> dict[str, Any]:
    """What the page that is open offers by the rule of a site."""
    run_scripts(page)
    if selected:
        page.evaluate(SELECT, selected)
    host = (SITES[site]["hosts"] or ["chat.company.example"])[0]
    found: dict[str, Any] = page.evaluate(
        "([host, sites]) => preceptor.read(document, host, sites)", [host, RULES["sites"]]
    )
    return found


def conversation(page: Page, site: str, *prompts: str) -> dict[str, Any]:
    """What is offered of a conversation with these prompts, as HTML, and the answers A1, A2, …"""
    asked, answered = TURNS[site]
    turns = [asked.format(prompt) + answered.format(f"A{at}") for at, prompt in enumerate(prompts, 1)]
    mark = '<meta name="apple-mobile-web-app-title" content="Open WebUI">' if site == "openwebui" else ""
    page.set_content(f"<!doctype html>{STYLE}{mark}<body><main>{''.join(turns)}</main>")
    return read(page, site)


def said(offer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(turn["role"], turn["text"]) for turn in offer["turns"]]


def test_there_is_a_conversation_for_each_rule() -> None:
    assert set(TURNS) == set(SITES)


@pytest.mark.parametrize("site", TURNS)
def test_a_prompt_whose_words_stand_beside_a_label_is_read_and_parts_the_answers(page: Page, site: str) -> None:
    label = LABELS.get(site, LABEL)
    offer = conversation(page, site, "First?", f"Read {label.format('file')} this", f"{label.format('You said')}Third?")
    assert said(offer) == [
        ("user", "First?"),
        ("assistant", "A1"),
        ("user", "Read this"),
        ("assistant", "A2"),
        ("user", "Third?"),
        ("assistant", "A3"),
    ]
    assert offer["complete"]


@pytest.mark.parametrize("site", TURNS)
def test_a_label_at_any_depth_is_no_word_of_the_prompt(page: Page, site: str) -> None:
    label = LABELS.get(site, LABEL).format("You said")
    offer = conversation(page, site, f"<div><div>{label}</div><div>How <b>much</b>?</div></div>")
    assert said(offer)[0] == ("user", "How much?")


@pytest.mark.parametrize("site", TURNS)
def test_a_prompt_without_words_joins_no_answers_and_the_conversation_is_a_part(page: Page, site: str) -> None:
    offer = conversation(page, site, "First?", '<img src="data:," alt="a scan">', "Third?")
    assert said(offer) == [
        ("user", "First?"),
        ("assistant", "A1"),
        ("assistant", "A2"),
        ("user", "Third?"),
        ("assistant", "A3"),
    ]
    assert not offer["complete"]


@pytest.mark.parametrize(
    ("prompt", "written"),
    [
        ("a<br>b<br><br>c", "a\nb\n\nc"),
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("<div>a</div><div>b<br></div><div><br></div><div>c</div>", "a\nb\n\nc"),
        ("<div class='whitespace-pre-wrap'>def f():\n    return 1\n</div><div>b</div>", "def f():\n    return 1\nb"),
        ("  one\n   <i>two</i> <b>three</b>\n", "one two three"),
        ("<button>report.pdf</button><svg><title>x</title></svg><div>Read it.</div>", "Read it."),
        ("Well <img alt='🙂' src='data:,'><img alt='a chart' src='data:,'>!", "Well 🙂!"),
        ("<span style='display:none'>no</span><span aria-hidden='true' style='opacity:0'>no</span>yes", "yes"),
        ("Is it <span role='img' aria-hidden='true'>⚠️</span>?", "Is it ⚠️?"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("שלום <bdi>ab</bdi> \u2067x\u2069", "שלום ab \u2067x\u2069"),
        ("<div><template shadowrootmode='open'><p>s<slot></slot></p></template>lot</div>", "slot"),
    ],
)
def test_a_prompt_is_what_was_typed_with_its_line_breaks(page: Page, prompt: str, written: str) -> None:
    assert said(conversation(page, "claude", prompt))[0] == ("user", written)


def test_each_paragraph_of_a_prompt_is_a_line_where_the_rule_says_so(page: Page) -> None:
    offer = conversation(page, "gemini", "<p>a</p><p><br></p><p>b</p>", "<p>c</p><p>d</p>")
    assert [text for role, text in said(offer) if role == "user"] == ["a\n\nb", "c\nd"]


def test_thoughts_are_no_part_of_an_answer_also_where_they_look_like_one(page: Page) -> None:
    offer = conversation(page, "claude", "First?")
    page.evaluate("""() => document.querySelector('.font-claude-response').insertAdjacentHTML('afterbegin',
        '<div data-testid="thinking-block"><div class="standard-markdown"><p>Hm.</p></div></div>')""")
    assert said(read(page, "claude")) == said(offer)


def test_an_answer_in_two_parts_is_one_and_a_selection_in_either_means_it(page: Page) -> None:
    conversation(page, "chatgpt", "First?", "Second?")
    page.evaluate("""() => document.querySelector('main').lastChild.insertAdjacentHTML('afterend',
        '<div data-message-author-role="assistant" id="more"><div class="markdown"><p>More.</p></div></div>')""")
    for selected in ("", "#more p"):
        offer = read(page, "chatgpt", selected)
        assert said(offer)[-1] == ("assistant", "A2\n\nMore.")
        assert (offer["selected"], offer["chosen"]) == (False, 3)


# What a page shows where only a part of its turns is in it: where it stands, and as HTML.
PARTIAL = {
    "gemini": ("infinite-scroller", "afterbegin", '<div data-test-id="loading-history-spinner"></div>'),
    "deepseek": ("main", "afterbegin", '<div class="_1 virtual-list-visible-items"></div>'),
    "openwebui": (
        "#messages-container",
        "afterbegin",
        '<section aria-labelledby="chat-conversation"><h2 class="sr-only">Chat</h2><div><div class="animate-pulse">'
        'Loading...</div></div><ul role="log"></ul></section>',
    ),
}


@pytest.mark.parametrize("site", PARTIAL)
@pytest.mark.parametrize("selected", ["", "body"], ids=["read", "selected"])
def test_a_page_that_holds_a_part_of_its_turns_says_so_read_and_selected(page: Page, site: str, selected: str) -> None:
    page.goto((PAGES / "sites" / f"{site}.html").as_uri())
    page.evaluate("() => document.querySelector('.ds-virtual-list')?.classList.remove('ds-virtual-list')")
    whole = read(page, site, selected)
    assert (whole["complete"], whole["selected"]) == (True, bool(selected))
    page.evaluate(
        "([at, where, html]) => document.querySelector(at).insertAdjacentHTML(where, html)", list(PARTIAL[site])
    )
    part = read(page, site, selected)
    assert (part["complete"], said(part)[-1][0]) == (False, "assistant")


def test_code_of_which_an_editor_holds_a_part_is_a_part_of_the_conversation(page: Page) -> None:
    page.goto((PAGES / "sites" / "openwebui.html").as_uri())
    page.evaluate("""() => document.querySelector('.chat-assistant pre').outerHTML = `
        <div class="cm-editor"><div class="cm-content" data-language="python"><div class="cm-line">a</div><div
        class="cm-gap"></div></div></div>`""")
    offer = read(page, "openwebui")
    assert not offer["complete"]
    assert "```python\na\n```" in offer["turns"][3]["text"]


def test_of_open_webui_its_own_words_are_no_part_of_the_turns(page: Page) -> None:
    prompt = '<button>notes.pdf</button><div><p>First?</p></div><div><div class="tracking-widest">1/2</div></div>'
    assert said(conversation(page, "openwebui", prompt))[0] == ("user", "First?")
    page.evaluate("""() => document.querySelector('#response-content-container').innerHTML = `<div>
        <div class="text-text-300">python</div><div><button>Run</button></div>
        <div><div class="cm-editor"><div class="cm-content"><div class="cm-line">a</div></div></div></div></div>`""")
    assert said(read(page, "openwebui"))[1] == ("assistant", "```python\na\n```")


def test_code_that_is_selected_has_the_name_of_its_language_too(page: Page) -> None:
    page.goto((PAGES / "sites" / "deepseek.html").as_uri())
    page.evaluate("() => document.querySelector('main').append(document.querySelector('.md-code-block'))")
    offer = read(page, "deepseek", "main > .md-code-block pre")
    assert (offer["selected"], said(offer)[0][1]) == (True, "```python\nfor line in file:\n    print(line)\n```")


def test_each_rule_that_knows_parts_is_tried() -> None:
    assert {site for site, rule in SITES.items() if "partial" in rule} == set(PARTIAL)


def test_very_many_small_parts_are_read_to_the_last(page: Page) -> None:
    """Each looked at all that was read before it: such a page took minutes, for what takes a second."""
    page.goto((PAGES / "sites" / "chatgpt.html").as_uri())
    page.evaluate(
        """() => { const many = (count, part) => Array.from({ length: count }, (_, at) => part(at)).join("");
        const words = many(20000, (at) => `<b>w${at} </b>`) + "!" + many(20000, (at) => `<span>${at} </span>`);
        const code = many(4000, (at) => `<pre><code>${at}</code></pre>`);
        const asked = (text) => `<article><div data-message-author-role="user">${text}</div></article>`;
        const answer = (html) => `<article><div data-message-author-role="assistant">${html}</div></article>`;
        const turns = many(499, (at) => asked(`${at}?`) + answer(`🙂 ${at}`));
        document.body.innerHTML = `<main>${answer(`<p>${words}</p>${code}`)}${turns}</main>`; }"""
    )
    offer = read(page, "chatgpt")
    bold = " ".join(f"**w{at}**" for at in range(20000))
    code = "\n\n".join(f"```\n{at}\n```" for at in range(4000))
    first, *others = said(offer)
    whole = first == ("assistant", f"{bold} !{' '.join(map(str, range(20000)))}\n\n{code}")
    assert whole  # no difference is shown of texts as long as these
    assert others == [turn for at in range(499) for turn in (("user", f"{at}?"), ("assistant", f"🙂 {at}"))]
    _, position, between = offer["turns"][-1]["selectors"]
    assert page.evaluate("() => [...document.body.textContent].length") == position["end"]
    assert between["end"] == "/html[1]/body[1]/main[1]/article[999]/div[1]/text()[1]"
