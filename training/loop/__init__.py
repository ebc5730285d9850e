"""The training loop: data loading, augmentation, weight averaging, events, plots and TensorBoard summaries."""
