"""What is said once another theme was chosen: the next one may look alike. Must not know Qt."""

from __future__ import annotations

from desktop.flow.wording import gettext as _


def theme_text(choice: str, shown: str) -> str:
    """The theme that was chosen; `shown` is what is seen of it, which the system may have decided."""
    return {
        "system": {
            "light": _("The theme follows the system, which is light now."),
            "dark": _("The theme follows the system, which is dark now."),
        }.get(shown, _("The theme follows the system, which asks for high contrast now.")),
        "light": _("The theme is light."),
        "dark": _("The theme is dark."),
    }.get(choice, _("The theme has high contrast."))
