"""The parts of the plug-in, in the order that `build.py` says."""
