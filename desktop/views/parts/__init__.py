"""The reusable controls. Each takes plain frozen values and tells what was done; none knows store or engine.

At start: `keep_dressed(app, Appearance())`; `FocusRing(window)` once a window, whose `focusNextPrevChild` is
`tab_order.tab_on`. A large window is built `with undressed()`.

    KeyButton(text, hint="", kind="main"|"normal"|"quiet"|"danger", *, icon="", small=False, name="", command="")
        · set_hint set_kind follow_keys
    WrappingButton(text, hint="", *, name="")  # a sentence, in as many lines as it needs
    IconButton(icon, words, *, small=False, hint="", name="") · set_icon_name set_words
    RailButton(text, icon) · set_narrow set_count · checkable, checked by the window
    Badge(text, kind="letter"|"key"|"standing"|"quiet"|"success"|"warning"|"danger", icon="")
        · setText set_highlighted set_icon_name
    FlagMark(category, severity=None, sign=None)   PatternSample(category)
    plain_label(text, role="", wrap=False)   ElidedLabel(text, role)   plain_tooltip(text)
    NoticeLine(kind="warning"|"danger", name="", elided=False) · text() setText
    ChoiceBox(), for a list of choices
    SegmentedChoice(texts, icons=(), check=False, folds=False) · show_texts(texts, words) show_choice(index|None) ·
        chosen(index)
    StrengthChoice() · show_ranking(Ranking|None) · chosen(Ranking), -3 to 3 between two answers
    MessageBar() · show_message(Message(kind, text, reason="", ways=((id, words[, hint]), …)))
        clear() · a message may have points=(Point(text, id, words), …) · chosen(id)
    HouseMenu(name, words, parent, kept=False) · entry(text, data, key="", on=None) below(text) open_at(place, first)
        open_under(button) open_over(button) · triggered(action)
    MenuButton(menu, name="") · show_name(name, accessible) open_menu     CountPill(name="") · show_count(count, words)
    Confirmation(name, title, question, words, action=, keep=) · accepted; to keep things is the default
    HouseDialog(name, title, action) · body main leave say show_busy show_progress show_idle   Field(name, words)
    ExplainedChoice(name, words, [(id, words, sentence)]) · chosen choose(id) · changed(id)
    StatusLine() · show_keys([(keys, words), …]) show_words(text)
    AnswerText() · text() set_text append_text set_masks([(start, end)]) selection() select(start, end) deselect()
        set_spans([PaintedSpan(start, end, category, severity, current)]) show_place(place) set_writing(bool)
        · span_activated(index) list_asked(index)
    SealedText() as AnswerText without spans    DiffText(side) · show_runs([DiffRun(start, end)])
    RevisionText() · text() set_text show_runs place() go_to(place), an editor whose undo is the document's own
    RatingTable() and RatingRow() · show_grid(RatingGrid(lines, answers, values)) show_current start_at start_at_missing
        current_answer · rated(position, row, value|None) rest_answered(position) moved(position) turned(row) left()
    RatingHelp() · show_lines([RatingLine]) show_row(row)
    RankingField() · show_ranking(Ranking|None, count) show_problem(text) begin(text) .field .chips
        · typed(text) ranked(Ranking) left()
    FlagPopup(page) · open(FlagChoices, what, position, beside) close_popup() leave()
        · flag_chosen(FlagChoice) closed() left()
    ask_for_file(parent, name, title, filters, then)
    ask_where_to_save(parent, name, title, kind, file, then), for instance in documents()
    Fitted, a frame with `fit`, called where its room changes
    WrappingRow(left…, right=()) · show_left, in as many lines as it needs   heading(words…, right=(buttons…)), one
    beside(widgets…)   pane(rows…, surface=True)   split(orientation, panes…, sizes)
    RenderedText(name, words) · text() show_markdown(text) · link_asked(address), Markdown that loads nothing
    TextSearch(name, words, *texts) · field, and the line that counts what is found in them
    ReadText(name, words), plain text to be read, its lines no longer than can be read well
    FlagList() · show_rows([FlagRow], current|None) · severity_set(row, severity) removed(row); like PersonalList() a
    RowList(name, words, most) · show_rows stand_at(row) · activated_row(row) left(), rows that belong to others

    as_list(widget) as_list_item(widget), what a screen reader takes them for
    EmptyState(name, place) · show_words(title, words, way="") hide() · asked, covers a place where nothing is yet
    in_one_line(text), a foreign name for a label: invisible characters are named

Places in texts are code points of the source everywhere. Dynamic properties that the style sheet knows:
card, current, surface, sunken, rail, divider, popup, quiet (fields and choice boxes), problem, mono; `ring` = "own"
(no ring), "card" (around the card that holds the widget), "inside".
"""

from desktop.flow.shown_text import in_one_line
from desktop.qt_models.flag_rows import FlagRow
from desktop.qt_models.ratings import RatingGrid
from desktop.qt_models.tooltips import plain_tooltip
from desktop.views.parts.accessible_roles import as_list, as_list_item
from desktop.views.parts.answer_text import AnswerText, PaintedSpan
from desktop.views.parts.badges import Badge
from desktop.views.parts.buttons import KeyButton, WrappingButton
from desktop.views.parts.choice_box import ChoiceBox
from desktop.views.parts.confirmation import Confirmation
from desktop.views.parts.difference_text import DiffRun, DiffText, RevisionText
from desktop.views.parts.dressing import dress, keep_dressed, polish_all, undressed
from desktop.views.parts.empty_state import EmptyState
from desktop.views.parts.explained_choice import ExplainedChoice
from desktop.views.parts.file_asking import ask_for_file, ask_where_to_save, documents
from desktop.views.parts.fitted import Fitted
from desktop.views.parts.flag_choices import FlagChoices
from desktop.views.parts.flag_list import FlagList
from desktop.views.parts.flag_popup import FlagPopup
from desktop.views.parts.focus_ring import FocusRing
from desktop.views.parts.header import Header
from desktop.views.parts.header_buttons import CountPill, MenuButton
from desktop.views.parts.header_names import name_headers
from desktop.views.parts.house_dialog import Field, HouseDialog
from desktop.views.parts.icon_button import IconButton
from desktop.views.parts.labels import ElidedLabel, plain_label
from desktop.views.parts.menus import HouseMenu
from desktop.views.parts.message_bar import Message, MessageBar, MessageBelow, Point
from desktop.views.parts.notice_line import NoticeLine
from desktop.views.parts.panes import ReadText, beside, heading, pane, split
from desktop.views.parts.rail_button import RailButton
from desktop.views.parts.ranking_field import RankingField
from desktop.views.parts.rating_help import RatingHelp
from desktop.views.parts.rating_row import RatingRow
from desktop.views.parts.rating_table import RatingTable
from desktop.views.parts.rendered_text import RenderedText
from desktop.views.parts.sealed_text import SealedText
from desktop.views.parts.segmented_choice import SegmentedChoice
from desktop.views.parts.status_line import StatusLine
from desktop.views.parts.strength_choice import StrengthChoice
from desktop.views.parts.text_search import TextSearch
from desktop.views.parts.underlines import FlagMark, PatternSample
from desktop.views.parts.wait_bar import WaitBar
from desktop.views.parts.wrapping_row import WrappingRow

__all__ = [
    "AnswerText",
    "Badge",
    "ChoiceBox",
    "Confirmation",
    "CountPill",
    "DiffRun",
    "DiffText",
    "ElidedLabel",
    "EmptyState",
    "ExplainedChoice",
    "Field",
    "Fitted",
    "FlagChoices",
    "FlagList",
    "FlagMark",
    "FlagPopup",
    "FlagRow",
    "FocusRing",
    "Header",
    "HouseDialog",
    "HouseMenu",
    "IconButton",
    "KeyButton",
    "MenuButton",
    "Message",
    "MessageBar",
    "MessageBelow",
    "NoticeLine",
    "PaintedSpan",
    "PatternSample",
    "Point",
    "RailButton",
    "RankingField",
    "RatingGrid",
    "RatingHelp",
    "RatingRow",
    "RatingTable",
    "ReadText",
    "RenderedText",
    "RevisionText",
    "SealedText",
    "SegmentedChoice",
    "StatusLine",
    "StrengthChoice",
    "TextSearch",
    "WaitBar",
    "WrappingButton",
    "WrappingRow",
    "as_list",
    "as_list_item",
    "ask_for_file",
    "ask_where_to_save",
    "beside",
    "documents",
    "dress",
    "heading",
    "in_one_line",
    "keep_dressed",
    "name_headers",
    "pane",
    "plain_label",
    "plain_tooltip",
    "polish_all",
    "split",
    "undressed",
]
