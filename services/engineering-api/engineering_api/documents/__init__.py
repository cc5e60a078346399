"""Documents about networks: written from facts, every row with the lines that say it."""
