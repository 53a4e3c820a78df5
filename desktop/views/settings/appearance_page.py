"""How the window looks and speaks: theme, size of text, density, motion, language."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.flow import languages, why_not, wording
from desktop.flow.quantities import percent_text
from desktop.flow.wording import gettext as _
from desktop.theme.appearance import CHOICES, LARGEST, SMALLEST, Appearance
from desktop.theme.tokens import DENSITIES
from desktop.views.parts import KeyButton, SegmentedChoice, plain_label
from desktop.views.settings.laid_out import scrolling, setting

LANGUAGES = (languages.SYSTEM, *languages.SPOKEN)


class AppearancePage(QWidget):
    """Changes `appearance` as soon as something is chosen, and follows it where it is changed elsewhere.

    `language_chosen` carries what is to be kept; `anew_asked` wants the window to start anew, in that language.
    """

    language_chosen = Signal(str)
    anew_asked = Signal()

    def __init__(self, appearance: Appearance, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.theme = _choice(
            "theme", _("Theme"), (_("As the system"), _("Light"), _("Dark"), _("High contrast")), self._on_theme
        )
        self.density = _choice("density", _("Density"), (_("Compact"), _("Normal"), _("Spacious")), self._on_density)
        self.motion = _choice("motion", _("Motion"), (_("As the system"), _("Less")), self._on_motion)
        theirs = languages.SPOKEN[languages.spoken(languages.system_languages())]
        named = (_("As the system ({language})").format(language=theirs), *languages.SPOKEN.values())
        self.language = _choice("language", _("Language"), named, self._on_language)
        self.smaller = KeyButton(_("Smaller"), command="smaller", name="smallerText")
        self.larger = KeyButton(_("Larger"), command="larger", name="largerText")
        self.usual = KeyButton(_("Usual size"), command="usual_size", kind="quiet", name="usualText")
        self.smaller.clicked.connect(self._on_smaller)
        self.larger.clicked.connect(self._on_larger)
        self.usual.clicked.connect(self._on_usual)
        self._zoom = plain_label("", name="textZoom")
        self._motion_words = plain_label("", role="secondary", wrap=True, name="motionWords")
        self._anew_words = plain_label("", role="secondary", wrap=True, name="languageWords")
        self.anew = KeyButton(_("Start anew now"), name="startAnew", command="start_anew")
        self.anew.clicked.connect(self.anew_asked)
        rows = (
            setting(_("Theme"), self.theme, sentence=_("What the system says is followed while the window is open.")),
            setting(
                _("Size of text"), self.smaller, self._zoom, self.larger, self.usual,
                sentence=_("Everything that stands around the text grows with it."),
            ),
            setting(
                _("Density"), self.density,
                sentence=_("How much stands above one another. Text keeps its size, nothing gets too small to hit."),
            ),
            setting(_("Motion"), self.motion, sentence=self._motion_words),
            setting(_("Language"), self.language, self.anew, sentence=self._anew_words),
        )  # fmt: skip
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolling("appearanceScroll", _("Appearance"), rows))
        appearance.changed.connect(self._on_changed)
        appearance.chosen.connect(self._on_changed)
        self.language.show_choice(LANGUAGES.index(language))
        self._show_language()
        self._show()

    def _show(self) -> None:
        appearance = self._appearance
        self.theme.show_choice(CHOICES.index(appearance.choice))
        self.density.show_choice(DENSITIES.index(appearance.density))
        self.motion.show_choice(int(appearance.less_motion))
        self._zoom.setText(percent_text(appearance.zoom))
        self.smaller.allow(why_not.text_smaller(least=appearance.zoom <= SMALLEST))
        self.larger.allow(why_not.text_larger(most=appearance.zoom >= LARGEST))
        self.usual.allow(why_not.text_usual(usual=appearance.zoom == 1.0))
        self._motion_words.setText(_motion_words(appearance))

    def _show_language(self) -> None:
        """Words that stand already keep their language: say so, and offer the way."""
        chosen = LANGUAGES[self.language.index or 0]
        wished = languages.spoken(languages.system_languages()) if chosen == languages.SYSTEM else chosen
        other = wished != wording.language()
        self.anew.setVisible(other)
        self._anew_words.setText(
            _("Preceptor speaks {language} once it has started anew. Drafts and everything else are kept.").format(
                language=languages.SPOKEN[wished]
            )
            if other
            else _("The window and the commands speak it.")
        )

    @Slot(object)
    def _on_changed(self, _now: object) -> None:
        self._show()

    @Slot(int)
    def _on_theme(self, index: int) -> None:
        self._appearance.choose(CHOICES[index])

    @Slot(int)
    def _on_density(self, index: int) -> None:
        self._appearance.choose_density(DENSITIES[index])

    @Slot(int)
    def _on_motion(self, index: int) -> None:
        self._appearance.choose_motion(less=bool(index))

    @Slot(int)
    def _on_language(self, index: int) -> None:
        self.language_chosen.emit(LANGUAGES[index])
        self._show_language()

    @Slot()
    def _on_smaller(self) -> None:
        self._appearance.zoom_by(-1)

    @Slot()
    def _on_larger(self) -> None:
        self._appearance.zoom_by(1)

    @Slot()
    def _on_usual(self) -> None:
        self._appearance.zoom_to(1.0)


def _choice(name: str, words: str, texts: tuple[str, ...], slot: object) -> SegmentedChoice:
    choice = SegmentedChoice(texts, small=False, check=True, folds=True, name=name)
    choice.setAccessibleName(words)
    choice.chosen.connect(slot)
    return choice


def _motion_words(appearance: Appearance) -> str:
    """What the system asks for, and what that means: little moves here anyway."""
    if not appearance.follows_motion:
        asked = _("Whether this system asks for less motion cannot be read here.")
    elif appearance.system_wants_less_motion:
        asked = _("The system asks for less motion.")
    else:
        asked = _("The system does not ask for less motion.")
    moves = _("All that moves here are bars while something is waited for; with less, they stand still.")
    return f"{asked} {moves}"
