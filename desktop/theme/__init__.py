"""Colour and size tokens, one style sheet made from them, and tinted icons. No widgets."""
