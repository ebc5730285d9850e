"""What belongs to one person: everything of theirs at once, and single samples and readings that they delete."""

__all__ = ["personal_data", "single_deletion"]
