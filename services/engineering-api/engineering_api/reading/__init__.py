"""From bytes to lines and from lines to a tree, without knowing what they mean."""
