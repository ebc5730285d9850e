"""Seeing inside a running bot: metrics for Prometheus, one log line a photo, notices for the admins."""

__all__ = ["metrics", "metrics_server", "photo_log", "state_collector"]
