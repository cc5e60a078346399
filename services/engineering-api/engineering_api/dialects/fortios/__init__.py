"""What FortiOS's configurations say, one module a subject. Read from Fortinet's CLI references of 5.6 to 7.6.

Each module has `SECTIONS`, the place of what stands at the level of a VDOM in its subject. A section that is known has
its settings listed: those that become facts, and those that say nothing which is kept. A setting that is not listed was
not understood.
"""
