"""Whether packets pass: access lists and firewalls' policies by their facts, for single packets and for all at once."""
