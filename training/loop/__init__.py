"""The training loop: data loader, augmentation, weight averaging, events, progress, plots and TensorBoard summaries."""
