"""The tables of agents: one module a subject, functions over a connection, no decision."""
