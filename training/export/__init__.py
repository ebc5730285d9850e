"""Export of a Keras network: LiteRT file, model card, and replay features."""
