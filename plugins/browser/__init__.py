"""The extension for browsers: people share an answer from any chat, after seeing what would be public."""
