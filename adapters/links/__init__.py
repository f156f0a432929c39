"""The one safe reader of addresses that members give. Nothing else in the bot fetches what people typed."""

from adapters.links.reader import SafeLinks

__all__ = ["SafeLinks"]
