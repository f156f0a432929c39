"""Discord: the one folder that knows the discord library."""

import discord

# The library warns of packages that only voice needs, which we don't offer; its own switches for that, once and early.
discord.VoiceClient.warn_nacl = False
discord.VoiceClient.warn_dave = False
