"""The turns of a conversation as a list model: one row a turn, in the order of its tree."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from desktop.flow import turn_words
from desktop.flow.conversation_tree import Tree, Turn
from desktop.flow.shown_text import named

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
TURN = Qt.ItemDataRole.UserRole


class TurnList(QAbstractListModel):
    """Several views may show it; none has a widget for a turn."""

    tree = Tree(())

    def show_tree(self, tree: Tree) -> None:
        """Show these turns in place of those before; rows that stay the same stay chosen."""
        if tree == self.tree:
            return
        if [turn.comparison for turn in tree.turns] == [turn.comparison for turn in self.tree.turns]:
            self.tree = tree
            self.dataChanged.emit(self.index(0), self.index(len(tree.turns) - 1))
            return
        self.beginResetModel()
        self.tree = tree
        self.endResetModel()

    def turn(self, index: Index) -> Turn | None:
        return self.tree.turns[index.row()] if index.isValid() else None

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.tree.turns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        turn = self.turn(index)
        if turn is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return turn_words.asked_text(turn)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return named(turn_words.spoken(turn))
        return turn if role == TURN else None
