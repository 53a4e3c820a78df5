"""A statement of work as a page that is printed: who, for whom, how much on which day, and the receipts.

HTML of the few kinds that Qt's text documents know; foreign words are escaped. Must not know Qt.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape

from desktop.flow.leaving import terms_name
from desktop.flow.quantities import count_text, day_text, moment_text
from desktop.flow.statement import Statement, Sum, active_text, collector_key, overlap_text, period_text
from desktop.flow.wording import gettext as _

INK, SOFT, LINE = "#1b1f24", "#5c6670", "#d5dae0"  # on paper, whatever the window's theme is


def title(statement: Statement) -> str:
    """The document's name, and its head."""
    return _("Work statement: {project}").format(project=" ".join(statement.project.name.split()))


def page(statement: Statement) -> str:
    """The whole document; sizes are points."""
    parts = (
        f'<p style="font-size:9pt; color:{SOFT}">{escape(_("Work statement"))}</p>',
        f'<p style="font-size:20pt; font-weight:600">{escape(" ".join(statement.project.name.split()))}</p>',
        f'<p style="font-size:12pt; color:{SOFT}">{escape(period_text(statement))}</p>',
        _figures(statement.total),
        _facts(statement),
        _days(statement),
        _receipts(statement),
        _note(),
    )
    return f'<html><body style="color:{INK}">{"".join(parts)}</body></html>'


def _figures(total: Sum) -> str:
    """The sums, large."""
    figures = (
        (count_text(total.judgements), _("Judgements")),
        (count_text(total.corrections), _("Corrections")),
        (count_text(total.withdrawals), _("Withdrawals")),
        (active_text(total.active_ms), _("At work")),
    )
    cells = "".join(
        f'<td width="25%"><span style="font-size:18pt; font-weight:600">{escape(figure)}</span><br/>'
        f'<span style="font-size:9pt; color:{SOFT}">{escape(name)}</span></td>'
        for figure, name in figures
    )
    return f'<br/><table width="100%" cellspacing="0" cellpadding="0"><tr>{cells}</tr></table>'


def _facts(statement: Statement) -> str:
    project = statement.project
    collector = project.collector
    facts = [(_("Trainer"), statement.trainer), (_("Project"), project.id)]
    if collector is not None:
        facts.append((_("Collector"), " · ".join(filter(None, (collector.name, collector.address)))))
        facts.append((_("Its key"), collector_key(project)))
    if project.terms is not None:
        facts.append((_("Terms"), terms_name(project.terms)))
    facts.append((_("Made on"), moment_text(datetime.fromisoformat(statement.made_at))))
    rows = "".join(
        f'<tr><td width="18%" style="padding-left:0; color:{SOFT}">{escape(name)}</td>'
        f"<td>{escape(' '.join(value.split()))}</td></tr>"
        for name, value in facts
    )
    return f'<br/><table width="100%" cellspacing="0" cellpadding="2" style="font-size:9pt">{rows}</table>'


def _days(statement: Statement) -> str:
    heads = (_("Day"), _("Judgements"), _("Corrections"), _("Withdrawals"), _("At work"), _("Deliveries"))
    rows = [(day_text(day), *_cells(total)) for day, total in statement.days.items()]
    return _headed(_("By day")) + _table(heads, rows, numbers=5, last=(_("Together"), *_cells(statement.total)))


def _cells(total: Sum) -> tuple[str, ...]:
    counts = (total.judgements, total.corrections, total.withdrawals)
    return (*map(count_text, counts), active_text(total.active_ms), count_text(total.deliveries))


def _receipts(statement: Statement) -> str:
    heads = (_("Delivery"), _("Received (UTC)"), _("Records"), _("SHA-256 of the receipt"))
    rows = [
        (proof.number, proof.received_at[:16].replace("T", " "), count_text(proof.arrived), proof.sha256)
        for proof in statement.proofs
    ]
    return _headed(_("Receipts")) + _table(heads, rows, code=3)


def _note() -> str:
    words = _(
        "Each delivery was confirmed by the collector with a receipt that it signed; Preceptor checked the signature"
        " before it counted anything. Days and times are those of the collector's clock, in UTC. A judgement counts"
        " once; versions after it are corrections. Time at work is what the trainer's device measured. The collector"
        " finds each receipt by its hash."
    )
    words += " " + overlap_text()
    return f'<p style="font-size:8pt; color:{SOFT}"><br/>{escape(words)}</p>'


def _headed(words: str) -> str:
    return f'<p style="font-size:12pt; font-weight:600"><br/>{escape(words)}</p>'


def _table(
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    numbers: int = 0,
    code: int = -1,
    last: Sequence[str] | None = None,
) -> str:
    """A table whose last `numbers` columns stand at the right; the column `code` is in code's letters."""
    from_column = len(heads) - numbers

    def row(cells: Sequence[str], style: str = "", mark: str = "td") -> str:
        made = []
        for column, cell in enumerate(cells):
            align = "right" if column >= from_column else "left"
            inside = f"<code>{escape(cell)}</code>" if column == code and mark == "td" else escape(cell)
            side = "padding-left:0;" if column == 0 else "padding-right:0;" if column == len(heads) - 1 else ""
            look = f"border-bottom:1px solid {LINE}; {side} {style}"
            made.append(f'<{mark} align="{align}" style="{look}">{inside}</{mark}>')
        return f"<tr>{''.join(made)}</tr>"

    head = f"<thead>{row(heads, f'color:{SOFT}; font-weight:400', 'th')}</thead>"
    body = "".join(row(cells) for cells in rows)
    end = row(last, "font-weight:600") if last is not None else ""
    return (
        '<table width="100%" cellspacing="0" cellpadding="4" style="font-size:9pt; border-collapse:collapse">'
        f"{head}{body}{end}</table>"
    )
