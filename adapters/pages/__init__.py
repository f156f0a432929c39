"""The small read-only pages of courses, for telling the world: a page, and a picture for link previews elsewhere."""
