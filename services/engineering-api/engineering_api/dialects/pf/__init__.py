"""What OPNsense's and pfSense's config.xml have in common: most, as both come from m0n0wall."""
