"""The program that the browser starts: it carries frames between the extension and the window, and reads none."""
