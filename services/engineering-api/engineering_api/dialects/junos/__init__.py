"""Junos: what the statements of routers, EX switches and SRX firewalls say."""
