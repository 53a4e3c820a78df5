"""Model files brought from elsewhere: only on a click, never lost, never a path of the server's choosing."""
