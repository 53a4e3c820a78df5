"""The command line: one module a group of commands. No Qt, and no command that does nothing."""
