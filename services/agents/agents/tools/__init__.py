"""What a model may use of the platform itself, each with the rights of whoever asks."""
