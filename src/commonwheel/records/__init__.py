"""What flows through the journey. Nothing here reads or writes anything."""
