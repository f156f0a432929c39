"""Where the core meets the world: chat platforms, the web, links. Adapters never see each other."""
