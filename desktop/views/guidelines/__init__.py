"""The guideline of a project before the window: its versions, and the editor that makes the next one."""

from desktop.views.guidelines.editor import GuidelineEditor
from desktop.views.guidelines.guiding import Guiding
from desktop.views.guidelines.versions import GuidelineVersions

__all__ = ["GuidelineEditor", "GuidelineVersions", "Guiding"]
