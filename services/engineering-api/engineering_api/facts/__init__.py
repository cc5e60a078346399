"""What a configuration says, in words that are the same for every platform, each with the lines that say it."""
