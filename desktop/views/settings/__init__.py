"""The Settings room: plain pages in one list. Each change holds at once; there is no Save button."""
