"""Synthetic pages: digits on paper as people photograph them, with exact labels, boxes and ink."""
