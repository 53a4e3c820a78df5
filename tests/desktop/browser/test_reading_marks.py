"""Marked words of a page, read and laid out again by the window and by the panel: the same words with the same marks,
whatever stands beside them. In a real Chromium."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
import unicodedata
from collections.abc import Iterator
from html import escape
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from one_in import one_in
from playwright.sync_api import Page, sync_playwright

from desktop.views.parts.rendering import to_html
from tests.desktop.browser.chrome import launched
from tests.desktop.browser.test_reading_pages import run_scripts
from tests.desktop.browser.test_reading_shapes import read

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.needs("nodejs")]

# each character of a page with the marks over it, as its tags say them
MARKED = """(pages) => pages.map((html) => {
    const root = document.getElementById('root'), found = [];
    root.innerHTML = html;
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (node.nodeName === 'BR') found.push(['\\n', []]);
        const marks = 'strong,b em,i del,s code a'.split(' ')
            .filter((each) => node.parentElement.closest(`#root ${each}`));
        for (const sign of node.nodeType === 3 ? node.data : '') found.push([sign, marks]);
    }
    return found; })"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as play, launched(play) as opened:
        opened.set_content("<!doctype html><body><div id='root'></div>")
        run_scripts(opened)
        yield opened


def in_panel(texts: list[str]) -> list[str]:
    node = shutil.which("node")
    assert node is not None, "Node runs this: apt-get install nodejs"
    script = Path(__file__).resolve().parent / "extension" / "laid_as_html.mjs"
    ran = subprocess.run(
        [node, script], input=json.dumps(texts), capture_output=True, text=True, timeout=180, check=True
    )
    laid: list[str] = json.loads(ran.stdout)
    return laid


def seen(page: Page, *pages: str) -> list[tuple[str, list[tuple[str, tuple[str, ...]]]]]:
    """The words of each page with single blanks, and its letters and digits with their marks: a sign of a sentence
    may stand beside a mark that it stood in."""
    all_signs: list[list[tuple[str, list[str]]]] = page.evaluate(MARKED, list(pages))
    found = []
    for signs in all_signs:
        words = " ".join("".join(sign for sign, _ in signs).split())
        marked = [(sign, tuple(marks)) for sign, marks in signs if unicodedata.category(sign)[0] in "LNM"]
        found.append((words, marked))
    return found


def one_line(html: str) -> str:
    return re.sub(r"(<br ?/?>)\n", r"\1", html)


def say_the_same(page: Page, fragments: list[str]) -> None:
    """All of them at once: a page is asked three times, and Node once."""
    texts = read(page, *fragments)
    shown = seen(page, *fragments)
    in_window = seen(page, *(one_line(to_html(text)) for text in texts))
    laid = seen(page, *(one_line(html) for html in in_panel(texts)))
    for fragment, text, *all_three in zip(fragments, texts, shown, in_window, laid, strict=True):
        assert all_three[1] == all_three[0], (fragment, text)
        assert all_three[2] == all_three[0], (fragment, text)


@pytest.mark.parametrize(
    ("html", "written"),
    [
        ("<strong>注意：</strong>请每六小时服用一次。", "**注意**：请每六小时服用一次。"),
        ("这是<strong>“重点”</strong>的内容", "这是“**重点**”的内容"),
        ("<b>주의:</b>하루 5 mg", "**주의**:하루 5 mg"),
        ("<b>תשובה:</b>כן", "**תשובה**:כן"),
        ("<b>Dose:</b>5 mg", "**Dose**:5 mg"),
        ("<del>50 mg,</del>5 mg", "~~50 mg~~,5 mg"),
        ("a<i>(new), </i>one", "a(*new),* one"),
        ("x<b>(<i>y</i>)</b>z", "x(***y***)z"),
        # nothing that has to be otherwise
        ("<b>Dose:</b> 5 mg <b>(new)</b>, <i>“so”</i>", "**Dose:** 5 mg **(new)**, *“so”*"),
        ("a<b>b</b>c<i>d</i>", "a**b**c*d*"),
        ("<b><i>a</i></b>b <i><b>c</b></i>", "***a***b ***c***"),
        # nothing but signs of a sentence
        ("好<b>，</b>的", "好，的"),
        # what cannot stand outside: the letter beside it is written by its number
        ("<b>take <code>x</code></b>y", "**take `x`**&#121;"),
        ("a<del><a href='https://a.example/'>b</a></del>c", "&#97;~~[b](https://a.example/)~~&#99;"),
        ("a<b>5 %</b>b", "a**5 %**&#98;"),
        # slanted beside bold
        ("<b>a <i>b</i></b> <i>c</i>", "**a _b_** *c*"),
        ("<i>a</i><b>b<i>c</i></b>", "_a_**&#98;_c_**"),
        ("<del><b>a</b></del>b", "~~**a**~~&#98;"),
        # signs that would be marks, or a rule, or a fence, or a table
        ("~<del>~5~</del>~", "\\~~~\\~5\\~~~\\~"),
        ("<span>_</span>a<span>_</span>", "\\_a\\_"),
        ("_ _ _", "\\_ _ \\_"),
        ("~~~py<br>x<br>~~~", "\\~\\~~py  \nx  \n\\~\\~~"),
        ("a | b<br>--- | ---<br>1 | 2", "a | b  \n\\--- | ---  \n1 | 2"),
        ("| a |<br>| :-: |", "| a |  \n\\| :-: |"),
        ("a<br>---<br>-- --<br>===", "a  \n\\---  \n\\-- --  \n\\==="),
        ("[a[b]c](d) <span>[x]</span>(y)", "[a[b]c\\](d) [x]\\(y)"),
    ],
)  # fmt: skip
def test_a_mark_beside_a_letter_is_still_one_in_the_window_and_in_the_panel(
    page: Page, html: str, written: str
) -> None:
    """In Chinese, Japanese and Korean no blank stands beside a mark: each list had literal stars."""
    fragment = f"<p>{html}</p>"
    assert read(page, fragment) == [written]
    say_the_same(page, [fragment])


SIGNS = "ab9注意כé 　、：。“”（）(),.:;!?-*_~`[]%&#<>|+=/\\'\"$⚠"
TAGS = ["strong", "em", "del", "b", "i", "span", "a href='https://a.example/x_(y)'"]
LINK = re.compile(r"<a [^>]*>(?:(?!</a>).)*<a ")  # one in another, which a page cannot have


def tagged(tag: str, inner: str) -> str:
    return f"<{tag}>{inner}</{tag.split(' ')[0]}>"


def drawn(draw: random.Random, deepest: int) -> str:
    """Words, or marks around more of them."""
    if deepest and draw.random() < 0.6:
        return tagged(draw.choice(TAGS), "".join(drawn(draw, deepest - 1) for _ in range(draw.randint(1, 3))))
    words = escape("".join(draw.choices(SIGNS, k=draw.randint(1, 4))))
    return tagged("code", words) if draw.random() < 0.15 else words


def many_lines(draw: random.Random) -> list[str]:
    lines = ("".join(drawn(draw, draw.randint(0, 3)) for _ in range(draw.randint(1, 4))) for _ in range(1000))
    return [f"<p>{line}</p>" for line in lines if not LINK.search(line)]


@pytest.mark.parametrize("seed", one_in(3, [1, 2, 3]))
def test_marked_words_are_read_back_with_their_marks_whatever_stands_beside_them(page: Page, seed: int) -> None:
    say_the_same(page, many_lines(random.Random(seed)))


@pytest.mark.soak
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=True))
def test_marked_words_that_nobody_has_drawn_before_are_read_back_too(page: Page, draw: random.Random) -> None:
    say_the_same(page, many_lines(draw))
