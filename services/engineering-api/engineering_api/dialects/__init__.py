"""What several devices of a maker, or of makers that copied each other, write alike: the lines of their grammars."""
