"""What an administrator's rules keep a browser from: to start the host, to run the extension, to load it from a folder.

The rules' names and meanings are those of the browsers' list of policies; which of them counts where several speak was
tried in Chromium 150 (docs/decisions/260). Nothing is started or written here. Must not know Qt.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from desktop.browser.manifest_files import value_of
from desktop.browser.places import HOST_NAME, POLICIES, Place
from desktop.flow.health import Finding
from desktop.flow.wording import gettext as _

PERMISSIONS = ("activeTab", "scripting", "sidePanel", "storage", "nativeMessaging", "contextMenus")  # the extension's
_BLOCKED = ("blocked", "removed")
_INSTALLED = ("force_installed", "normal_installed")

Rules = dict[str, tuple[object, Path]]


def files_of(place: Place) -> list[Path]:
    """The files of an administrator's rules for this browser, in the order in which it reads them."""
    return sorted(Path(POLICIES.get(place.browser, "/nonexistent")).glob("*.json"))


def forbidden(place: Place, extension: str) -> Iterator[Finding]:
    """What is forbidden, with whom to ask for what; nothing where nothing is.

    Browsers read all files of the folder as one: of two that set the same rule the later name counts.
    """
    rules: Rules = {}
    for file in files_of(place):
        found = value_of(file)
        if isinstance(found, dict):
            rules.update({rule: (value, file) for rule, value in found.items()})
    for told in (_host(rules), _extension(rules, extension), _folder(rules)):
        if told is not None:
            text, way, file = told
            named = {"browser": place.label, "file": file, "host": HOST_NAME, "extension": extension}
            yield Finding("policy", "trouble", text.format(**named), way.format(**named))


Told = tuple[str, str, Path]  # what is forbidden, the way out, and the file that says it


def _host(rules: Rules) -> Told | None:
    """A host may be blocked, or all those that a user installed."""
    allowed = HOST_NAME in _listed(_value(rules, "NativeMessagingAllowlist"))
    blocked = not {"*", HOST_NAME}.isdisjoint(_listed(_value(rules, "NativeMessagingBlocklist")))
    by = ""
    if blocked and not allowed:
        by = "NativeMessagingBlocklist"
    elif _value(rules, "NativeMessagingUserLevelHosts") is False:
        by = "NativeMessagingUserLevelHosts"
    if not by:
        return None
    text = _("{browser} is told by its administrator not to start this host ({file}).")
    return text, _("Ask for {host} to be allowed."), rules[by][1]


def _extension(rules: Rules, extension: str) -> Told | None:
    """An extension may be blocked by its id, with all others, for its kind, or for what it asks for.

    ExtensionSettings counts before the lists, and in it what is said of the id before what is said of all. What is
    blocked to all is not blocked to one that is named.
    """
    settings = _named(_value(rules, "ExtensionSettings"))
    default = _named(settings.get("*"))
    own = [_named(value) for ids, value in settings.items() if extension in map(str.strip, ids.split(","))]
    by_all = _last("installation_mode", default)
    all_blocked = (by_all or ("blocked" if _has(rules, "ExtensionInstallBlocklist", "*") else "")) in _BLOCKED
    mode = _last("installation_mode", *own)
    by = "ExtensionSettings" if mode or by_all else "ExtensionInstallBlocklist"
    if not mode and _has(rules, "ExtensionInstallBlocklist", extension):
        mode, by = "blocked", "ExtensionInstallBlocklist"
    if mode in _INSTALLED or any(
        str(each).partition(";")[0] == extension for each in _listed(_value(rules, "ExtensionInstallForcelist"))
    ):
        return None  # it is installed by the administrator's own wish
    text = _("{browser} is told by its administrator not to run Preceptor's extension ({file}).")
    if mode in _BLOCKED:
        return text, _("Ask for the extension {extension} to be allowed."), rules[by][1]
    if all_blocked:
        way = _(
            "Ask for extensions to be allowed: as long as all are blocked, the browser runs none from a folder, even "
            "where {extension} is allowed by itself."
        )
        by = "ExtensionSettings" if by_all else "ExtensionInstallBlocklist"
        return text, way, rules[by][1]
    is_named = own or _has(rules, "ExtensionInstallAllowlist", extension)
    blocked = set(map(str, _listed(_last("blocked_permissions", *(own if is_named else [default])))))
    asked = next((each for each in PERMISSIONS if each in blocked), "")
    if asked:
        way = _("Ask for {permission} to be allowed to the extension {extension}.")
        return text, way.format(permission=asked, extension=extension), rules["ExtensionSettings"][1]
    kinds, by = default.get("allowed_types"), "ExtensionSettings"
    if not isinstance(kinds, list):
        kinds, by = _value(rules, "ExtensionAllowedTypes"), "ExtensionAllowedTypes"
    if isinstance(kinds, list) and "extension" not in kinds:
        return text, _("Ask for the type extension to be allowed."), rules[by][1]
    return None


def _folder(rules: Rules) -> Told | None:
    """Developer mode may be off for good, and only with it an extension is loaded from a folder."""
    by = "ExtensionDeveloperModeSettings"
    if _value(rules, by) != 1:
        by = "DeveloperToolsAvailability"
        if _value(rules, by) != 2 or _value(rules, "ExtensionDeveloperModeSettings") == 0:
            return None
    text = _("{browser} is told by its administrator to load no extension from a folder ({file}).")
    return text, _("Ask for Developer mode to be allowed on the browser's page of extensions."), rules[by][1]


def _value(rules: Rules, rule: str) -> object:
    return rules[rule][0] if rule in rules else None


def _has(rules: Rules, rule: str, value: str) -> bool:
    return value in _listed(_value(rules, rule))


def _last(field: str, *settings: dict[str, Any]) -> Any:
    """What is said last of a field; None where nothing is."""
    said = [each[field] for each in settings if field in each]
    return said[-1] if said else None


def _named(value: object) -> dict[str, Any]:
    """A value that should be an object; an empty one where it is none."""
    return value if isinstance(value, dict) else {}


def _listed(value: object) -> Sequence[object]:
    """A value that should be a list; an empty one where it is none."""
    return value if isinstance(value, list) else []
