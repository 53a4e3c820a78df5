"""Carries futures and callbacks of the parts below into the window's thread. No widgets."""
