"""Widgets, one part of the screen a file. They show what flow decided and ask flow to act; they decide nothing."""
