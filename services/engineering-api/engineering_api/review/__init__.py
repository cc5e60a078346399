"""What a change to a device does, how risky it is, and which commands make it and take it back."""
