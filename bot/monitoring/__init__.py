"""Seeing inside a running bot: metrics for Prometheus, one log line a photo, notices for the admins."""

__all__ = [
    "admin_notices",
    "event_notices",
    "installation_watch",
    "metrics",
    "metrics_server",
    "photo_log",
    "state_collector",
]
