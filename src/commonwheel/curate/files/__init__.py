"""Files without what is written about them: who made them, where, when and with what."""
