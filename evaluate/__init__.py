"""How much detectors find and how often they are wrong, on labeled texts, beside the field's reference tools."""
