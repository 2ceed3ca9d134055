"""What nothing looks for, in words for whoever gives something or decides about it."""

WITHOUT_A_MODEL = (
    "Names of people outside of introductions, salutations, signatures and forms.",
    "Addresses that are told in free words.",
)
"""Where no model of names is set up (`NER_MODEL`)."""
