"""Writing out all that a community keeps, and bringing it in again, here or elsewhere."""

from bot.features.courses.archive.arrival import import_export
from bot.features.courses.archive.kinds import Manifest, manifest_of
from bot.features.courses.archive.writing import Exported, beside, export

__all__ = ["Exported", "Manifest", "beside", "export", "import_export", "manifest_of"]
