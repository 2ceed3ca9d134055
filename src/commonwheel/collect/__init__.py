"""The doors' readers: from what arrives to records, with the path of each fault."""
