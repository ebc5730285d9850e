"""The networks that find digits and cut them out, each with its command."""

__all__ = ["detector", "segmenter"]
