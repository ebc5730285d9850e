"""Seeing inside a running bot: the log, metrics for Prometheus, notices for the admins."""

__all__ = [
    "admin_notices",
    "event_notices",
    "installation_watch",
    "logs",
    "metrics",
    "metrics_server",
    "personal_redaction",
    "photo_log",
    "state_collector",
]
