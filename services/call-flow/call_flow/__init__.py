"""Phone systems: call flows from a customer's wishes to a deployable configuration."""
