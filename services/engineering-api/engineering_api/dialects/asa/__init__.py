"""Cisco's Adaptive Security Appliance: objects, access lists, translations, tunnels (configuration guides 9.x)."""
