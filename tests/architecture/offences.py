"""One import for every rule that .importlinter holds, each of which has to turn exactly one contract red."""

from __future__ import annotations

from typing import NamedTuple


class Offence(NamedTuple):
    """`statement`, written at the end of the file `where`, breaks the contract `breaks` and no other."""

    rule: str
    where: str
    statement: str
    breaks: str
    beside: tuple[tuple[str, str], ...] = ()  # further files and what is written at their end


OFFENCES = (
    Offence(
        "the engine does not know the store",
        "local_models/model_files/catalog.py",
        "import feedback_store.records",
        "packages",
    ),
    Offence("the store does not know the engine", "feedback_store/records.py", "import local_models.fit", "packages"),
    Offence("the store does not know the window", "feedback_store/store.py", "import desktop.flow.draft", "packages"),
    Offence("the engine does not know the window", "local_models/fit.py", "import desktop.flow.draft", "packages"),
    Offence(
        "views do not know the app", "desktop/views/card.py", "import desktop.app", "desktop", (("desktop/app.py", ""),)
    ),
    Offence(
        "bridges do not know views",
        "desktop/bridge/courier.py",
        "import desktop.views.card",
        "desktop",
        (("desktop/views/card.py", ""),),
    ),
    Offence(
        "item models and bridges do not know each other",
        "desktop/qt_models/answers.py",
        "import desktop.bridge.courier",
        "desktop",
    ),
    Offence(
        "the theme does not know item models",
        "desktop/theme/tokens.py",
        "import desktop.qt_models.answers",
        "desktop",
        (("desktop/qt_models/answers.py", ""),),
    ),
    Offence(
        "the browser part does not know bridges", "desktop/browser/desk.py", "import desktop.bridge.courier", "desktop"
    ),
    Offence(
        "the flow does not know the browser part",
        "desktop/flow/draft.py",
        "import desktop.browser.hosts",
        "desktop",
        (("desktop/browser/hosts.py", ""),),
    ),
    Offence(
        "the profile does not know the browser part",
        "desktop/profile.py",
        "import desktop.browser.hosts",
        "desktop",
        (("desktop/browser/hosts.py", ""),),
    ),
    Offence("a new module of desktop gets its place", "desktop/gadgets.py", "", "desktop"),
    Offence("the app does not know commands", "desktop/app.py", "import desktop.commands.program", "desktop"),
    Offence(
        "commands do not know views",
        "desktop/commands/program.py",
        "import desktop.views.card",
        "commands",
        (("desktop/views/card.py", ""),),
    ),
    Offence(
        "commands know only the manifests of the browser part",
        "desktop/commands/program.py",
        "import desktop.browser.pairing",
        "commands",
        (("desktop/browser/pairing.py", ""),),
    ),
    Offence("views do not open profiles", "desktop/views/card.py", "import desktop.profile", "profile"),
    Offence(
        "commands stay without Qt, by way of the manifests too",
        "desktop/commands/program.py",
        "import desktop.browser.hosts",
        "without_qt",
        (("desktop/browser/hosts.py", "import PySide6.QtCore"),),
    ),
    Offence("the engine stays without Qt", "local_models/gadgets.py", "import PySide6.QtCore", "qt"),
    Offence("the store stays without Qt", "feedback_store/delivery/gadgets.py", "from PySide6 import QtCore", "qt"),
    Offence("bridges stay without widgets", "desktop/bridge/courier.py", "import PySide6.QtWidgets", "qt_widgets"),
    Offence(
        "item models stay without widgets, however they are written",
        "desktop/qt_models/answers.py",
        "from PySide6 import (\n    QtCore,\n    QtWidgets,\n)",
        "qt_widgets",
    ),
    Offence(
        "the theme stays without widgets, inside a function too",
        "desktop/theme/tokens.py",
        "def late():\n    from PySide6.QtWidgets import QLabel",
        "qt_widgets",
    ),
    Offence(
        "the native host needs no library",
        "desktop/browser/native_host/framing.py",
        "import msgspec",
        "native_host",
    ),
    Offence(
        "the native host needs nothing of ours",
        "desktop/browser/native_host/framing.py",
        "import desktop.flow.draft",
        "native_host",
    ),
    Offence(
        "the flow speaks engine words in one module",
        "desktop/flow/session.py",
        "import local_models.requests",
        "engine_words",
    ),
    Offence("views speak no engine words", "desktop/views/card.py", "import local_models.events", "engine_words"),
    Offence(
        "delivery does not know the collector",
        "feedback_store/delivery/sender.py",
        "import feedback_store.collector.service",
        "feedback_store",
        (("feedback_store/collector/service.py", ""),),
    ),
    Offence(
        "datasets and delivery do not know each other",
        "feedback_store/datasets/sft.py",
        "import feedback_store.delivery.sender",
        "feedback_store",
        (("feedback_store/delivery/sender.py", ""),),
    ),
    Offence(
        "the store does not know delivery",
        "feedback_store/store.py",
        "import feedback_store.delivery.sender",
        "feedback_store",
        (("feedback_store/delivery/sender.py", ""),),
    ),
    Offence(
        "the database does not know the store",
        "feedback_store/database.py",
        "import feedback_store.store",
        "feedback_store",
    ),
    Offence(
        "batches do not know the database",
        "feedback_store/batches/seal.py",
        "import feedback_store.database",
        "feedback_store",
    ),
    Offence(
        "records do not know batches",
        "feedback_store/records.py",
        "import feedback_store.batches.keys",
        "feedback_store",
    ),
    Offence(
        "rubrics do not know records",
        "feedback_store/rubrics/__init__.py",
        "import feedback_store.records",
        "feedback_store",
    ),
    Offence(
        "canonical bytes do not know rubrics",
        "feedback_store/canonical.py",
        "import feedback_store.rubrics",
        "feedback_store",
    ),
    Offence("errors know nothing", "feedback_store/errors.py", "import feedback_store.canonical", "feedback_store"),
    Offence("a new module of feedback_store gets its place", "feedback_store/gadgets.py", "", "feedback_store"),
    Offence("pairs do not know the store", "feedback_store/pairs.py", "import feedback_store.store", "pairs"),
    Offence("the store does not know pairs", "feedback_store/store.py", "import feedback_store.pairs", "pairs"),
    Offence(
        "the collector does not know the store",
        "feedback_store/collector/service.py",
        "import feedback_store.store",
        "collector",
    ),
    Offence(
        "the collector does not know secrets",
        "feedback_store/collector/service.py",
        "import feedback_store.secrets",
        "collector",
        (("feedback_store/secrets.py", ""),),
    ),
    Offence("secrets know nothing of ours", "feedback_store/secrets.py", "import feedback_store.canonical", "alone"),
    Offence(
        "personal data knows nothing of ours",
        "feedback_store/personal_data/found.py",
        "import feedback_store.records",
        "alone",
    ),
    Offence("views send nothing", "desktop/views/card.py", "import httpx", "httpx"),
    Offence("delivery sends through one module", "feedback_store/delivery/sender.py", "import httpx", "httpx"),
    Offence("rules ask a storage", "feedback_store/collector/acceptance.py", "import psycopg", "psycopg"),
    Offence(
        "the service tells what it counts",
        "feedback_store/collector/service.py",
        "import prometheus_client",
        "prometheus",
    ),
    Offence("the profile leaves the keyring to secrets", "desktop/profile.py", "import keyring", "keyring"),
    Offence(
        "the catalogue does not load llama.cpp",
        "local_models/model_files/catalog.py",
        "import llama_cpp.llama_cpp",
        "llama_cpp",
    ),
)
