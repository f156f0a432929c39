"""Discord's limits by name. Sources: the Components, Message and Application Commands reference of its API docs."""

PLATFORM = "discord"
"""How the core calls this platform."""

COMPONENTS = 40
"""Most components of a message, nested ones counted (Components reference, "Component Limits")."""
TEXT = 4000
"""Most characters in all text displays of a message together (Components reference, Text Display)."""
ROW_BUTTONS = 5
"""Most buttons in an action row (Components reference, Action Row)."""
MESSAGE_BUTTONS = 31
"""Most buttons that fit into COMPONENTS beside one container, one text display and their seven rows."""
BUTTON_LABEL = 80
"""Longest label of a button (Components reference, Button)."""
BUTTON_URL = 512
"""Longest address of a link button (Components reference, Button)."""
CUSTOM_ID = 100
"""Longest custom_id of anything (Components reference, "Custom ID")."""
ALT_TEXT = 1024
"""Longest description of a picture (Components reference, Media Gallery Item)."""
MODAL_TITLE = 45
"""Longest title of a modal (Receiving and Responding, Modal)."""
MODAL_FIELDS = 5
"""Most fields of a modal (Receiving and Responding, Modal)."""
FIELD_LABEL = 45
"""Longest label of a field (Components reference, Label)."""
FIELD_HINT = 100
"""Longest description of a field (Components reference, Label)."""
FIELD_PLACEHOLDER = 100
"""Longest placeholder of a text input; a select would take 150 (Components reference, Text Input)."""
FIELD_TEXT = 4000
"""Longest value of a text input (Components reference, Text Input)."""
OPTIONS = 25
"""Most options of a select (Components reference, String Select)."""
OPTION_TEXT = 100
"""Longest label and longest value of a select's option (Components reference, Select Option)."""
SUGGESTIONS = 25
"""Most autocomplete choices (Application Commands, Autocomplete)."""
CHOICE_TEXT = 100
"""Longest name and longest value of a choice (Application Commands, Option Choice)."""
THREAD_NAME = 100
"""Longest name of a thread (Channel reference, Start Thread from Message)."""
NONCE = 25
"""Longest nonce of a message (Message reference, Create Message)."""
