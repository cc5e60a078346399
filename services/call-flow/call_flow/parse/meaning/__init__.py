"""From pieces of a text to values: what they mean, worked out by rule alone."""
