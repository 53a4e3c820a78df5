"""T14 and T15: foreign Markdown laid out loads nothing, opens nothing, and hides no character."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from PySide6.QtCore import QUrl
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.views.parts import RenderedText
from desktop.views.parts.rendered_text import AT_ONCE
from desktop.views.parts.rendering import LONGEST, TAGS, to_html

HOSTILE = (
    "![a](file:///etc/passwd)",
    '<img src="file:///etc/passwd">',
    '<img src=x onerror="alert(1)">',
    "<script>alert(1)</script>",
    '<style>body { background: url("file:///etc/passwd") }</style>',
    '<link rel="stylesheet" href="file:///etc/passwd">',
    "[a](javascript:alert(1))",
    "[a](file:///etc/passwd)",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "![a][b]\n\n[b]: file:///etc/passwd",
    '<a href="https://x" style="background:url(file:///etc/passwd)">a</a>',
    "<iframe src='file:///etc/passwd'></iframe>",
    "<object data='file:///etc/passwd'></object>",
    "<svg><image href='file:///etc/passwd'/></svg>",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_t14_nothing_that_reaches_out_is_left(text: str) -> None:
    tags = re.findall(r"<[^>]*>", to_html(text))
    assert not re.search(r'(src|style|href)\s*=\s*"?\s*(file|data|javascript)', " ".join(tags))
    assert not re.search(r"<(img|script|style|link|iframe|object|svg|image)\b", " ".join(tags))


@given(st.text() | st.sampled_from(HOSTILE))
def test_whatever_is_written_only_known_tags_come_out(text: str) -> None:
    assert {tag.lower() for tag in re.findall(r"</?([a-zA-Z][a-zA-Z0-9]*)", to_html(text))} <= TAGS


def test_t14_no_file_is_opened_while_hostile_texts_are_shown(qtbot: QtBot, tmp_path: Path) -> None:
    marker = tmp_path / "marker.png"
    image = QImage(4, 4, QImage.Format.Format_RGB32)
    image.fill(0)
    assert image.save(str(marker))
    opened: list[str] = []

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and "marker" in str(arguments[0]):
            opened.append(str(arguments[0]))

    sys.addaudithook(watch)
    view = RenderedText("rendered", "An answer")
    qtbot.addWidget(view)
    view.resize(300, 200)
    view.show()
    address = QUrl.fromLocalFile(str(marker)).toString()
    for text in HOSTILE:
        view.show_markdown(text.replace("file:///etc/passwd", address))
        QApplication.processEvents()
        assert isinstance(view.loadResource(2, QUrl(address)), QImage)
    view.setHtml(f'<img src="{address}">')  # even past the cleaning
    QApplication.processEvents()
    assert opened == []
    resource = view.loadResource(2, QUrl(address))
    assert isinstance(resource, QImage) and resource.isNull()


def test_t15_a_link_is_told_and_not_followed_and_its_host_is_what_the_network_has(qtbot: QtBot) -> None:
    view = RenderedText("rendered", "An answer")
    qtbot.addWidget(view)
    view.show_markdown("[bank](https://bänk.example/a?b=c)")
    told: list[str] = []
    view.link_asked.connect(told.append)
    view.anchorClicked.emit(QUrl("https://bänk.example/a?b=c"))
    assert told == ["https://xn--bnk-qla.example/a?b=c"]
    assert view.toPlainText().strip() == "bank"


def test_t15_invisible_characters_stand_there_by_their_names() -> None:
    assert "[RLO]" in to_html("abc \u202egnp.exe") and "[ZWSP]" in to_html("a\u200bb")


def test_what_is_too_long_is_shown_as_it_is_written() -> None:
    html = to_html("**a** " * (LONGEST // 4))
    assert html.startswith("<pre>**a** ")


def test_headings_lists_tables_and_code_are_laid_out() -> None:
    html = to_html("# One\n\n- a\n- b\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n```\ncode\n```\n\n~~gone~~ **b** *i*")
    assert html.startswith("<p><strong>One</strong></p>")
    for tag in ("ul", "li", "table", "td", "pre", "code", "s", "strong", "em"):
        assert f"<{tag}" in html, tag


def test_a_long_text_is_read_on_a_thread_and_the_last_one_asked_for_is_shown(qtbot: QtBot) -> None:
    view = RenderedText("rendered", "Answer A")
    qtbot.addWidget(view)
    view.show_markdown("*one* word\n\n" * (AT_ONCE // 4))
    assert not view.laid_out
    view.show_markdown("*another* word\n\n" * (AT_ONCE // 4))
    qtbot.waitUntil(lambda: view.laid_out)
    assert view.toPlainText().startswith("another word\nanother word")
    view.show_markdown("*a third* one " * (AT_ONCE // 4))
    view.show_markdown("short")
    assert view.laid_out and view.toPlainText() == "short"
    qtbot.wait(50)
    assert view.toPlainText() == "short"


MARKDOWN = ("# Head\n\n", "a **b** `c`\n\n", "- one\n- two\n\n", "| a |\n|---|\n| [1](x) |\n\n", "~~s~~\n")


@given(st.lists(st.sampled_from(MARKDOWN)))
def test_breathing_changes_nothing_of_what_is_read(parts: list[str]) -> None:
    breaths: list[None] = []
    text = "".join(parts)
    reader = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    assert to_html(text, lambda: breaths.append(None)) == to_html(text)
    assert len(breaths) == (sum(token.type == "inline" for token in reader.parse(text)) if text.strip() else 0)
