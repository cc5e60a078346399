"""Reading other telephone systems' configurations into the model."""
