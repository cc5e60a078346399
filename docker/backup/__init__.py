"""Everything the platform knows, in one file, and back again. `python -m backup COMMAND`, for both runs.

Standard library only on the host, Python 3.11 or newer. What runs where the data lies is in `inside`.
"""
