"""What both runs share on the machine they run on: the checkout, the settings, the ports, and what people get to see.

Standard library only, for any Python from 3.11 on.
"""
