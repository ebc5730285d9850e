"""Export of a Keras network: LiteRT file, model card, and replay features."""

__all__ = ["candidate", "litert", "replay_features"]
