"""From a Keras network to the files that serve: LiteRT bytes, card, and replay features."""
