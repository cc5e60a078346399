"""The demonstration: real documents in, cited answers out, and one client's secret kept from another."""
