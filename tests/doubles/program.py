"""The real program as a child process whose Discord is a double: `python -m tests.doubles.program ORIGIN run`.

discord.py has no setting for its addresses, so they are put in place before the program starts.
"""

import sys

import discord
import yarl

from bot.__main__ import main

if __name__ == "__main__":
    origin = sys.argv.pop(1)
    discord.http.Route.BASE = f"{origin}/api"
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(f"{origin.replace('http', 'ws', 1)}/gateway")
    main()
