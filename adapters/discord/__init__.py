"""Discord: the one folder that knows the discord library."""
