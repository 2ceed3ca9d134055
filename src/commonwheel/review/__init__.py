"""What reviewers see, may decide, and must not."""
