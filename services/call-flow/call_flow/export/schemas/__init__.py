"""Facts about other systems that exports are checked by; `README.md` says where each comes from."""
