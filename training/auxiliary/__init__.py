"""Auxiliary networks of recognition (objectness, handwriting mask, instance separation), each with its command."""

__all__ = ["digitness", "handwriting", "overlays"]
