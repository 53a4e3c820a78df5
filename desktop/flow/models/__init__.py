"""What the room of models shows and may do, in plain Python; also what commands say of models."""
