"""How devices hang together: what their configurations and neighbours say, with the lines that say it."""
