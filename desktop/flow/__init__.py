"""What a trainer does, in plain Python: decided here, shown in Qt. Must not import Qt."""
