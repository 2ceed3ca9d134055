"""What the ports are made of here, each named by its technology."""
