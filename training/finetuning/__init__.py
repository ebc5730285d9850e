"""Fine-tuning on corrections: the task, the update, the promotion gate, and the limits of the process."""

__all__ = ["correction_samples", "finetune", "promotion_gate", "task", "update"]
