"""What Slack takes at most, in UTF-16 units or pieces. Nothing here but figures and where they are written.

[models] is the `slack_sdk.models` package, [docs] is https://docs.slack.dev/reference.
"""

BLOCKS = 50
"""Blocks in a message. [docs] /block-kit/blocks"""
VIEW_BLOCKS = 100
"""Blocks in a modal. [models] View.blocks_max_length"""
MESSAGE = 12_000
"""Length of all blocks of a message as JSON. Slack answers `msg_blocks_too_long` near 13,200 characters and does not
say how it counts; containers count too (slackapi/bolt-js#2509, #2867), so the whole JSON is measured, with room."""
SUMMARY = 3000
"""The plain text beside the blocks; Slack advises 4,000. [docs] /methods/chat.postMessage"""
TEXT = 3000
"""One run of text. [docs] /block-kit/composition-objects/text-object"""
HEADER = 150
"""[models] HeaderBlock.text_max_length"""
CONTEXT_ELEMENTS = 10
"""[models] ContextBlock.elements_max_length"""
ROW = 5
"""Buttons in a row, for looks: Slack takes 25, and wraps them where it likes. [models] ActionsBlock"""
BUTTON_TEXT = 75
"""[models] ButtonElement.text_max_length"""
BUTTON_VALUE = 2000
"""[models] ButtonElement.value_max_length"""
URL = 3000
"""[models] ButtonElement.url_max_length; none is written for links in text, so they keep to it too"""
IMAGE_URL = 3000
"""Longest address of a picture (image block)."""
ALT_TEXT = 2000
"""Longest description of a picture (image block)."""
BLOCK_ID = 255
"""[models] Block.block_id_max_length"""
ACTION_ID = 255
"""[models] InteractiveElement.action_id_max_length"""
OPTIONS = 100
"""[models] StaticSelectElement.options_max_length"""
OPTION_LABEL = 75
"""[models] Option.label_max_length"""
OPTION_VALUE = 150
"""[models] Option.value_max_length, raised from 75 by Slack"""
PLACEHOLDER = 150
"""[models] PlainTextInputElement, placeholder"""
INPUT = 3000
"""Most that a text field takes. [docs] /block-kit/block-elements/plain-text-input-element"""
LABEL = 2000
"""Label and hint of a field. [models] InputBlock.label_max_length, hint_max_length"""
TITLE = 24
"""Title and buttons of a modal. [models] View.title_max_length, submit_max_length"""
METADATA = 3000
"""[models] View.private_metadata_max_length"""
CALLBACK_ID = 255
"""[models] View.callback_id_max_length"""
