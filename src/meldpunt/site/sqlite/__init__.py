"""The framework's backend for SQLite, with writers that wait closely for their turn."""
