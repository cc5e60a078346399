"""EdgeOS and VyOS, which both come from Vyatta: what their statements say."""
