"""Measures everything the README promises about speed, and prints it."""

import asyncio
import time
from functools import partial

from rich.console import Console
from rich.table import Table

from bench import imports, rest, scale, slack


async def main() -> None:
    """Run all measurements, one after the other."""
    console = Console()
    for title, measure in (
        ("A signed /course search over HTTP, 50 at once, SQLite with every write durable", slack.search),
        ("1,000 form deliveries, each sent twice in any order, 50 at once", slack.twice),
        ("Importing 100,000 courses as JSON lines, SQLite with every write durable", imports.measure),
        ("One search among 100,000 courses, SQLite", scale.measure),
        ("The same, PostgreSQL", partial(scale.measure, chosen="postgres")),
        ("The program at rest, both adapters", rest.measure),
    ):
        begun = time.perf_counter()
        table = Table(title=title, title_justify="left")
        table.add_column("figure")
        table.add_column("value", justify="right")
        for name, value in await measure():
            table.add_row(name, str(value))
        console.print(table)
        console.print(f"took {time.perf_counter() - begun:.0f} s\n")


if __name__ == "__main__":
    asyncio.run(main())
