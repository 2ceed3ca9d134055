"""Who somebody is here (a keyed hash) and outside (the attribution they chose)."""
