"""What the bot can do, one room a capability. Features never import each other."""
