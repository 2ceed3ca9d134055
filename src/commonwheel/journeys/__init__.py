"""One file per thing somebody does: the only place that joins several stages."""
