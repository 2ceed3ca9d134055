"""The database port in SQL, the same for SQLite and PostgreSQL."""
