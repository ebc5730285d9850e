"""What belongs to one person: everything of theirs at once, and single samples and readings that they delete."""

__all__ = ["correction_deletion", "personal_data", "single_deletion"]
