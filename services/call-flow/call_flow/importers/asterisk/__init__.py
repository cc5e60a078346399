"""Asterisk: extensions.conf with pjsip.conf or sip.conf, queues.conf and voicemail.conf."""

from call_flow.importers.asterisk.read import read

__all__ = ["read"]
