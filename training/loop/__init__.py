"""The training loop: data loader, augmentation, weight averaging, events, progress, plots and TensorBoard summaries."""

__all__ = ["augmentation", "data_loader", "ema", "events", "fit", "progress"]
