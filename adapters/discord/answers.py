"""From an interaction to its answer: within three seconds, or first a sign that one is on its way."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar, assert_never

import discord
import structlog
from discord import app_commands

from adapters.discord import failures, forms, inbound, limits, render
from bot.dispatch import Core
from bot.model import Workspace
from bot.registry import Registry
from bot.requests import Ask, Click, Intent, Invoke, Noted, Outcome, Pick, Rejected, Repeated, Reply, Request, Submit
from bot.ui import Card, Form, paragraph

log = structlog.get_logger(__name__)

Interaction = discord.Interaction[discord.Client]
T = TypeVar("T")


@dataclass(frozen=True)
class Patience:
    """How long an answer is waited for before Discord is told that it will come, in seconds.

    Discord gives three. A form can only be the first answer, so what may open one is waited for longer.
    """

    reply: float = 2.0
    form: float = 2.6


class Answers:
    """Answers every interaction, by its payload alone: buttons and forms outlive restarts."""

    def __init__(self, app: Core, patience: Patience) -> None:
        self._app = app
        self._patience = patience

    async def answer(self, interaction: Interaction, workspace: Workspace | None) -> None:
        """Answer one interaction; `workspace` is None where we are not at home."""
        try:
            await self._answer(interaction, workspace)
        except Exception:
            # The entry road of Discord: nothing above could do more than lose it in a log.
            log.exception("discord.answer_failed", interaction=interaction.id)

    async def _answer(self, interaction: Interaction, workspace: Workspace | None) -> None:
        if interaction.type is discord.InteractionType.autocomplete:
            await self._suggest(interaction, inbound.ask(interaction, workspace) if workspace else None)
        elif workspace is None:
            await _Response(interaction, "").show(Reply(elsewhere(self._app.config.community.name)))
        elif request := inbound.request(interaction, workspace, self._app.registry):
            await self._respond(interaction, request)

    async def _suggest(self, interaction: Interaction, ask: Ask | None) -> None:
        found = await self._app.suggest(ask) if ask else ()
        choices = [
            app_commands.Choice(name=one.label[: limits.CHOICE_TEXT], value=one.value)
            for one in found
            if one.label and 1 <= len(one.value) <= limits.CHOICE_TEXT
        ]
        await _tell(interaction, lambda: interaction.response.autocomplete(choices[: limits.SUGGESTIONS]))

    async def _respond(self, interaction: Interaction, request: Request) -> None:
        response = _Response(interaction, request.workspace.id, private=request.on_private)
        started = asyncio.get_running_loop().time()
        may_open = opens_form(request.intent, self._app.registry)
        wait = self._patience.form if may_open else self._patience.reply
        outcome = await self._within(wait, self._app.handle(request), response)
        if isinstance(outcome, Reply):
            left = self._patience.reply - (asyncio.get_running_loop().time() - started)
            outcome = await self._within(max(left, 0.0), self._app.settle(outcome, request), response)
        await _give(response, outcome)

    async def _within(self, seconds: float, work: Coroutine[Any, Any, T], response: "_Response") -> T:
        task = asyncio.ensure_future(work)
        try:
            done, _ = await asyncio.wait({task}, timeout=seconds)
            if not done:
                await response.promise()
            return await task
        finally:
            task.cancel()  # does nothing once it is done; else we are being stopped, and so must it


async def _give(response: "_Response", outcome: Outcome) -> None:
    match outcome:
        case Reply():
            await response.show(outcome)
        case Form():
            await response.open(outcome)
        case Rejected(errors=errors):
            # The core brings forms back by a button here (inline_errors is False); this is for a core that doesn't.
            await response.show(Reply(Card("Not yet", tuple(paragraph(error) for error in errors.values()))))
        case Repeated() | Noted():
            await response.hush()
        case _:
            assert_never(outcome)


def opens_form(intent: Intent, registry: Registry) -> bool:
    """Tell whether the answer may be a form. A form sent off can't be answered with another one on Discord."""
    declared: Any = None
    match intent:
        case Invoke(root, sub):
            declared = registry.commands.get((root, sub))
        case Click(token):
            declared = registry.actions.get(token.partition(":")[0])
        case Pick(action):
            declared = registry.message_actions.get(action)
        case Submit():
            return False
        case _:
            assert_never(intent)
    return bool(declared and declared.opens_form)


def elsewhere(community: str) -> Card:
    """Say that this is not where the bot serves."""
    words = f"I only serve the server of {community}. Ask me there, in a channel."
    return Card(words, (paragraph(words),))


_LATE_FORM = Card(
    "Please try again",
    (
        paragraph(
            "That took me too long, so Discord won't let me open the form now. Nothing was lost: please try again."
        ),
    ),
)

_UNSHOWN = Card(
    "I can't show that here",
    (paragraph("I have an answer that doesn't fit on Discord. Please tell a steward; it stands in my log."),),
)


class _Response:
    """The one answer that an interaction takes, in the shape that is still possible."""

    def __init__(self, interaction: Interaction, guild: str, *, private: bool = False) -> None:
        self._interaction = interaction
        self._guild = guild
        self._private = private  # the message that was tapped on can be replaced
        self._promised = False

    async def promise(self) -> None:
        """Tell Discord that an answer will come. Below a message that keeps the message as it is."""
        if not self._promised:
            interaction = self._interaction
            call = partial(interaction.response.defer, ephemeral=True, thinking=interaction.message is None)
            self._promised = await _tell(interaction, call)

    async def show(self, reply: Reply) -> None:
        """Show a private card, in place of the one that was tapped on if it says so."""
        interaction = self._interaction
        mentions = render.mentions(reply.card, self._guild)
        view = self._layout(reply.card)
        replaces = reply.replaces and self._private
        files = render.files(reply.card)
        said: dict[str, Any] = {"view": view, "allowed_mentions": mentions}
        call: Callable[[], Awaitable[object]]
        if not self._promised and replaces:
            call = partial(interaction.response.edit_message, **said, attachments=files)
        elif not self._promised:
            call = partial(interaction.response.send_message, **said, ephemeral=True, files=files)
        elif replaces or interaction.message is None:
            call = partial(interaction.edit_original_response, **said, attachments=files)
        else:
            call = partial(interaction.followup.send, **said, ephemeral=True, files=files)
        await _tell(interaction, call)

    def _layout(self, card: Card) -> render.Layout:
        try:
            return render.layout(card, self._guild)
        except ValueError:
            log.exception("discord.card_refused", interaction=self._interaction.id)
            return render.layout(_UNSHOWN)

    async def open(self, form: Form) -> None:
        """Open a form, or say that it is too late for one."""
        if self._promised:
            await self.show(Reply(_LATE_FORM))
            return
        try:
            modal = forms.modal(form)
        except ValueError:
            log.exception("discord.form_refused", interaction=self._interaction.id)
            await self.show(Reply(_UNSHOWN))
        else:
            await _tell(self._interaction, partial(self._interaction.response.send_modal, modal))

    async def hush(self) -> None:
        """Leave the answer to the delivery that was handled: an answer of ours would take its place.

        Only what we promised ourselves is taken back.
        """
        if self._promised and self._interaction.message is None:
            await _tell(self._interaction, self._interaction.delete_original_response)


async def _tell(interaction: Interaction, call: Callable[[], Awaitable[object]]) -> bool:
    """Speak to Discord and tell whether it listened; an interaction that is over takes no more words."""
    try:
        await call()
    except discord.HTTPException as error:
        if error.code in failures.LATE:
            log.info("discord.answer_late", interaction=interaction.id, code=error.code)
        else:
            log.warning("discord.answer_lost", interaction=interaction.id, code=error.code, error=error.text)
        return False
    except failures.TROUBLE as error:
        log.warning("discord.answer_lost", interaction=interaction.id, error=str(error))
        return False
    return True
