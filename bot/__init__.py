"""The core of Offcourse bot: its rules. It knows no chat library and no database."""
