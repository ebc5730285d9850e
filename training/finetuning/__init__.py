"""Fine-tuning on corrections: the task, the update, and the promotion gate."""
