"""Fusion with what a style sheet cannot say: check marks, radio dots, the choice box.

Qt asks a style for a hint eight thousand times while a window is built, nearly always for the same one (may it share
its activation?), and each would be a call into Python. So there is no `styleHint` here: what a sheet can say of hints
stands in window.qss and stylesheet.py, and the ring of the focus has a style of its own (focus_ring.py).
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import (
    QProxyStyle,
    QStyle,
    QStyleOption,
    QStyleOptionComplex,
    QWidget,
)

from desktop.theme.icons import paint_icon
from desktop.theme.theme import current_theme
from desktop.views.parts.breathing import breathe

_Metric = QStyle.PixelMetric
_INDICATOR = 16
# Named once: layouts ask thousands of times, and each naming of a member of an enumeration is a call of its own.
_RING = (_Metric.PM_FocusFrameHMargin, _Metric.PM_FocusFrameVMargin)
_INDICATORS = (
    _Metric.PM_IndicatorWidth,
    _Metric.PM_IndicatorHeight,
    _Metric.PM_ExclusiveIndicatorWidth,
    _Metric.PM_ExclusiveIndicatorHeight,
)
_BESIDE_INDICATORS = (_Metric.PM_CheckBoxLabelSpacing, _Metric.PM_RadioButtonLabelSpacing)


class HouseStyle(QProxyStyle):
    """Reads the current theme whenever it paints, so one instance serves every theme."""

    def __init__(self) -> None:
        super().__init__("Fusion")

    def polish(self, thing: object) -> object:  # type: ignore[override]  # Qt has one for each kind of thing
        if isinstance(thing, QWidget):
            breathe(thing)
        return super().polish(thing)  # type: ignore[call-overload]

    def pixelMetric(
        self, metric: QStyle.PixelMetric, option: QStyleOption | None = None, widget: QWidget | None = None
    ) -> int:
        if metric in _RING:
            line = current_theme().tokens.line
            return line["focus"] + line["focus-offset"]
        if metric in _INDICATORS:
            return max(_INDICATOR, current_theme().line_px("small"))
        if metric in _BESIDE_INDICATORS:
            return 8
        return super().pixelMetric(metric, option, widget)

    def drawPrimitive(
        self,
        element: QStyle.PrimitiveElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        primitive = QStyle.PrimitiveElement
        if element == primitive.PE_IndicatorCheckBox:
            _draw_check(option, painter)
        elif element == primitive.PE_IndicatorRadioButton:
            _draw_radio(option, painter)
        elif element == primitive.PE_FrameFocusRect:
            return  # the FocusRing shows the focus
        else:
            super().drawPrimitive(element, option, painter, widget)

    def drawComplexControl(
        self,
        control: QStyle.ComplexControl,
        option: QStyleOptionComplex,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        if control == QStyle.ComplexControl.CC_ComboBox:
            quiet = widget is not None and bool(widget.property("quiet"))
            _draw_choice_box(option, painter, quiet=quiet)
        else:
            super().drawComplexControl(control, option, painter, widget)

    def subControlRect(
        self,
        control: QStyle.ComplexControl,
        option: QStyleOptionComplex,
        part: QStyle.SubControl,
        widget: QWidget | None = None,
    ) -> QRect:
        made = super().subControlRect(control, option, part, widget)  # type: ignore[arg-type]  # Qt takes none
        if control == QStyle.ComplexControl.CC_ComboBox and part == QStyle.SubControl.SC_ComboBoxEditField:
            return made.adjusted(5, 0, 0, 0)
        return made

    def sizeFromContents(
        self, kind: QStyle.ContentsType, option: QStyleOption, size: QSize, widget: QWidget | None = None
    ) -> QSize:
        made = super().sizeFromContents(kind, option, size, widget)  # type: ignore[arg-type]  # Qt takes none
        if kind == QStyle.ContentsType.CT_ComboBox:
            return QSize(made.width() + 12, max(made.height(), current_theme().grown("control")))
        if kind in (QStyle.ContentsType.CT_CheckBox, QStyle.ContentsType.CT_RadioButton):
            return made.expandedTo(QSize(0, current_theme().size("touch-min")))
        return made


def _frame(option: QStyleOption, painter: QPainter, *, filled: bool) -> QRectF:
    theme = current_theme()
    state = option.state
    on = bool(state & QStyle.StateFlag.State_Enabled)
    rect = QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5)
    if not on:
        edge, ground = theme.colour("border"), theme.colour("surface-sunken")
    elif filled:
        edge = ground = theme.colour("accent")
    else:
        edge = theme.colour("border-strong")
        ground = theme.colour("hover" if state & QStyle.StateFlag.State_MouseOver else "surface")
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(edge, 1))
    painter.setBrush(ground)
    return rect


def _draw_check(option: QStyleOption, painter: QPainter) -> None:
    painter.save()
    on = bool(option.state & QStyle.StateFlag.State_On)
    some = bool(option.state & QStyle.StateFlag.State_NoChange)
    rect = _frame(option, painter, filled=on or some)
    painter.drawRoundedRect(rect, 3, 3)
    if on or some:
        enabled = bool(option.state & QStyle.StateFlag.State_Enabled)
        ink = current_theme().colour("on-accent" if enabled else "text-disabled")
        side = option.rect.width() - 4
        paint_icon(painter, "check" if on else "minus", ink, rect.x() + 1.5, rect.y() + 1.5, side)
    painter.restore()


def _draw_radio(option: QStyleOption, painter: QPainter) -> None:
    painter.save()
    on = bool(option.state & QStyle.StateFlag.State_On)
    rect = _frame(option, painter, filled=on)
    painter.drawEllipse(rect)
    if on:
        enabled = bool(option.state & QStyle.StateFlag.State_Enabled)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(current_theme().colour("on-accent" if enabled else "text-disabled"))
        painter.drawEllipse(rect.center(), rect.width() / 5, rect.width() / 5)
    painter.restore()


def _draw_choice_box(option: QStyleOptionComplex, painter: QPainter, *, quiet: bool) -> None:
    theme = current_theme()
    state = option.state
    on = bool(state & QStyle.StateFlag.State_Enabled)
    hover = bool(state & QStyle.StateFlag.State_MouseOver) and on
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ground = theme.colour("hover") if hover else theme.colour("surface" if on else "surface-sunken")
    if quiet:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground if hover else Qt.BrushStyle.NoBrush)
    else:
        painter.setPen(QPen(theme.colour("border-strong" if on else "border"), 1))
        painter.setBrush(ground)
    radius = theme.tokens.radius["control"]
    painter.drawRoundedRect(QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    side = theme.tokens.size["icon-small"]
    rect: QRect = option.rect
    rtl = option.direction == Qt.LayoutDirection.RightToLeft
    x = rect.left() + 8 if rtl else rect.right() - side - 7
    ink = theme.colour("text-secondary" if on else "text-disabled")
    paint_icon(painter, "chevron-down", ink, x, rect.center().y() - side / 2 + 0.5, side)
    painter.restore()
