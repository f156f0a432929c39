"""Importing courses from files that people wrote: YAML, tables (CSV) and JSON lines."""

from bot.features.courses.imports.files import read_path
from bot.features.courses.imports.fitting import Fit, Fitted
from bot.features.courses.imports.form import read_course
from bot.features.courses.imports.rows import Imported, Read
from bot.features.courses.imports.storing import import_rows

__all__ = ["Fit", "Fitted", "Imported", "Read", "import_rows", "read_course", "read_path"]
