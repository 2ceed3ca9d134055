"""What models may learn from: gold pairs."""
