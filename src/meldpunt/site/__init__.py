"""Settings, URL maps and the command line.  No behaviour of its own."""
