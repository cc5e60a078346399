"""Scans of one's own networks: nmap behind a gate that knows which targets and which options are allowed."""
