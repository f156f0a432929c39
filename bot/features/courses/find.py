"""Finding: search, list and topics."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.commands import Context, action, command, option
from bot.courses import phrases
from bot.courses.naming import LAST_PAGE, NAME_LENGTH, SUGGESTED, PageArgs
from bot.courses.persons import number_named, person_named, suggestions
from bot.errors import Invalid
from bot.features.courses import cards, rules
from bot.model import CourseQuery, Level
from bot.requests import Reply, Suggestion
from bot.text import clamp, one_line, sentence
from bot.topics import TOPIC_LENGTH, normal_topic
from bot.ui import TOKEN_LENGTH, Card

TOPICS_LISTED = 25
TOPIC_BUTTONS = 10
OWN_LISTS = {"mine": "the courses I own", "saved": "my shelf", "archived": "my courses that I put away"}


async def suggest_topics(ctx: Context, typed: str) -> Sequence[Suggestion]:
    """Suggest topics, those with most courses first."""
    start = normal_topic(typed)
    topics = [t for t in await ctx.unit.courses.topics() if start in t.topic]
    return [Suggestion(t.topic, f"{t.topic} ({t.courses})") for t in topics[:SUGGESTED]]


async def suggest_owners(ctx: Context, typed: str) -> Sequence[Suggestion]:
    """Suggest people who own courses, by name."""
    owners = await ctx.unit.courses.owners(clamp(one_line(typed), NAME_LENGTH, ""), SUGGESTED)
    return suggestions(owners)


async def suggest_lists(ctx: Context, typed: str) -> Sequence[Suggestion]:
    """Suggest what can be listed: my own, my shelf, or a topic."""
    start = typed.strip().lower()
    own = [Suggestion(name, f"{name}: {what}") for name, what in OWN_LISTS.items() if name.startswith(start)]
    return [*own, *await suggest_topics(ctx, typed)]


@dataclass(frozen=True)
class SearchArgs:
    """Arguments of `/course search`."""

    words: str | None = option("what you want to learn, in any words", default=None)
    level: Level | None = option("how much one should know already", default=None)
    topic: str | None = option("only courses with this topic", default=None, suggest=suggest_topics)
    language: str | None = option("only courses in this language, such as en or nl", default=None)
    owner: str | None = option("only courses of this person: a name, or me", default=None, suggest=suggest_owners)


@command("course search", "Find courses by words, topic, level, language or owner", args=SearchArgs)
async def search(ctx: Context, args: SearchArgs) -> Card:
    """Answer with ranked results, for the asker alone."""
    try:
        language = rules.parse_language(args.language or "")
    except ValueError as error:
        raise Invalid({"language": sentence(f"language: {error}")}) from None
    query = CourseQuery(
        one_line(args.words or ""),
        args.level,
        clamp(normal_topic(args.topic or ""), TOPIC_LENGTH, "") or None,
        language,
        await owner_named(ctx, args.owner) if args.owner else None,
    )
    return await results(ctx, await fitting(ctx, query))


@dataclass(frozen=True)
class SearchToken:
    """What a button of a search carries: see `phrases.search_token`."""

    page: int = option("the page", default=0)
    level: str | None = option("the first letter of the level", default=None)
    language: str | None = option("the language", default=None)
    owner: int | None = option("the owner's number", default=None)
    topic: str | None = option("the topic", default=None)
    words: str | None = option("the words", default=None)


@action("course.search", args=SearchToken)
async def turn_page(ctx: Context, args: SearchToken) -> Reply:
    """Show another page of a search in place of the one shown."""
    level = next((level for level in Level if level[0] == args.level), None)
    query = CourseQuery(args.words or "", level, args.topic, args.language, args.owner)
    return Reply(await results(ctx, query, min(args.page, LAST_PAGE)), replaces=True)


async def results(ctx: Context, query: CourseQuery, page: int = 0) -> Card:
    """Look for courses and show a page of them."""
    found = await ctx.unit.courses.search(query, page * cards.PAGE, cards.PAGE)
    if not found.total:
        return phrases.nothing_card(query, await heading_of(query, ctx))
    last = cards.last_page(found.total)
    if page > last:  # courses went away since the button was made
        page = last
        found = await ctx.unit.courses.search(query, page * cards.PAGE, cards.PAGE)
    return cards.results_card(await heading_of(query, ctx), query, page, found, ctx.now)


async def heading_of(query: CourseQuery, ctx: Context) -> str:
    """Say in words what was looked for."""
    if query.archived:
        return "Your archived courses"
    parts = [f"for “{query.text}”"] if query.text else []
    parts += [f"about {query.topic}"] if query.topic else []
    parts += [f"at level {query.level}"] if query.level else []
    parts += [f"in {query.language}"] if query.language else []
    if query.owner:
        owner = ctx.person if query.owner == ctx.person.id else await ctx.unit.people.get(query.owner)
        parts.append(f"of {owner.name if owner else 'somebody else'}")
    return " ".join(["Courses", *parts])


async def fitting(ctx: Context, query: CourseQuery) -> CourseQuery:
    """Give a search that its paging buttons can carry: a long one keeps the words that tell most.

    The first page searches with the same words as the later ones, so that pages never overlap or skip.
    """
    if len(query.text) <= room_for_words(query):
        return query
    return shortened(query, await ctx.unit.courses.telling(query.text))


def room_for_words(query: CourseQuery) -> int:
    """Tell how many characters of a search's text its buttons can carry."""
    return TOKEN_LENGTH - len(phrases.search_token(replace(query, text=""), page=LAST_PAGE))


def shortened(query: CourseQuery, telling: Sequence[str]) -> CourseQuery:
    """Keep as many words as fit, the most telling first; without any, the beginning of the text."""
    room = room_for_words(query)
    kept: list[str] = []
    for word in telling:
        if len(" ".join([*kept, word])) <= room:
            kept.append(word)
    return replace(query, text=" ".join(kept) or query.text[:room].strip())


async def owner_named(ctx: Context, typed: str) -> int:
    """Find the person that somebody means by a name, a mention, `P7` or `me`; raise Invalid that helps on."""
    if number := number_named(typed):
        known = await ctx.unit.people.get(number)
        return known.id if known else number
    return (await person_named(ctx, typed, "owner", ", or leave owner out")).id


@dataclass(frozen=True)
class ListArgs:
    """Arguments of `/course list`."""

    what: str | None = option(
        "mine, saved, archived, or a topic; all courses without", default=None, suggest=suggest_lists
    )


@command("course list", "List courses: all, mine, my shelf, my archived ones, or those of a topic", args=ListArgs)
async def list_courses(ctx: Context, args: ListArgs) -> Card:
    """List courses, newest first."""
    if args.what is None:
        return await results(ctx, CourseQuery())
    match args.what.lower():
        case "mine":
            return await results(ctx, CourseQuery(owner=ctx.person.id))
        case "archived":
            return await results(ctx, CourseQuery(owner=ctx.person.id, archived=True))
        case "saved":
            return await shelf(ctx, 0)
    topic = clamp(normal_topic(args.what), TOPIC_LENGTH, "")
    return await results(ctx, CourseQuery(topic=topic)) if topic else await topics(ctx, args)


@action("course.archived", args=PageArgs)
async def turn_archived(ctx: Context, args: PageArgs) -> Reply:
    """Show another page of the courses that one put away in place of the one shown."""
    query = CourseQuery(owner=ctx.person.id, archived=True)
    return Reply(await results(ctx, query, min(args.page, LAST_PAGE)), replaces=True)


@action("course.shelf", args=PageArgs)
async def turn_shelf(ctx: Context, args: PageArgs) -> Reply:
    """Show another page of one's shelf in place of the one shown."""
    return Reply(await shelf(ctx, min(args.page, LAST_PAGE)), replaces=args.page > 0)


async def shelf(ctx: Context, page: int) -> Card:
    """Show a page of one's shelf."""
    found = await ctx.unit.shelf.of(ctx.person.id, page * cards.PAGE, cards.PAGE)
    if not found.courses and found.total:  # there were more when the button was made
        return await shelf(ctx, cards.last_page(found.total))
    return cards.shelf_card(page, found, ctx.now)


async def topics(ctx: Context, args: object) -> Card:
    """List topics with counts."""
    return cards.topics_card(await ctx.unit.courses.topics(), TOPICS_LISTED, TOPIC_BUTTONS)


list_topics = command("course topics", "List topics and how many courses each has")(topics)
tap_topics = action("course.topics")(topics)
