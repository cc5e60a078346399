"""Names that a configuration uses without defining them, and those that it defines without using them."""
