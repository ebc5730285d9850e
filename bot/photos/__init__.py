"""From a message to a stored reading: download the attachment, read it, map the reading to a database record."""

__all__ = ["photo_download", "photo_reading", "reading_mapping"]
